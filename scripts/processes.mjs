import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { say } from "./progress.mjs";
import { root, targetDir, windows } from "./root.mjs";

/** How long a stopped process may take to end before it is killed, with all that it started. */
const GRACE_MS = 5_000;
/** How long what it started may then go on. It is not waited for longer: a container's init may not collect the dead. */
const STRAGGLERS_MS = 500;
const PARENT_POLL_MS = 500;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();

/** Starts a process as the head of a group of its own, which is stopped with us. @returns {ChildProcess} */
export function start(command, args, { cwd = root, env = process.env } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: !windows,
    shell: windows && !path.isAbsolute(command),
    windowsHide: true,
  });
  running.add(child);
  child.on("error", () => running.delete(child));
  child.on("exit", () => {
    if (!groupAlive(child)) running.delete(child);
  });
  return child;
}

/** @param {ChildProcess} child @param {NodeJS.Signals | 0} signal @returns {boolean} whether anything was there to signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  if (windows) {
    if (signal === 0) return child.exitCode === null && child.signalCode === null;
    return spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]).status === 0;
  }
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH") return false;
    throw error;
  }
}

/** @param {ChildProcess} child */
const groupAlive = (child) => signalGroup(child, 0);

/** Stops a process and everything it started. @param {ChildProcess} child */
export async function stop(child) {
  let deadline = Date.now() + GRACE_MS;
  child.once("exit", () => {
    deadline = Math.min(deadline, Date.now() + STRAGGLERS_MS);
  });
  signalGroup(child, "SIGTERM");
  while (groupAlive(child) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
  signalGroup(child, "SIGKILL");
  running.delete(child);
}

/** Stops everything that was started from here. */
export const stopAll = () => Promise.all([...running].map(stop));

// The last resort, for an end that could not wait: nothing we started may outlive us.
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** Set once everything is being stopped: nothing more is started from then on. */
let stopping = false;
/** @type {number | undefined} */
let interruptExitCode;

/** Sets the exit code after an interruption: work that was broken off has failed, a server that was stopped has not. */
export function onInterrupt({ exitCode }) {
  interruptExitCode = exitCode;
}

/** Who started us; on Linux also who started them, since npm may have put a shell between itself and us. */
function ancestors() {
  const parent = process.ppid;
  if (process.platform !== "linux") return String(parent);
  try {
    // proc(5): the parent's id is the second field after the name, which is in parentheses.
    const [, grandparent] = readFileSync(`/proc/${parent}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return `${parent} ${grandparent}`;
  } catch {
    return `${parent} gone`;
  }
}

/** Ends on Ctrl-C, SIGTERM or a closed terminal, after stopping everything that was started. */
function stopOnSignals() {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, async () => {
      await interrupt(signal === "SIGINT" ? "Stopping." : `${signal}: stopping.`, 128 + constants.signals[signal]);
    });
  }
  // npm does not pass a SIGTERM on, and can't pass on a SIGKILL: its end has to be noticed.
  if (!process.env.npm_lifecycle_event || windows) return;
  const before = ancestors();
  setInterval(async () => {
    if (ancestors() !== before) await interrupt("npm has ended: stopping.", 1);
  }, PARENT_POLL_MS).unref();
}

/** Stops everything and exits, once. @param {string} why @param {number} exitCode */
async function interrupt(why, exitCode) {
  if (stopping) return;
  stopping = true;
  say(`\n${why}`);
  await stopAll();
  process.exit(interruptExitCode ?? exitCode);
}

/**
 * Runs a front-door command: a failure is one clear sentence and a non-zero exit, and nothing is left running.
 * @param {() => Promise<void>} command
 */
export async function main(command) {
  stopOnSignals();
  try {
    await command();
  } catch (error) {
    // Being stopped makes whatever is under way fail: that is not news.
    if (stopping) return;
    stopping = true;
    await stopAll();
    say(error instanceof Failure ? `\n${error.report()}` : `\n${/** @type {Error} */ (error).stack}`);
    // At once: work that runs side by side with what failed must not go on.
    process.exit(error instanceof Failure ? error.exitCode : 1);
  }
}

/** Splits output into lines; a carriage return, with which progress bars redraw themselves, ends one too. */
export function lines(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    const parts = (rest + chunk).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? "";
    parts.forEach(onLine);
  });
  stream.on("end", () => {
    if (rest) onLine(rest);
  });
}

/** @param {string} name @returns {string} the path of that log */
export function logPath(name) {
  const directory = path.join(targetDir, "logs");
  mkdirSync(directory, { recursive: true });
  return path.join(directory, `${name}.log`);
}

const PROGRESS_BAR = /^\s*\w+ \[[=> ]*\] (\d+\/\d+)(.*)$/;

/**
 * Runs a command to its end, its output going to a log file.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.log name of the log file
 * @param {string} [options.failed] the sentence for a failure; without it any exit code is returned
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(text: string) => void} [options.status] gets the latest line
 * @param {(line: string) => void} [options.onLine] gets every line of standard output
 * @param {(line: string) => void} [options.onErrorLine] gets every line of standard error
 * @returns {Promise<{ code: number, stdout: string, log: string }>}
 */
export async function run(command, args, { log: name, failed, cwd, env, status, onLine, onErrorLine }) {
  if (stopping) return new Promise(() => {});
  const log = logPath(name);
  const file = createWriteStream(log);
  file.write(`$ ${[command, ...args].join(" ")}\n`);
  const stdout = [];
  const child = start(command, args, { cwd, env });
  lines(child.stdout, (line) => {
    stdout.push(line);
    // Of what cargo prints, what is meant for programs would only bury the error.
    if (!line.startsWith('{"reason":')) file.write(`${line}\n`);
    onLine?.(line);
  });
  lines(child.stderr, (line) => {
    const bar = PROGRESS_BAR.exec(line);
    if (bar) return status?.(`${bar[1]}${bar[2]}`);
    file.write(`${line}\n`);
    if (line.trim()) status?.(line.trim());
    onErrorLine?.(line);
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Failure(`${command} could not be started: ${error.message}.`)));
    child.on("close", (exitCode, signal) => resolve(exitCode ?? (signal ? 128 + constants.signals[signal] : 1)));
  });
  await new Promise((resolve) => file.end(resolve));
  if (code !== 0 && failed) throw new Failure(failed, { log });
  return { code, stdout: stdout.join("\n"), log };
}

/** Runs a quick command and gives its output; undefined if it is not there or fails. */
export function capture(command, args, { env = process.env } = {}) {
  const result = spawnSync(command, args, { cwd: root, env, encoding: "utf8", shell: windows });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
