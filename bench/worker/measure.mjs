// Measures `POST /v1/payments` on workerd: citrn's Worker, and the same endpoint written by hand.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figure, median, ratio } from "../statistics.mjs";
import { checkEquality } from "./equality.mjs";
import { PAYMENT, prepare, start, TOKEN } from "./workerd.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));

const body = JSON.stringify(PAYMENT);
const REQUEST = [
  "POST /v1/payments HTTP/1.1",
  "Host: 127.0.0.1",
  `Authorization: Bearer ${TOKEN}`,
  "Content-Type: application/json",
  `Content-Length: ${body.length}`,
  "",
  body,
].join("\r\n");

/** @typedef {import("./workerd.mjs").Name} Name */

/** @type {Name[]} */
const NAMES = ["citrn", "handwritten"];

/** Returns a process's CPU microseconds and resident bytes (proc(5), sched-stats). @param {number} pid */
function used(pid) {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return { cpu: nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000, memory: Number(resident?.[1]) * 1024 };
}

/** @param {{ port: number, connections: number, seconds: number, expected: string }} options */
function load(options) {
  const child = spawn(
    process.execPath,
    [path.join(here, "load.mjs"), JSON.stringify({ request: REQUEST, ...options })],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`The load generator exited with ${code}.`)),
    );
  });
}

/**
 * Returns the milliseconds from the start of the process to the first answer.
 * @param {string} config
 * @param {string} expected
 */
async function coldStart(config, expected) {
  const began = performance.now();
  const worker = await start(config);
  try {
    const answer = await fetch(`http://127.0.0.1:${worker.port}/v1/payments`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      body,
    });
    if ((await answer.text()) !== expected)
      throw new Error(`The first answer was not the expected one: HTTP ${answer.status}.`);
    return performance.now() - began;
  } finally {
    await worker.stop();
  }
}

/** Returns the milliseconds to compile and to instantiate the Worker's wasm, in a separate process. */
function instantiation() {
  const script = `
    const { readFileSync } = require("node:fs");
    const bytes = readFileSync(process.argv[1]);
    const before = performance.now();
    const module = new WebAssembly.Module(bytes);
    const compiled = performance.now();
    const imports = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      const tag = () => name.includes("jstag") && WebAssembly.JSTag ? WebAssembly.JSTag : new WebAssembly.Tag({ parameters: ["externref"] });
      (imports[from] ??= {})[name] = kind === "tag" ? tag() : () => 0;
    }
    const instantiating = performance.now();
    new WebAssembly.Instance(module, imports);
    console.log(JSON.stringify({ compile: compiled - before, instantiate: performance.now() - instantiating }));`;
  const child = spawn("node", ["-e", script, path.join(here, "..", "..", "worker", "npm", "dist", "index_bg.wasm")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("close", (code) =>
      code === 0
        ? resolve(JSON.parse(output))
        : reject(new Error(`Instantiating the Worker's wasm failed with ${code}.`)),
    );
  });
}

/**
 * Measures both Workers in turn.
 * @param {{ warmUp: number, rounds: number, seconds: number, starts: number, directory: string, say?: (text: string) => void }} options
 */
export async function measureWorker({ warmUp, rounds, seconds, starts, directory, say = () => {} }) {
  if (process.platform !== "linux")
    throw new Error("The Worker's CPU and memory are read from /proc: run this on Linux.");
  const configs = Object.fromEntries(NAMES.map((name) => [name, prepare(name, path.join(directory, name))]));
  const running = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await start(configs[name])])));
  /** @type {Record<string, { perSecond: number[], cpu: number[], p50: number[], p99: number[], alone50: number[], alone99: number[], cold: number[], memory: number }>} */
  const results = Object.fromEntries(
    NAMES.map((name) => [
      name,
      { perSecond: [], cpu: [], p50: [], p99: [], alone50: [], alone99: [], cold: [], memory: 0 },
    ]),
  );
  let expected = "";
  try {
    expected = await checkEquality(running.citrn, running.handwritten);
    // Until the optimising compilers have settled: they recompile each function of the wasm after many calls.
    for (const name of NAMES) await load({ port: running[name].port, connections: 32, seconds: warmUp, expected });
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
        const { port, pid, log } = running[name];
        const before = used(pid).cpu;
        const { requests, perSecond, p50, p99 } = await load({ port, connections: 32, seconds, expected });
        const result = results[name];
        result.perSecond.push(perSecond);
        result.cpu.push((used(pid).cpu - before) / requests);
        result.p50.push(p50);
        result.p99.push(p99);
        const alone = await load({ port, connections: 1, seconds: seconds / 4, expected });
        result.alone50.push(alone.p50);
        result.alone99.push(alone.p99);
        log.length = 0;
      }
    }
    for (const name of NAMES) results[name].memory = used(running[name].pid).memory;
  } finally {
    await Promise.all(NAMES.map((name) => running[name].stop()));
  }
  const instances = [];
  for (let round = 0; round < starts; round++) {
    say(`start ${round + 1} of ${starts}`);
    for (const name of NAMES) results[name].cold.push(await coldStart(configs[name], expected));
    instances.push(await instantiation());
  }
  return {
    workers: Object.fromEntries(
      NAMES.map((name) => {
        const { perSecond, cpu, p50, p99, alone50, alone99, cold, memory } = results[name];
        return [
          name,
          {
            requestsPerSecond: figure(perSecond),
            cpuMicroseconds: figure(cpu),
            milliseconds: { p50: median(p50), p99: median(p99) },
            millisecondsAlone: { p50: median(alone50), p99: median(alone99) },
            coldStartMilliseconds: figure(cold),
            megabytes: memory / 1e6,
          },
        ];
      }),
    ),
    requestsPerSecondRatio: ratio(results.citrn.perSecond, results.handwritten.perSecond),
    cpuRatio: ratio(results.citrn.cpu, results.handwritten.cpu),
    coldStartRatio: ratio(results.citrn.cold, results.handwritten.cold),
    wasm: {
      compileMilliseconds: figure(instances.map(({ compile }) => compile)),
      instantiateMilliseconds: figure(instances.map(({ instantiate }) => instantiate)),
    },
  };
}
