// The tables of bench/README.md, from the results of a run.
import { readFileSync, writeFileSync } from "node:fs";
import { isMet } from "./budgets.mjs";

/** The page of most tables. */
export const README = new URL("README.md", import.meta.url);

/** Returns a table in Markdown. @param {string[]} head @param {string[][]} rows */
export const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Returns a number with three significant digits. @param {number} value */
export const digits = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

/** Returns a figure with its spread. @param {import("./statistics.mjs").Figure} figure */
const spread = ({ median, least, most }) => `${digits(median)} (${digits(least)} to ${digits(most)})`;

/** @param {import("./statistics.mjs").Figure} figure */
const times = ({ median, least, most }) => `${digits(median)}×, ${digits(least)} to ${digits(most)}`;

const OPERATIONS = { sign: "sign", check: "check a signature", read: "verify and read a callback" };

function signTable(sign) {
  const peers = Object.keys(Object.values(sign)[0].sign[40]);
  const rows = Object.entries(sign).flatMap(([runtime, { version, ...operations }]) =>
    Object.entries(operations).flatMap(([operation, bodies]) =>
      Object.entries(bodies).map(([bytes, took]) => [
        `${runtime} ${version}`,
        OPERATIONS[operation],
        Number(bytes).toLocaleString("en"),
        ...peers.map(
          (peer) =>
            `${digits(took[peer].microseconds.median)}${took[peer].citrnIsFasterBy ? ` (${times(took[peer].citrnIsFasterBy)})` : ""}`,
        ),
      ]),
    ),
  );
  return table(["runtime", "what", "bytes", ...peers], rows);
}

function clientTable({ callers, retainedBytes }) {
  const rows = Object.entries(callers).flatMap(([name, concurrencies]) =>
    Object.entries(concurrencies).map(([concurrency, { cpuMicroseconds, overBare, callsPerSecond }]) => [
      name,
      concurrency,
      spread(cpuMicroseconds),
      overBare ? spread(overBare) : "",
      spread(callsPerSecond),
      concurrency === "64" && name in retainedBytes ? `${(retainedBytes[name] / 1e6).toFixed(2)} MB` : "",
    ]),
  );
  return table(
    [
      "caller",
      "concurrent calls",
      "CPU µs per call",
      "over the bare call",
      "calls per second",
      "retained after 100,000 calls",
    ],
    rows,
  );
}

function workerTable({ workers, wasm }) {
  const rows = Object.entries(workers).map(
    ([
      name,
      { requestsPerSecond, cpuMicroseconds, milliseconds, millisecondsAlone, coldStartMilliseconds, megabytes },
    ]) => [
      name,
      spread(requestsPerSecond),
      spread(cpuMicroseconds),
      `${digits(milliseconds.p50)} / ${digits(milliseconds.p99)}`,
      `${digits(millisecondsAlone.p50)} / ${digits(millisecondsAlone.p99)}`,
      `${digits(megabytes)} MB`,
      spread(coldStartMilliseconds),
    ],
  );
  const head = [
    "Worker",
    "requests per second",
    "CPU µs per request",
    "p50 / p99 ms, 32 concurrent",
    "p50 / p99 ms, sequential",
    "memory",
    "start to first response, ms",
  ];
  return `${table(head, rows)}\n\nCompiling the Worker's wasm takes ${digits(wasm.compileMilliseconds.median)} ms, and instantiating it ${digits(wasm.instantiateMilliseconds.median)} ms.`;
}

/** Returns the verdict, and whether another run could change it. @param {import("./budgets.mjs").Budget} budget */
function verdict({ measured: { low, high }, met, ...bounds }) {
  const isCertain = isMet(bounds, low) === met && isMet(bounds, high) === met;
  return `${met ? "met" : "**missed**"}${isCertain ? "" : ", not certain"}`;
}

function budgetTable(budgets) {
  return table(
    ["figure", "budget", "stretch", "measured", ""],
    budgets.map((budget) => {
      const bound = (/** @type {number} */ value) =>
        `${budget.atLeast === undefined ? "at most" : "at least"} ${value}`;
      const { what, atLeast, atMost, stretch, measured } = budget;
      const { low, high } = measured;
      return [
        what,
        bound(atLeast ?? atMost),
        bound(stretch),
        `${digits(measured.median)} (${digits(low)} to ${digits(high)})`,
        verdict(budget),
      ];
    }),
  );
}

/** Describes the machine and the versions of a run. */
const contextLine = ({ date, processor, processors, system }) =>
  `Measured ${date} on ${processors} processors (${processor}), ${system}.`;

/** Returns the tables of a run, by the names of their places in the README. */
export const tables = (results) => ({
  budgets: `${contextLine(results.context)}\n\n${budgetTable(results.budgets)}`,
  sign: signTable(results.sign),
  client: clientTable(results.client),
  worker: workerTable(results.worker),
});

/**
 * Writes tables into their places in a page: between `<!-- name -->` and `<!-- /name -->`.
 * @param {string | URL} page
 * @param {Record<string, string>} parts
 */
export function writeTables(page, parts) {
  let text = readFileSync(page, "utf8");
  for (const [name, part] of Object.entries(parts)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`${page} has no place for the table "${name}".`);
    text = text.replace(place, (_, before, after) => `${before}\n${part}\n\n${after}`);
  }
  writeFileSync(page, text);
}
