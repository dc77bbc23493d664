import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { prepareEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { say } from "./progress.mjs";
import { inRoot, root, targetDir, windows } from "./root.mjs";

/** Time for a stopped process to exit before its group is killed. */
const GRACE_MS = 5_000;
/** Time for the rest of a group to exit after its leader. */
const STRAGGLERS_MS = 500;
const PARENT_POLL_MS = 500;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();
/** Set when stopping begins: no process is started afterwards. */
let stopping = false;

/**
 * Starts a process as the leader of a new process group, which is stopped with us. Its output goes to a log file.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.log name of the log file
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] receives each line of standard output
 * @param {(line: string) => void} [options.onErrorLine] receives each line of standard error
 * @returns {{ log: string, ended: Promise<{ code: number | null, signal: NodeJS.Signals | null }> }}
 */
export function start(command, args, { log: name, cwd = root, env = process.env, onLine, onErrorLine }) {
  const log = path.join(targetDir, "logs", `${name}.log`);
  mkdirSync(path.dirname(log), { recursive: true });
  const file = createWriteStream(log);
  file.write(`$ ${[command, ...args].join(" ")}\n`);
  // On Windows, npm and the programs of npm packages are scripts for cmd.exe, so arguments must be quoted.
  const shell = windows && (command === "npm" || existsSync(inRoot("node_modules", ".bin", `${command}.cmd`)));
  const given = shell ? args.map((arg) => `"${arg.replaceAll('"', '\\"')}"`) : args;
  const child = spawn(command, given, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"], detached: !windows });
  running.add(child);
  const read = (/** @type {import("node:stream").Readable} */ input, /** @type {typeof onLine} */ handle) =>
    createInterface({ input }).on("line", (line) => {
      file.write(`${line}\n`);
      handle?.(line);
    });
  read(child.stdout, onLine);
  read(child.stderr, onErrorLine);
  const ended = new Promise((resolve, reject) => {
    child.on("error", (error) => {
      running.delete(child);
      reject(new Failure(`${command} could not be started: ${error.message}.`));
    });
    child.on("close", (code, signal) => {
      if (!signalGroup(child, 0)) running.delete(child);
      file.end(() => resolve({ code, signal }));
    });
  });
  return { log, ended };
}

/**
 * Signals a process group. Returns whether it has a process.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  if (windows) return signal !== 0 && spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]).status === 0;
  try {
    return process.kill(-child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH") return false;
    throw error;
  }
}

/** @param {ChildProcess} child */
async function stop(child) {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
  signalGroup(child, "SIGTERM");
  await Promise.race([exited, delay(GRACE_MS, undefined, { ref: false })]);
  if (signalGroup(child, 0)) await delay(STRAGGLERS_MS);
  signalGroup(child, "SIGKILL");
  running.delete(child);
}

/** Stops all processes that were started here, with their descendants. */
export const stopAll = () => Promise.all([...running].map(stop));

/**
 * Stops all processes and exits. Later calls do nothing.
 * @param {number} code
 * @param {{ before?: string, after?: string }} messages
 */
async function exit(code, { before, after }) {
  if (stopping) return;
  stopping = true;
  if (before) say(`\n${before}`);
  await stopAll();
  if (after) say(`\n${after}`);
  process.exit(code);
}

/** Returns the id of our parent, on Linux also of its parent: npm starts us through a shell, which outlives npm. */
function ancestors() {
  try {
    // proc(5): the parent's id is the second field after the name, which is in parentheses.
    return `${process.ppid} ${readFileSync(`/proc/${process.ppid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]}`;
  } catch {
    return String(process.ppid);
  }
}

/**
 * Runs a command of the repository. Reports a failure in one sentence, with a non-zero exit code; leaves no process.
 * @param {() => Promise<void>} command
 */
export async function main(command) {
  // For an exit that cannot wait.
  process.on("exit", () => {
    for (const child of running) signalGroup(child, "SIGKILL");
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    const code = 128 + constants.signals[signal];
    process.on(signal, () => exit(Number(process.exitCode ?? code), { before: `${signal}: stopping.` }));
  }
  // npm does not forward SIGTERM, and cannot forward SIGKILL.
  const before = ancestors();
  const watch = () => ancestors() !== before && exit(1, { before: "npm has exited: stopping." });
  if (process.env.npm_lifecycle_event) setInterval(watch, PARENT_POLL_MS).unref();
  try {
    prepareEnvironment();
    await command();
  } catch (error) {
    if (error instanceof Failure) await exit(error.exitCode, { after: error.report() });
    else await exit(1, { after: /** @type {Error} */ (error).stack });
  }
}

/**
 * Runs a command and waits for its exit.
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof start>[2] & { failed?: string, status?: (text: string) => void }} options
 *   `failed`: the sentence for a failure; without it, any exit code is returned. `status` receives the latest line
 */
export async function run(command, args, { failed, status, onLine, onErrorLine, ...options }) {
  if (stopping) return new Promise(() => {});
  /** @type {string[]} */
  const stdout = [];
  const { log, ended } = start(command, args, {
    ...options,
    onLine: (line) => {
      stdout.push(line);
      onLine?.(line);
    },
    onErrorLine: (line) => {
      if (line.trim()) status?.(line.trim());
      onErrorLine?.(line);
    },
  });
  const { code, signal } = await ended;
  if (code !== 0 && failed) throw new Failure(failed, { log });
  return { code: code ?? signal, stdout: stdout.join("\n"), log };
}

/**
 * Runs a quick command and returns its output; undefined if it is missing or fails.
 * @param {string} command
 * @param {string[]} args
 */
export function capture(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", shell: windows });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
