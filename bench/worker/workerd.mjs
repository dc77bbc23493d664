// workerd with one of the Workers in front of the gateway.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compatibilityDate, durableObjects, quoted, workerdProgram } from "../../tests/worker/workerd.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "..", "..", "worker", "npm", "dist");

export const SECRET = "bench-secret-of-the-gateway";
const API_KEY = "bench-key";
export const TOKEN = "bench-token-that-nobody-could-guess-17";

/** The body of all requests in the benchmark. */
export const PAYMENT = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };

const setting = (/** @type {string} */ name, /** @type {string} */ value) =>
  `(name = ${quoted(name)}, text = ${quoted(value)})`;

const SETTINGS = {
  CITRN_API_KEY: API_KEY,
  CITRN_SECRET: SECRET,
  CITRN_BASE_URL: "http://127.0.0.1:1/api",
  ALLOWED_RETURN_ORIGINS: "https://shop.example",
  UPSTREAM_DEADLINE_MS: "10000",
  WORKER_TOKENS: JSON.stringify([{ name: "shop", token: TOKEN }]),
};

const WASM = `(name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm")`;
const OBJECTS = {
  bindings: durableObjects().map(
    ([binding, className]) => `(name = ${quoted(binding)}, durableObjectNamespace = ${quoted(className)})`,
  ),
  more: `durableObjectNamespaces = [${durableObjects()
    .map(([, className]) => `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, enableSql = true)`)
    .join(", ")}],
    durableObjectStorage = (localDisk = "disk"),`,
};

/** The Workers: modules and bindings. `counted` is citrn's, and counts the rows that its objects read and write. */
export const WORKERS = {
  citrn: { modules: `(name = "worker", esModule = embed "build/index.js"), ${WASM}`, ...OBJECTS },
  counted: {
    modules: `(name = "worker", esModule = embed "counting.mjs"),
    (name = "citrn-worker", esModule = embed "build/index.js"), ${WASM}`,
    ...OBJECTS,
  },
  handwritten: { modules: `(name = "worker", esModule = embed "handwritten.mjs")`, bindings: [], more: "" },
};

/** @typedef {keyof typeof WORKERS} Name */

/**
 * Returns the configuration of one of the Workers, in front of the gateway.
 * @param {Name} name
 * @param {string} objects the directory of the Durable Objects
 * @param {Record<string, string>} changes of settings
 */
function configuration(name, objects, changes) {
  const { modules, bindings, more } = WORKERS[name];
  const settings = Object.entries({ ...SETTINGS, ...changes }).map(([name, value]) => setting(name, value));
  const signature = createHmac("sha512", SECRET).update(JSON.stringify(PAYMENT)).digest("hex");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "gateway", worker = .gateway),
    (name = "disk", disk = (path = ${quoted(objects)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${modules}],
  compatibilityDate = ${quoted(compatibilityDate())},
  bindings = [${[...settings, ...bindings].join(", ")}],
  globalOutbound = "gateway",
  ${more}
);
const gateway :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "gateway.mjs")],
  compatibilityDate = ${quoted(compatibilityDate())},
  bindings = [${setting("API_KEY", API_KEY)}, ${setting("SIGNATURE", signature)}],
);
`;
}

/** Returns the directory of a configuration's Durable Objects. @param {string} directory */
export const objectsIn = (directory) => path.join(directory, "objects");

/**
 * Writes the configuration of a Worker, with its modules beside it. Returns its path.
 * @param {Name} name
 * @param {string} directory which is emptied first
 * @param {Record<string, string>} [changes] of settings
 */
export function prepare(name, directory, changes = {}) {
  rmSync(directory, { recursive: true, force: true });
  const objects = objectsIn(directory);
  mkdirSync(objects, { recursive: true });
  for (const module of ["counting.mjs", "gateway.mjs", "handwritten.mjs"])
    copyFileSync(path.join(here, module), path.join(directory, module));
  cpSync(built, path.join(directory, "build"), { recursive: true });
  const file = path.join(directory, "config.capnp");
  writeFileSync(file, configuration(name, objects, changes));
  return file;
}

/**
 * A running workerd.
 * @typedef {object} Running
 * @property {number} port
 * @property {number} pid
 * @property {string[]} log its output lines
 * @property {() => Promise<void>} stop
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
// No process outlives the benchmark, however it ends.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts workerd and waits until it listens. @param {string} config @returns {Promise<Running>} */
export function start(config) {
  const child = spawn(workerdProgram(), ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const log = [];
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
      child.once("exit", () => resolve(undefined));
      child.kill("SIGKILL");
    });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (chunk) => log.push(...chunk.split("\n").filter(Boolean)));
    let control = "";
    child.stdio[3]?.on("data", (chunk) => {
      control += chunk;
      const listening = /"event":"listen"[^}]*"port":(\d+)/.exec(control);
      if (listening && child.pid) resolve({ port: Number(listening[1]), pid: child.pid, log, stop });
    });
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      reject(new Error(`workerd exited (${signal ?? code}) before it listened:\n${log.join("\n")}`)),
    );
  });
}
