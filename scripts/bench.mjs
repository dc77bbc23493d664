import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { budgets } from "../bench/budgets.mjs";
import { measureClient } from "../bench/client/measure.mjs";
import { tables, writeReadme } from "../bench/report.mjs";
import { measureSign } from "../bench/sign/measure.mjs";
import { measureWorker } from "../bench/worker/measure.mjs";
import { ensureBenchPackages } from "./bench-packages.mjs";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { main } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";

const HELP = `npm run bench [-- --quick]

Measures citrn against its peers: signatures on Node, Bun and Deno, whole client calls, and the Worker on workerd. Everyone is
checked to give the same results first; then all take turns. Prints the tables, writes bench/results.json and the tables of
bench/README.md, and fails when a budget is broken. Takes six minutes, and wants a machine that has nothing else to do.
--quick takes one, is too coarse to judge by, and writes nothing.`;

const WHOLE = {
  sign: { rounds: 15, milliseconds: 20 },
  client: { rounds: 6, turns: 12, calls: 200, retained: 100_000 },
  worker: { warmUp: 12, rounds: 30, seconds: 0.8, starts: 10 },
};
const QUICK = {
  sign: { rounds: 3, milliseconds: 5 },
  client: { rounds: 2, turns: 6, calls: 200, retained: 5_000 },
  worker: { warmUp: 4, rounds: 5, seconds: 0.8, starts: 2 },
};

const context = () => ({
  date: new Date().toISOString().slice(0, 10),
  processor: os.cpus()[0].model.trim(),
  processors: os.availableParallelism(),
  system: `${os.type()} ${os.release().split(/[-+]/)[0]}, Node ${process.versions.node}`,
});

async function command() {
  const { values } = parseArgs({ options: { quick: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log(HELP);
  await Promise.all([buildAll(), ensureBenchPackages()]);
  const amounts = values.quick ? QUICK : WHOLE;
  const sign = await step("signatures", (say) => measureSign({ ...amounts.sign, say }));
  const client = await step("client calls", (say) => measureClient({ ...amounts.client, say }));
  const worker = await step("the Worker", (say) => measureWorker({ ...amounts.worker, directory: `${targetDir}/bench-worker`, say }));
  const results = { context: context(), budgets: budgets({ sign, client, worker }), sign, client, worker };
  const parts = tables(results);
  console.log(Object.values(parts).join("\n\n"));
  if (!values.quick) {
    writeFileSync(inRoot("bench", "results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
    writeReadme(parts);
  }
  const broken = results.budgets.filter(({ met }) => !met);
  if (broken.length > 0) throw new Failure(`Broken budgets: ${broken.map(({ what }) => what).join("; ")}.`);
}

/** Four digits of a measurement are more than it is worth. */
const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) => (typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);

await main(command);
