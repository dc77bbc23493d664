// A whole client call against a local server in another process.
import { fork, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figure, mean } from "../statistics.mjs";
import { CALLERS } from "./callers.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const NAMES = Object.keys(CALLERS);

/** Which bare call each package makes its own: what it costs over that is its own doing. */
const BARE = { citrn: "bare fetch", "stripe, fetch": "bare fetch", "stripe, node:http": "bare node:http" };

const CONCURRENCIES = [1, 64];

/**
 * Turns that everyone takes within a round, one after the other: short ones, so that all meet the same machine, while a whole
 * round is long enough to have its share of garbage collection in it.
 */
const TURNS = 5;

async function startServer() {
  const child = spawn(process.execPath, [path.join(here, "server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(Number(chunk)));
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
  });
  return { port, stop: () => child.kill() };
}

/** @param {string} name @param {number} port */
async function startCaller(name, port) {
  const child = fork(path.join(here, "caller.mjs"), [name, String(port)], { execArgv: ["--expose-gc"] });
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`The caller ${name} ended with ${code}.`)));
    });
  await answer();
  const ask = (message) => {
    const answered = answer();
    child.send(message);
    return answered.finally(() => child.removeAllListeners("exit"));
  };
  return { ask, stop: () => child.kill() };
}

/**
 * Measures all callers in turn, so many calls in each round.
 * @param {{ rounds: number, calls: number, retained: number, say?: (text: string) => void }} options
 */
export async function measureClient({ rounds, calls, retained, say = () => {} }) {
  const server = await startServer();
  const callers = {};
  try {
    for (const name of NAMES) callers[name] = await startCaller(name, server.port);
    /** @type {Record<string, Record<number, { microseconds: number, perSecond: number }[]>>} */
    const results = Object.fromEntries(NAMES.map((name) => [name, Object.fromEntries(CONCURRENCIES.map((number) => [number, []]))]));
    for (const concurrency of CONCURRENCIES.toReversed()) {
      for (const name of NAMES) await callers[name].ask({ what: "run", calls: calls * 3, concurrency });
    }
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      for (const concurrency of CONCURRENCIES) {
        /** @type {Record<string, { microseconds: number, perSecond: number }[]>} */
        const turns = Object.fromEntries(NAMES.map((name) => [name, []]));
        for (let turn = 0; turn < TURNS; turn++) {
          // Everyone comes after everyone else, and as often first as last.
          const from = (round + turn) % NAMES.length;
          const order = [...NAMES.slice(from), ...NAMES.slice(0, from)];
          for (const name of turn % 2 === 0 ? order : order.toReversed()) {
            turns[name].push(await callers[name].ask({ what: "run", calls: calls / TURNS, concurrency }));
          }
        }
        for (const name of NAMES) {
          results[name][concurrency].push({ microseconds: mean(turns[name].map((turn) => turn.microseconds)), perSecond: mean(turns[name].map((turn) => turn.perSecond)) });
        }
      }
    }
    const memory = {};
    for (const name of retained > 0 ? Object.keys(BARE) : []) {
      say(`${retained} calls of ${name}`);
      const before = await callers[name].ask({ what: "held" });
      await callers[name].ask({ what: "run", calls: retained, concurrency: 64 });
      memory[name] = (await callers[name].ask({ what: "held" })) - before;
    }
    const of = (name, concurrency, what) => results[name][concurrency].map((round) => round[what]);
    const overBare = (name, concurrency) => {
      const bare = of(BARE[name], concurrency, "microseconds");
      return figure(of(name, concurrency, "microseconds").map((cost, round) => cost - bare[round]));
    };
    return {
      callers: Object.fromEntries(
        NAMES.map((name) => [
          name,
          Object.fromEntries(
            CONCURRENCIES.map((concurrency) => [
              concurrency,
              {
                cpuMicroseconds: figure(of(name, concurrency, "microseconds")),
                callsPerSecond: figure(of(name, concurrency, "perSecond")),
                ...(name in BARE && { overBare: overBare(name, concurrency) }),
              },
            ]),
          ),
        ]),
      ),
      retainedBytes: memory,
    };
  } finally {
    for (const caller of Object.values(callers)) caller.stop();
    server.stop();
  }
}
