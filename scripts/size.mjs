import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { table, writeReadme } from "../bench/report.mjs";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { main } from "./processes.mjs";
import { inRoot } from "./root.mjs";
import { namedWasm } from "./wasm.mjs";
import { byCrate, contributors } from "./wasm-contributors.mjs";

const SHOWN_CRATES = 8;
const SHOWN_FUNCTIONS = 8;

/**
 * What ships, and where it has one, the most that it may weigh: gzip, in KB of 1,000 bytes. `stretch` is where it should go. `named` is the
 * wasm in it, as it was while it had the names of its functions.
 * @type {{ what: string, files: string[], budget?: number, stretch?: number, named?: string }[]}
 */
const ARTIFACTS = [
  { what: "npm: wasm of the client", files: ["pkg/dist/citrn.wasm"], budget: 75, stretch: 35, named: "citrn" },
  { what: "npm: JavaScript of the workerd entry", files: ["pkg/dist/citrn.workerd.mjs"], budget: 12, stretch: 6 },
  { what: "npm: JavaScript of the edge-light entry", files: ["pkg/dist/citrn.edge-light.mjs"], budget: 12, stretch: 6 },
  { what: "npm: the default entry, with the wasm in it", files: ["pkg/dist/citrn.mjs"] },
  { what: "npm: the default entry for require, with the wasm in it", files: ["pkg/dist/citrn.cjs"] },
  { what: "npm: the sandbox's wasm, which only `citrn/sandbox` loads", files: ["pkg/wasm/sandbox_bg.wasm"], named: "sandbox" },
  { what: "Worker upload", files: ["worker/build/index.js", "worker/build/index_bg.wasm"], budget: 280, stretch: 120, named: "worker" },
];

const gzip = (/** @type {string} */ file) => gzipSync(readFileSync(inRoot(file)), { level: 9 }).length;
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1);

/** @param {(typeof ARTIFACTS)[number]} artifact */
function weigh({ what, files, budget, stretch }) {
  const missing = files.find((file) => !existsSync(inRoot(file)));
  if (missing) throw new Failure(`${missing} is not there after the build, so ${what} could not be weighed.`);
  const raw = files.reduce((sum, file) => sum + readFileSync(inRoot(file)).length, 0);
  const compressed = files.reduce((sum, file) => sum + gzip(file), 0);
  const over = budget !== undefined && compressed > budget * 1000;
  const reached = stretch !== undefined && compressed <= stretch * 1000;
  const verdict = over ? "**over budget**" : reached ? "stretch reached" : budget === undefined ? "" : "met";
  return { over, row: [what, kilobytes(raw), kilobytes(compressed), budget ?? "", stretch ?? "", verdict].map(String) };
}

/** The largest parts of an artifact's wasm, in KB, before wasm-opt and compression. @param {string} what @param {string} named */
function largest(what, named) {
  const file = namedWasm(named);
  if (!existsSync(file)) throw new Failure(`${file}, the wasm of ${what} with its names, is not there: delete ${inRoot("pkg", "wasm")} and worker/build, and run this again.`);
  const parts = contributors(file);
  const listed = (/** @type {{ name: string, bytes: number }[]} */ some) => some.map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`).join(", ");
  const functions = parts.filter(({ name }) => name !== "data").slice(0, SHOWN_FUNCTIONS);
  const short = functions.map(({ name, bytes }) => ({ name: `\`${name.length > 70 ? `${name.slice(0, 69)}…` : name}\``, bytes }));
  return `Of ${what}, by crate: ${listed(byCrate(parts).slice(0, SHOWN_CRATES))}. By function: ${listed(short)}.`;
}

async function command() {
  await buildAll();
  const weighed = ARTIFACTS.map(weigh);
  const head = ["what, in KB of 1,000 bytes", "raw", "gzip", "budget", "stretch", ""];
  const parts = ARTIFACTS.flatMap(({ what, named }) => (named ? [largest(what, named)] : []));
  const report = [table(head, weighed.map(({ row }) => row)), "The largest parts of each wasm, in KB, as wasm-opt got it with the names of its functions:", ...parts].join("\n\n");
  console.log(report);
  writeReadme({ size: report });
  const over = ARTIFACTS.filter((_, index) => weighed[index].over).map(({ what }) => what);
  if (over.length > 0) throw new Failure(`Over budget: ${over.join(", ")}.`);
}

await main(command);
