import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { README, table, writeTables } from "../bench/report.mjs";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { main, run } from "./processes.mjs";
import { inRoot } from "./root.mjs";
import { toolProgram } from "./tools.mjs";
import { MODULES, namedWasm } from "./wasm.mjs";
import { WORKER } from "./worker.mjs";

const SHOWN_ITEMS = "10";
const WORKER_FILES = ["worker/npm/dist/index.js", "worker/npm/dist/index_bg.wasm"];

/**
 * The files that ship, with their budget and a lower target: gzip, in KB of 1,000 bytes.
 * @type {{ what: string, files: string[], budget?: number, stretch?: number, module?: import("./wasm.mjs").WasmModule }[]}
 */
const ARTIFACTS = [
  { what: "npm: wasm of the client", files: ["pkg/dist/citrn.wasm"], budget: 75, stretch: 35, module: MODULES.client },
  // Spans take 0.5 KB of the budgets of these three.
  { what: "npm: JavaScript of the workerd entry", files: ["pkg/dist/citrn.workerd.mjs"], budget: 12.5, stretch: 6 },
  {
    what: "npm: JavaScript of the edge-light entry",
    files: ["pkg/dist/citrn.edge-light.mjs"],
    budget: 12.5,
    stretch: 6,
  },
  { what: "npm: JavaScript of citrn/worker", files: ["pkg/dist/worker.mjs"], budget: 11.5, stretch: 8 },
  { what: "npm: JavaScript of citrn/element", files: ["pkg/dist/element.min.js"], budget: 4, stretch: 3 },
  { what: "npm: the default entry, with the wasm in it", files: ["pkg/dist/citrn.mjs"] },
  { what: "npm: the default entry for require, with the wasm in it", files: ["pkg/dist/citrn.cjs"] },
  { what: "npm: wasm of the sandbox", files: ["pkg/wasm/sandbox_bg.wasm"], module: MODULES.sandbox },
  { what: "Worker upload", files: WORKER_FILES, budget: 350, stretch: 120, module: WORKER },
];

const gzip = (/** @type {string} */ file) => gzipSync(readFileSync(inRoot(file)), { level: 9 }).length;
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1);

/** @param {(typeof ARTIFACTS)[number]} artifact */
function weigh({ what, files, budget, stretch }) {
  const missing = files.find((file) => !existsSync(inRoot(file)));
  if (missing) throw new Failure(`${missing} is missing after the build, so ${what} could not be measured.`);
  const raw = files.reduce((sum, file) => sum + readFileSync(inRoot(file)).length, 0);
  const compressed = files.reduce((sum, file) => sum + gzip(file), 0);
  const over = budget !== undefined && compressed > budget * 1000;
  const reached = stretch !== undefined && compressed <= stretch * 1000;
  const verdict = over ? "**over budget**" : reached ? "stretch reached" : budget === undefined ? "" : "met";
  return { over, row: [what, kilobytes(raw), kilobytes(compressed), budget ?? "", stretch ?? "", verdict].map(String) };
}

/** Lists the largest items of a wasm module. @param {string} what @param {import("./wasm.mjs").WasmModule} module */
async function largest(what, module) {
  const args = ["top", "-n", SHOWN_ITEMS, namedWasm(module)];
  const failed = `twiggy could not read ${module.name}.wasm.`;
  const { stdout } = await run(await toolProgram("twiggy"), args, { log: `twiggy-${module.name}`, failed });
  // Without the hashes, which differ between builds.
  return `${what}:\n\n\`\`\`text\n${stdout.replaceAll(/::h[0-9a-f]{16}/g, "").trimEnd()}\n\`\`\``;
}

async function command() {
  await buildAll();
  const weighed = ARTIFACTS.map(weigh);
  const head = ["artifact, in KB of 1,000 bytes", "raw", "gzip", "budget", "stretch", ""];
  const parts = await Promise.all(ARTIFACTS.flatMap(({ what, module }) => (module ? [largest(what, module)] : [])));
  const title = "The largest items of each wasm module, before wasm-opt and with the names of its functions:";
  const report = [
    table(
      head,
      weighed.map(({ row }) => row),
    ),
    title,
    ...parts,
  ].join("\n\n");
  console.log(report);
  writeTables(README, { size: report });
  const over = ARTIFACTS.filter((_, index) => weighed[index].over).map(({ what }) => what);
  if (over.length > 0) throw new Failure(`Over budget: ${over.join(", ")}.`);
}

await main(command);
