// A whole client call against a local server in another process.
import { fork, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figure, mean, ratio } from "../statistics.mjs";
import { CALLERS } from "./callers.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const NAMES = Object.keys(CALLERS);

/** The bare call that each package makes: the package is answerable for what it costs over that. */
const BARE = { citrn: "bare fetch", "stripe, fetch": "bare fetch", "stripe, node:http": "bare node:http" };

const CONCURRENCIES = [1, 64];
const WARM_UP = 1_000;

/** @typedef {{ microseconds: number, perSecond: number }} Cost of a call */
/** @typedef {Awaited<ReturnType<typeof startCaller>>} Caller */

async function startServer() {
  const child = spawn(process.execPath, [path.join(here, "server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(Number(chunk)));
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
  });
  return { port, stop: () => child.kill() };
}

/** Starts a caller in a process of its own, and warms it up. @param {string} name @param {number} port */
async function startCaller(name, port) {
  const child = fork(path.join(here, "caller.mjs"), [name, String(port)], { execArgv: ["--expose-gc"] });
  const nextMessage = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`The caller ${name} ended with ${code}.`)));
    });
  const request = (message) => {
    const answered = nextMessage();
    child.send(message);
    return answered.finally(() => child.removeAllListeners("exit"));
  };
  const run = (/** @type {number} */ calls, /** @type {number} */ concurrency) =>
    /** @type {Promise<Cost>} */ (request({ what: "run", calls, concurrency }));
  await nextMessage();
  for (const concurrency of CONCURRENCIES.toReversed()) await run(WARM_UP, concurrency);
  return { run, heldBytes: () => request({ what: "held" }), stop: () => child.kill() };
}

/**
 * Lets all callers take turns, in new processes: how one process is compiled and laid out in memory is chance.
 * @param {number} port @param {{ turns: number, calls: number }} options
 * @returns {Promise<Record<string, Record<number, Cost[]>>>} what the turns cost
 */
async function measureRound(port, { turns, calls }) {
  /** @type {Record<string, Caller>} */
  const callers = {};
  /** @type {Record<string, Record<number, Cost[]>>} */
  const costs = Object.fromEntries(NAMES.map((name) => [name, { 1: [], 64: [] }]));
  try {
    for (const name of NAMES) callers[name] = await startCaller(name, port);
    for (let turn = 0; turn < turns; turn++) {
      // Each follows each other one, and is as often first as last.
      const from = turn % NAMES.length;
      const order = [...NAMES.slice(from), ...NAMES.slice(0, from)];
      for (const concurrency of CONCURRENCIES) {
        for (const name of turn % 2 === 0 ? order : order.toReversed()) {
          costs[name][concurrency].push(await callers[name].run(calls, concurrency));
        }
      }
    }
    return costs;
  } finally {
    for (const caller of Object.values(callers)) caller.stop();
  }
}

/** Returns the bytes that many calls leave behind. @param {string} name @param {number} port @param {number} calls */
async function retainedBytes(name, port, calls) {
  const caller = await startCaller(name, port);
  try {
    const before = await caller.heldBytes();
    await caller.run(calls, 64);
    return (await caller.heldBytes()) - before;
  } finally {
    caller.stop();
  }
}

/**
 * Measures all callers. A round's figure is the mean of its turns: V8 collects garbage only once in several turns.
 * @param {{ rounds: number, turns: number, calls: number, retained: number, say?: (text: string) => void }} options
 */
export async function measureClient({ rounds, turns, calls, retained, say = () => {} }) {
  const server = await startServer();
  try {
    const costs = [];
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      costs.push(await measureRound(server.port, { turns, calls }));
    }
    const memory = {};
    for (const name of Object.keys(BARE)) {
      say(`${retained} calls of ${name}`);
      memory[name] = await retainedBytes(name, server.port, retained);
    }
    const means = (name, concurrency, what) =>
      costs.map((round) => mean(round[name][concurrency].map((cost) => cost[what])));
    const overBare = (name, concurrency) => {
      const bare = means(BARE[name], concurrency, "microseconds");
      return means(name, concurrency, "microseconds").map((cost, round) => cost - bare[round]);
    };
    const figures = (name, concurrency) => ({
      cpuMicroseconds: figure(means(name, concurrency, "microseconds")),
      callsPerSecond: figure(means(name, concurrency, "perSecond")),
      ...(name in BARE && { overBare: figure(overBare(name, concurrency)) }),
    });
    const each = (measure) => Object.fromEntries(CONCURRENCIES.map((number) => [number, measure(number)]));
    return {
      callers: Object.fromEntries(NAMES.map((name) => [name, each((concurrency) => figures(name, concurrency))])),
      overBareOfStripes: each((number) => ratio(overBare("citrn", number), overBare("stripe, fetch", number))),
      retainedBytes: memory,
    };
  } finally {
    server.stop();
  }
}
