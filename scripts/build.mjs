import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { Failure } from "./failure.mjs";
import { buildNpmPackage } from "./package.mjs";
import { main } from "./processes.mjs";
import { buildWasm, MODULES } from "./wasm.mjs";
import { buildWorker } from "./worker.mjs";

const HELP = `npm run build [-- --only client|sandbox|package|worker]

Builds the wasm modules of the npm package (pkg/wasm), the npm package (pkg/dist) and the Worker (worker/build).
What is up to date is left alone; what is missing for a build (Rust toolchain, tools, npm packages) is installed.
\`--only package\` builds the wasm modules too, since the package holds them.`;

/** Builds the npm package, with the wasm modules that it holds. */
async function buildNpm() {
  await Promise.all([buildWasm(MODULES.client), buildWasm(MODULES.sandbox)]);
  await buildNpmPackage();
}

const PARTS = {
  client: () => buildWasm(MODULES.client),
  sandbox: () => buildWasm(MODULES.sandbox),
  package: buildNpm,
  worker: buildWorker,
};

/** Builds the npm package and the Worker, side by side. */
export async function buildAll() {
  await Promise.all([buildNpm(), buildWorker()]);
}

async function command() {
  const { values } = readOptions();
  if (values.help) return void console.log(HELP);
  if (values.only === undefined) return buildAll();
  const build = Object.hasOwn(PARTS, values.only) ? PARTS[values.only] : undefined;
  if (!build) {
    throw new Failure(`--only takes one of ${Object.keys(PARTS).join(", ")}, not "${values.only}".`, { exitCode: 2 });
  }
  await build();
}

function readOptions() {
  try {
    return parseArgs({ options: { only: { type: "string" }, help: { type: "boolean", short: "h" } } });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message} See npm run build -- --help.`, { exitCode: 2 });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(command);
