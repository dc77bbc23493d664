import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { inRoot } from "../../scripts/root.mjs";
import { WORKER } from "../../scripts/worker.mjs";

/** The directory of the shipped build, of which tests/worker/package.test.mjs compares every byte with the tarball. */
export const BUILD = inRoot(WORKER.directory);
const STARTS_WITHIN_MS = 60_000;

/** Returns the path of wrangler's workerd, a dependency of its dependency miniflare. */
export function workerdProgram() {
  const wrangler = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"));
  const { default: program } = createRequire(wrangler.resolve("miniflare"))("workerd");
  return program;
}

/** Returns the compatibility date of the deployment. */
export const compatibilityDate = () =>
  /** @type {RegExpExecArray} */ (
    /^compatibility_date = "(.+)"$/m.exec(readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8"))
  )[1];

/** Returns a text as a capnp string literal, whose escapes are bytes, not code points. @param {string} text */
export const quoted = (text) => `"${[...Buffer.from(text)].map(escaped).join("")}"`;

/** @param {number} byte */
const escaped = (byte) =>
  byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
    ? `\\x${byte.toString(16).padStart(2, "0")}`
    : String.fromCharCode(byte);

/** Returns the Durable Objects in wrangler.toml: binding and class. @returns {[string, string][]} */
export function durableObjects() {
  const toml = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
  const matches = [...toml.matchAll(/^\[\[durable_objects\.bindings\]\]\nname = "(.+)"\nclass_name = "(.+)"$/gm)];
  return matches.map(([, binding, className]) => [binding, className]);
}

/**
 * @param {string} date
 * @param {Record<string, string | number | object>} settings values other than text are bound as JSON, as in wrangler
 * @param {string} [cache] the address of the service behind the Cache API
 * @param {string} [wrapper] a module that is loaded instead of the Worker, and imports it as "./worker.js"
 * @param {string} [tail] a module whose `tailStream` receives the platform's spans
 */
function configuration(date, settings, cache, wrapper, tail) {
  const bindings = Object.entries(settings).map(([name, value]) =>
    typeof value === "string"
      ? `(name = ${quoted(name)}, text = ${quoted(value)})`
      : `(name = ${quoted(name)}, json = ${quoted(JSON.stringify(value))})`,
  );
  const objects = durableObjects();
  for (const [binding, className] of objects)
    bindings.push(`(name = ${quoted(binding)}, durableObjectNamespace = ${quoted(className)})`);
  const namespaces = objects.map(
    ([, className]) => `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "gateway", network = (allow = ["private"])),
    ${tail ? `(name = "tail", worker = (modules = [(name = "tail.js", esModule = ${quoted(tail)})], compatibilityDate = ${quoted(date)})),` : ""}
    ${cache ? `(name = "cache", external = (address = ${quoted(cache)}, http = ())),` : ""}
    (name = "disk", disk = (path = "DISK", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [
    ${wrapper ? `(name = "index.js", esModule = ${quoted(wrapper)}),` : ""}
    (name = "${wrapper ? "worker.js" : "index.js"}", esModule = embed "index.js"),
    (name = "./index_bg.wasm", wasm = embed "index_bg.wasm"),
  ],
  compatibilityDate = ${quoted(date)},
  bindings = [${bindings.join(", ")}],
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "disk"),
  globalOutbound = "gateway",
  ${tail ? 'streamingTails = ["tail"],' : ""}
  ${cache ? 'cacheApiOutbound = "cache",' : ""}
);
`;
}

/**
 * Starts workerd, and returns its process and ports.
 * @param {string} config
 * @param {{ inspected?: boolean }} [options] whether its inspector listens too
 */
export async function start(config, { inspected = false } = {}) {
  const args = ["serve", "--control-fd=3", ...(inspected ? ["--inspector-addr=127.0.0.1:0"] : []), config];
  const child = spawn(workerdProgram(), args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const output = [];
  const readable = (/** @type {unknown} */ stream) =>
    createInterface(/** @type {import("node:stream").Readable} */ (stream));
  for (const stream of [child.stdout, child.stderr]) readable(stream).on("line", (line) => output.push(line));
  const ended = new Promise((resolve) => child.on("close", resolve));
  const listening = new Promise((resolve, reject) => {
    const ports = {};
    readable(child.stdio[3]).on("line", (line) => {
      const { event, port } = JSON.parse(line);
      ports[event] = port;
      if (ports.listen && (!inspected || ports["listen-inspector"])) resolve(ports);
    });
    child.on("error", reject);
    child.on("close", (code) =>
      reject(new Error(`workerd ended with ${code} before it listened:\n${output.join("\n")}`)),
    );
    setTimeout(() => reject(new Error(`workerd did not listen:\n${output.join("\n")}`)), STARTS_WITHIN_MS).unref();
  });
  const stop = async () => {
    // On SIGTERM it would drain connections, and could hang on a stalled one.
    child.kill("SIGKILL");
    await ended;
  };
  try {
    const ports = await listening;
    return { port: ports.listen, inspectorPort: ports["listen-inspector"], pid: child.pid, output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns the database files of Durable Objects in a directory. @param {string} directory */
const databases = (directory) =>
  readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".sqlite") && !path.basename(file).startsWith("metadata"),
  );

/**
 * Runs the built Worker on workerd.
 * @param {Record<string, string | number | object>} settings its secrets and variables
 * @param {{ cache?: string, wrapper?: string, tail?: string, build?: string, inspected?: boolean, port?: number }} [options]
 * `wrapper` is a module around the Worker, which it imports as "./worker.js"; `tail` is a module whose `tailStream`
 * receives the platform's spans; `build` is the directory of another build
 */
export async function startWorker(
  settings,
  { cache = undefined, wrapper = undefined, tail = undefined, build = BUILD, inspected = false, port: wanted = 0 } = {},
) {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-worker-"));
  const config = path.join(directory, "workerd.capnp");
  const disk = path.join(directory, "disk");
  mkdirSync(disk);
  try {
    const embedded = configuration(compatibilityDate(), settings, cache, wrapper, tail)
      .replace("127.0.0.1:0", `127.0.0.1:${wanted}`)
      .replaceAll('embed "', `embed "${path.relative(directory, build)}/`)
      .replace("DISK", disk);
    writeFileSync(config, embedded, { mode: 0o600 });
    let { port, inspectorPort, pid, output, stop } = await start(config, { inspected });
    return {
      get url() {
        return `http://127.0.0.1:${port}`;
      },
      get port() {
        return port;
      },
      /** The port of its inspector. */
      get inspectorPort() {
        return inspectorPort;
      },
      /** The id of its process. */
      get pid() {
        return pid;
      },
      /** The lines that it printed since its last start. */
      get output() {
        return output;
      },
      /**
       * Kills the process, and starts it again with its stored data, on another port.
       * @param {(disk: string) => Promise<unknown>} [meanwhile] receives the directory of the Durable Objects
       */
      async restart(meanwhile = async () => {}) {
        await stop();
        await meanwhile(disk);
        ({ port, inspectorPort, pid, output, stop } = await start(config, { inspected }));
      },
      /** Returns the database files of its Durable Objects. */
      databases: () => databases(disk),
      /** Waits until it has logged this many requests, and returns them. @param {number} count */
      async log(count) {
        const deadline = Date.now() + 15_000;
        for (;;) {
          const lines = output.filter((line) => line.startsWith('{"event":"request"')).map((line) => JSON.parse(line));
          if (lines.length >= count) return lines;
          if (Date.now() > deadline)
            throw new Error(`${lines.length} of ${count} requests were logged:\n${output.join("\n")}`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      async stop() {
        await stop();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}
