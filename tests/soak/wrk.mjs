// Runs the load generator wrk with a Lua script, and parses its figures.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findProgram } from "../../scripts/chromium.mjs";
import { Failure } from "../../scripts/failure.mjs";

/** Returns the path of wrk. */
export function wrk() {
  const program = findProgram(["wrk"]);
  if (!program)
    throw new Failure(
      "The load generator `wrk` was not found. Install it (Debian and Ubuntu: `apt-get install wrk`; macOS: " +
        "`brew install wrk`), and run this again.",
    );
  return program;
}

/** A script that prints the figures of the run as JSON, with the sums of the threads' counters. */
const REPORT = `
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency)
  local sums, unexpected = {}, ""
  for _, thread in ipairs(threads) do
    for key, count in pairs(thread:get("counts")) do sums[key] = (sums[key] or 0) + count end
    unexpected = thread:get("unexpected")
  end
  local parts = {}
  for key, count in pairs(sums) do table.insert(parts, string.format('"%s":%d', key, count)) end
  local hex = unexpected:gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
  io.write(string.format(
    '\\n{"requests":%d,"microseconds":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"p50":%d,"p99":%d,"unexpected":"%s","counts":{%s}}\\n',
    summary.requests, summary.duration, summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), hex, table.concat(parts, ",")))
end
counts = {}
unexpected = ""
function count(key) counts[key] = (counts[key] or 0) + 1 end
`;

/** Returns a text as a Lua string literal. @param {string} text */
export const lua = (text) => `"${[...Buffer.from(text)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;

/**
 * @typedef {object} Figures
 * @property {number} requests answered
 * @property {number} perSecond
 * @property {number} lost requests without an answer
 * @property {{ p50: number, p99: number }} latency milliseconds
 * @property {Record<string, number>} counts the counters that the script increments with `count(key)`
 * @property {string} unexpected the script's variable of that name
 */

/**
 * Puts load on a server on this machine.
 * @param {string} url
 * @param {{ script: string, seconds: number, connections: number, threads?: number }} options the script is in Lua, and
 * defines `request` and `response`
 * @returns {Promise<Figures>}
 */
export async function load(url, { script, seconds, connections, threads = 1 }) {
  if (new URL(url).hostname !== "127.0.0.1")
    throw new Error(`Only servers on this machine may be load-tested, not ${url}.`);
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-soak-"));
  try {
    const file = path.join(directory, "script.lua");
    writeFileSync(file, REPORT + script);
    const child = spawn(
      wrk(),
      [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", file, url],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const [out, error] = [[], []];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => error.push(chunk));
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    const text = Buffer.concat(out).toString();
    const line = text.split("\n").find((one) => one.startsWith("{"));
    if (code !== 0 || !line) throw new Error(`wrk ended with ${code}: ${text}${Buffer.concat(error)}`);
    const { requests, microseconds, connect, read, write, timeout, p50, p99, unexpected, counts } = JSON.parse(line);
    return {
      requests,
      perSecond: requests / (microseconds / 1e6),
      lost: connect + read + write + timeout,
      latency: { p50: p50 / 1000, p99: p99 / 1000 },
      counts,
      unexpected: Buffer.from(unexpected, "hex").toString(),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
