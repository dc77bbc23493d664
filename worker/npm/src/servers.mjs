// The servers of `npm run dev`: the sandbox in this process, and `wrangler dev` as a process group.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "./failure.mjs";

const windows = process.platform === "win32";
const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;
const PARENT_POLL_MS = 500;
/** Time for wrangler to exit before its group is killed. */
const GRACE_MS = 5_000;
/** The lines of wrangler's output that a failure shows. */
const SHOWN_LINES = 20;

/**
 * Returns a port on which nothing listens.
 * @param {string | number} wanted 0 means any
 * @param {string} flag the option that chooses another
 */
export async function freePort(wanted, flag) {
  const port = Number(wanted);
  if (!/^\d+$/.test(String(wanted)) || port > 65_535) {
    throw new Failure(`${flag} must be a port from 0 to 65535, not "${wanted}".`, { exitCode: 2 });
  }
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening").catch(({ code }) => {
    const why = code === "EADDRINUSE" ? "is already in use" : `cannot be used (${code})`;
    throw new Failure(`Port ${port} on 127.0.0.1 ${why}: stop that server, or choose another port with ${flag}.`);
  });
  const address = /** @type {import("node:net").AddressInfo} */ (probe.address());
  await once(probe.close(), "close");
  return address.port;
}

/** Resolves at a signal to stop. npm passes none on if it is terminated itself, but then our parent ends. */
export const interrupted = () =>
  new Promise((resolve) => {
    // A second Ctrl-C, or npm's signal after the terminal's, must not end this process before its servers.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, resolve);
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && resolve(undefined), PARENT_POLL_MS).unref();
  });

/**
 * Requests a URL of a Worker until its answer is the wanted one.
 * @param {string} url
 * @param {WranglerDev} wrangler
 * @param {(response: Response) => Promise<string | undefined>} problemOf what is wrong with an answer, if anything is
 * @param {Record<string, string>} [headers]
 */
export async function waitFor(url, wrangler, problemOf, headers = {}) {
  const deadline = Date.now() + READY_WITHIN_MS;
  /** @type {string | undefined} */
  let problem = "no answer";
  while (Date.now() < deadline) {
    const signal = AbortSignal.timeout(READY_WITHIN_MS);
    const response = await fetch(url, { headers, signal }).catch(() => undefined);
    if (response) problem = await problemOf(response);
    if (problem === undefined) return;
    await delay(POLL_MS);
  }
  const lines = wrangler.latest();
  throw new Failure(`The Worker was not ready within ${READY_WITHIN_MS / 1000} s: ${problem}`, { lines });
}

/** A running `wrangler dev`. */
export class WranglerDev {
  /** @type {string[]} */
  #lines = [];
  #show = false;
  #child;

  /** @param {import("./project.mjs").Wrangler} wrangler @param {string[]} args */
  constructor(wrangler, args) {
    const env = {
      ...process.env,
      // Without questions to Cloudflare's servers, which a local Worker does not need.
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
    };
    const local = ["--local", "--ip", "127.0.0.1", "--show-interactive-dev-session=false"];
    this.#child = spawn(process.execPath, [wrangler.program, "dev", ...local, ...args], {
      cwd: wrangler.directory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
    });
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input }).on("line", (line) => this.#print(line));
    }
    /** Rejects when wrangler exits. @type {Promise<never>} */
    this.ended = once(this.#child, "close").then(([code, signal]) => {
      throw new Failure(`wrangler dev ended (${signal ?? `exit code ${code}`}).`, { lines: this.latest() });
    });
    this.ended.catch(() => {});
    // Whatever ends this process, such as an error without a handler.
    process.once("exit", () => this.#signal("SIGKILL"));
  }

  /** @param {string} line */
  #print(line) {
    if (line.trim() === "") return;
    if (this.#show) console.log(`worker  │ ${line}`);
    this.#lines = [...this.#lines, line].slice(-SHOWN_LINES);
  }

  /** Returns the latest lines of its output. */
  latest() {
    return this.#lines;
  }

  /** Prints its output from now on. */
  show() {
    this.#show = true;
  }

  /** Stops it with its children. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#signal("SIGTERM");
    await Promise.race([exited, delay(GRACE_MS, undefined, { ref: false })]);
    this.#signal("SIGKILL");
  }

  /** @param {NodeJS.Signals} signal */
  #signal(signal) {
    const pid = this.#child.pid;
    if (pid === undefined) return;
    if (windows) return void spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"]);
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
    }
  }
}
