import { rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { budgets } from "../bench/budgets.mjs";
import { measureClient } from "../bench/client/measure.mjs";
import { measureGrowth, SERIES } from "../bench/growth/measure.mjs";
import { plot } from "../bench/growth/plot.mjs";
import { measureScale } from "../bench/growth/scale.mjs";
import { scalingTables } from "../bench/growth/scaling.mjs";
import { digits, README, table, tables, writeTables } from "../bench/report.mjs";
import { measureSign } from "../bench/sign/measure.mjs";
import { measureWorker } from "../bench/worker/measure.mjs";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { installPackages } from "./npm.mjs";
import { readOptions } from "./options.mjs";
import { main } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";

const HELP = `npm run bench [-- --quick]; npm run bench:growth [-- SERIES...]

Compares citrn with its peers: signatures on Node, Bun and Deno, whole client calls, and the Worker on workerd. First
checks that all give the same results, then measures them in turn. Prints the tables, writes bench/results.json and the
tables of bench/README.md, and fails if a budget is missed. Takes nine minutes and needs an idle machine.
--quick takes one minute, is too coarse for conclusions, and writes nothing. bench:growth measures the cost of requests
as bodies, tokens, keys and callbacks grow, up to 1,000,000 rows, and fails if a cost that should be constant grows.
It also measures requests per second, rows and bytes, and writes the tables of docs/scaling.md. With the names of series
(${Object.keys(SERIES).join(", ")})
it measures only these, and writes nothing; with the name scale, only the tables of docs/scaling.md.`;

const WHOLE = {
  sign: { rounds: 15, milliseconds: 20 },
  client: { rounds: 5, turns: 60, calls: 128, retained: 100_000 },
  worker: { warmUp: 12, rounds: 120, seconds: 0.3, starts: 10 },
};
const QUICK = {
  sign: { rounds: 3, milliseconds: 5 },
  client: { rounds: 1, turns: 20, calls: 128, retained: 5_000 },
  worker: { warmUp: 4, rounds: 5, seconds: 0.8, starts: 2 },
};

const context = () => ({
  date: new Date().toISOString().slice(0, 10),
  processor: os.cpus()[0].model.trim(),
  processors: os.availableParallelism(),
  system: `${os.type()} ${os.release().split(/[-+]/)[0]}, Node ${process.versions.node}`,
});

/** The factor by which a cost that should be constant may grow from the smallest size to the largest. */
const MOST_GROWTH = 1.5;

const NAMES = [...Object.keys(SERIES), "scale"];

/** @param {string[]} chosen some of `NAMES`; none for all */
async function growth(chosen) {
  const names = chosen.length > 0 ? chosen : NAMES;
  if (names.includes("scale")) await scale();
  const series = names.filter((name) => name !== "scale");
  if (series.length > 0) await growthOf(series, chosen.length === 0);
}

async function scale() {
  const directory = `${targetDir}/bench-scale`;
  const parts = scalingTables(await step("scale", (say) => measureScale({ directory, say })));
  rmSync(directory, { recursive: true });
  console.log(Object.values(parts).join("\n\n"));
  writeTables(inRoot("docs", "scaling.md"), parts);
}

/** @param {string[]} names @param {boolean} writes whether bench/README.md gets the results */
async function growthOf(names, writes) {
  const directory = `${targetDir}/bench-growth`;
  const results = await step("growth", (say) => measureGrowth({ names, requests: 150, rounds: 4, directory, say }));
  rmSync(directory, { recursive: true });
  const grew = [];
  const rows = Object.entries(results).map(([name, points]) => {
    const { title, flat } = SERIES[name];
    const growth = points[points.length - 1].milliseconds / points[0].milliseconds;
    if (flat && growth > MOST_GROWTH) grew.push(title);
    const costs = points.map(({ size, milliseconds }) => `${size.toLocaleString("en")}: ${digits(milliseconds)}`);
    return [title, costs.join(", "), `${digits(growth)}×`, flat ? `at most ${MOST_GROWTH}×` : "linear in the bytes"];
  });
  const report = table(["ms for a", "at each size", "ratio of largest to smallest", "bound"], rows);
  console.log(report);
  if (writes) {
    writeFileSync(inRoot("bench", "growth.svg"), plot(results));
    writeTables(README, { growth: `${report}\n\n![Cost of requests by size](growth.svg)` });
  }
  if (grew.length > 0) throw new Failure(`The cost grows with the size: ${grew.join("; ")}.`);
}

/** @param {boolean} quick */
async function peers(quick) {
  await installPackages("bench", "installing the peers of the benchmarks");
  const amounts = quick ? QUICK : WHOLE;
  const sign = await step("signatures", (say) => measureSign({ ...amounts.sign, say }));
  const client = await step("client calls", (say) => measureClient({ ...amounts.client, say }));
  const directory = `${targetDir}/bench-worker`;
  const worker = await step("the Worker", (say) => measureWorker({ ...amounts.worker, directory, say }));
  const results = { context: context(), budgets: budgets({ sign, client, worker }), sign, client, worker };
  const parts = tables(results);
  console.log(Object.values(parts).join("\n\n"));
  if (!quick) {
    writeFileSync(inRoot("bench", "results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
    writeTables(README, parts);
  }
  const broken = results.budgets.filter(({ met }) => !met);
  if (broken.length > 0) throw new Failure(`Missed budgets: ${broken.map(({ what }) => what).join("; ")}.`);
}

/** Rounds to four digits, which is finer than the measurements are. */
function rounded(/** @type {string} */ _, /** @type {unknown} */ value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

await main(async () => {
  const { values, positionals } = readOptions(HELP, { quick: { type: "boolean" }, growth: { type: "boolean" } }, true);
  if (values.help) return void console.log(HELP);
  const unknown = positionals.find((name) => !values.growth || !NAMES.includes(name));
  if (unknown) throw new Failure(`${unknown}: not a series; choose from ${NAMES.join(", ")}.`, { exitCode: 2 });
  await buildAll();
  await (values.growth ? growth(positionals) : peers(values.quick === true));
});
