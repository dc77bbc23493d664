import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { wranglerEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { start } from "./processes.mjs";
import { say } from "./progress.mjs";
import { inRoot } from "./root.mjs";

const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;

let shown = false;

/** Prints the servers' output from now on. */
export const showOutput = () => void (shown = true);

/**
 * Starts a server and waits until it answers.
 * @param {string} name
 * @param {{ port: number, probe: string, command: string, args: string[], env: NodeJS.ProcessEnv }} server
 *   `probe`: a path that answers
 * @returns {Promise<{ url: string, ended: Promise<never> }>} `ended` rejects when the server exits
 */
async function serve(name, { port, probe, command, args, env }) {
  const url = `http://127.0.0.1:${port}`;
  const onLine = (/** @type {string} */ line) => {
    if (shown && line.trim()) say(`  ${name} │ ${line.trim()}`);
  };
  const { log, ended: exited } = start(command, args, { log: `start-${name}`, env, onLine, onErrorLine: onLine });
  const ended = exited.then(({ code, signal }) => {
    throw new Failure(`The ${name} exited unexpectedly (${signal ?? `exit code ${code}`}).`, { log });
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await Promise.race([ended, answers(url + probe)]))) {
    if (Date.now() > deadline) {
      throw new Failure(`The ${name} did not answer at ${url}${probe} within ${READY_WITHIN_MS / 1000} s.`, { log });
    }
    await delay(POLL_MS);
  }
  return { url, ended };
}

const answers = (/** @type {string} */ url) =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * Starts the sandbox with the npm package's command.
 * @param {{ port: number, apiKey: string, secret: string, callbackUrl: string }} options
 */
export function startSandboxService({ port, apiKey, secret, callbackUrl }) {
  const { bin } = JSON.parse(readFileSync(inRoot("pkg", "package.json"), "utf8"));
  return serve("sandbox", {
    ...{ port, probe: "/api/ping" },
    command: process.execPath,
    args: [inRoot("pkg", bin.citrn), "sandbox", "--port", String(port), "--callback-url", callbackUrl],
    env: { ...process.env, CITRN_API_KEY: apiKey, CITRN_SECRET: secret },
  });
}

/**
 * Starts the Worker with `wrangler dev`.
 * @param {{ port: number, variables: Record<string, string>, envFile: string, stateDirectory: string }} options
 */
export function startWorkerService({ port, variables, envFile, stateDirectory }) {
  const args = [
    ...["dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--show-interactive-dev-session=false"],
    ...["--env-file", envFile, "--persist-to", stateDirectory],
    ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ];
  return serve("worker", { port, probe: "/healthz", command: "wrangler", args, env: wranglerEnvironment() });
}
