import { createWriteStream, readFileSync } from "node:fs";
import path from "node:path";
import { modernNode, wranglerEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { lines, logPath, start } from "./processes.mjs";
import { say } from "./progress.mjs";
import { inRoot } from "./root.mjs";

const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;

/**
 * A server that runs next to this process until it is stopped.
 * @typedef {object} Service
 * @property {string} url its origin
 * @property {Promise<never>} ended rejects when it ends by itself
 * @property {() => void} showOutput shows from now on what it prints
 */

/** Starts a server and waits until it answers. @returns {Promise<Service>} */
async function serve({ name, url, probe, command, args, env }) {
  const log = logPath(`start-${name}`);
  const file = createWriteStream(log);
  const child = start(command, args, { env });
  let shown = false;
  const onLine = (line) => {
    file.write(`${line}\n`);
    if (shown && line.trim()) say(`  ${name} │ ${line.trim()}`);
  };
  lines(child.stdout, onLine);
  lines(child.stderr, onLine);
  const ended = /** @type {Promise<never>} */ (new Promise((_, reject) => {
    child.on("error", (error) => reject(new Failure(`The ${name} could not be started: ${error.message}.`)));
    child.on("close", (code, signal) => {
      file.end(() => reject(new Failure(`The ${name} ended by itself (${signal ?? `exit code ${code}`}).`, { log })));
    });
  }));
  // Without a listener a rejection during shutdown would count as unhandled.
  ended.catch(() => {});
  await Promise.race([ended, untilAnswering(name, probe, log)]);
  return {
    url,
    ended,
    showOutput: () => {
      shown = true;
    },
  };
}

/** @param {string} name @param {string} probe @param {string} log */
async function untilAnswering(name, probe, log) {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (await answers(probe)) return;
    if (Date.now() > deadline) {
      throw new Failure(`The ${name} did not answer at ${probe} within ${READY_WITHIN_MS / 1000} s.`, { log });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet: that is what is being waited for, and the deadline ends it.
    return false;
  }
}

/**
 * The gateway's stand-in, from the npm package's own command.
 * @param {{ port: number, apiKey: string, secret: string, callbackUrl: string }} options
 */
export function startSandboxService({ port, apiKey, secret, callbackUrl }) {
  const { bin } = JSON.parse(readFileSync(inRoot("pkg", "package.json"), "utf8"));
  const url = `http://127.0.0.1:${port}`;
  return serve({
    name: "sandbox",
    url,
    probe: `${url}/api/ping`,
    command: process.execPath,
    args: [inRoot("pkg", bin.citrn), "sandbox", "--port", String(port), "--callback-url", callbackUrl],
    env: { ...process.env, CITRN_API_KEY: apiKey, CITRN_SECRET: secret },
  });
}

/** The Worker under `wrangler dev`. @param {{ port: number, variables: Record<string, string>, envFile: string, stateDirectory: string }} options */
export function startWorkerService({ port, variables, envFile, stateDirectory }) {
  const url = `http://127.0.0.1:${port}`;
  return serve({
    name: "worker",
    url,
    probe: `${url}/healthz`,
    command: modernNode(),
    args: [
      path.join(inRoot("node_modules", "wrangler"), "bin", "wrangler.js"),
      ...["dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--show-interactive-dev-session=false"],
      ...["--env-file", envFile, "--persist-to", stateDirectory],
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    env: wranglerEnvironment(),
  });
}
