// A whole client call against a local server in another process.
import { fork, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figure, lowerQuartile, median, ratio } from "../statistics.mjs";
import { CALLERS } from "./callers.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const NAMES = Object.keys(CALLERS);

/** The bare call under each package: the cost of the package is the difference. */
const BARE = { citrn: "bare fetch", "stripe, fetch": "bare fetch", "stripe, node:http": "bare node:http" };

const CONCURRENCIES = [1, 64];
/**
 * Calls of each caller, at each concurrency, before timing. V8 recompiles functions that are called often, wasm last:
 * before about 10,000 calls, a call costs up to three times as much as afterwards.
 */
const WARM_UP = 10_000;

/** @typedef {{ microseconds: number, perSecond: number }} Cost of a call */
async function startServer() {
  const child = spawn(process.execPath, [path.join(here, "server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(Number(chunk)));
    child.once("exit", (code) => reject(new Error(`The server exited with ${code} before it listened.`)));
  });
  return { port, stop: () => child.kill() };
}

/** Starts a process with some callers and warms them up. @param {string[]} names @param {number} port */
async function startCallers(names, port) {
  const child = fork(path.join(here, "caller.mjs"), [String(port), ...names], { execArgv: ["--expose-gc"] });
  const nextMessage = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`The callers ${names.join(", ")} exited with ${code}.`)));
    });
  const request = (message) => {
    const answered = nextMessage();
    child.send(message);
    return answered.finally(() => child.removeAllListeners("exit"));
  };
  const run = (/** @type {string} */ name, /** @type {number} */ calls, /** @type {number} */ concurrency) =>
    /** @type {Promise<Cost>} */ (request({ type: "run", name, calls, concurrency }));
  await nextMessage();
  for (const concurrency of CONCURRENCIES.toReversed()) {
    for (const name of names) await run(name, WARM_UP, concurrency);
  }
  return { run, heldBytes: () => request({ type: "held" }), stop: () => child.kill() };
}

/**
 * Runs all callers in turn in a new process, since the compiler's decisions vary by process. They share the process, so
 * that a package and its bare call use the same transport, compiled in the same way.
 * @param {number} port @param {{ turns: number, calls: number }} options
 * @returns {Promise<Record<string, Record<number, Cost[]>>>} the cost of each turn
 */
async function measureRound(port, { turns, calls }) {
  /** @type {Record<string, Record<number, Cost[]>>} */
  const costs = Object.fromEntries(NAMES.map((name) => [name, { 1: [], 64: [] }]));
  const callers = await startCallers(NAMES, port);
  try {
    for (const concurrency of CONCURRENCIES) {
      for (let turn = 0; turn < turns; turn++) {
        // Each caller follows each other one, and is first as often as last.
        const from = turn % NAMES.length;
        const order = [...NAMES.slice(from), ...NAMES.slice(0, from)];
        for (const name of turn % 2 === 0 ? order : order.toReversed()) {
          costs[name][concurrency].push(await callers.run(name, calls, concurrency));
        }
      }
    }
    return costs;
  } finally {
    callers.stop();
  }
}

/** Returns the bytes retained after calls. @param {string} name @param {number} port @param {number} calls */
async function retainedBytes(name, port, calls) {
  const callers = await startCallers([name], port);
  try {
    const before = await callers.heldBytes();
    await callers.run(name, calls, 64);
    return (await callers.heldBytes()) - before;
  } finally {
    callers.stop();
  }
}

/**
 * Measures all callers. A round's figure is the lower quartile of its turns, since other work on the machine only slows
 * a turn down. So does V8's garbage collection, once in about 350 calls.
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
    const costsOf = (name, concurrency) =>
      costs.map((round) => lowerQuartile(round[name][concurrency].map(({ microseconds }) => microseconds)));
    const speedsOf = (name, concurrency) =>
      costs.map((round) => median(round[name][concurrency].map(({ perSecond }) => perSecond)));
    const overBare = (name, concurrency) => {
      const bare = costsOf(BARE[name], concurrency);
      return costsOf(name, concurrency).map((cost, round) => cost - bare[round]);
    };
    const figures = (name, concurrency) => ({
      cpuMicroseconds: figure(costsOf(name, concurrency)),
      callsPerSecond: figure(speedsOf(name, concurrency)),
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
