import { pathToFileURL } from "node:url";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { readOptions } from "./options.mjs";
import { main } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { buildWasm, MODULES } from "./wasm.mjs";
import { buildWorker } from "./worker-package.mjs";

const HELP = `npm run build [-- --only client|sandbox|package|worker]

Builds the wasm modules of the npm package (pkg/wasm), the npm package (pkg/dist) and the Worker (worker/npm/dist).
Skips what is up to date, and installs what a build needs (Rust toolchain, tools, npm packages).
\`--only package\` also builds the wasm modules, which the package contains.`;

const SOURCES = [
  "src",
  "types",
  "wasm",
  "build.mjs",
  "build-element.mjs",
  "generate.mjs",
  "package.json",
  "tsconfig.json",
];
const INPUTS = [...SOURCES.map((file) => `pkg/${file}`), "api.json", "worker/openapi.json", "package-lock.json"];

/** Builds the npm package: its wasm modules, then its JavaScript and declarations in pkg/dist. */
export async function buildPackage() {
  await buildWasmModules();
  const freshness = new Freshness("npm-package", { inputs: INPUTS, outputs: ["pkg/dist"] });
  if (freshness.isFresh()) return;
  await ensureNpmPackages();
  await step("building the npm package", async () => {
    const { buildPackage: build } = await import(pathToFileURL(inRoot("pkg", "build.mjs")).href);
    const { integrity } = await build().catch((/** @type {Error} */ { message }) => {
      throw new Failure(`The npm package could not be built: ${message}`);
    });
    say(`  element.min.js: integrity="${integrity}"`);
  });
  freshness.record();
}

/** Builds the wasm modules of the npm package. */
export const buildWasmModules = () => Promise.all(Object.values(MODULES).map(buildWasm));

/** Builds the npm package and the Worker concurrently. */
export const buildAll = () => Promise.all([buildPackage(), buildWorker()]);

const PARTS = {
  client: () => buildWasm(MODULES.client),
  sandbox: () => buildWasm(MODULES.sandbox),
  package: buildPackage,
  worker: buildWorker,
};

async function command() {
  const { only, help } = readOptions(HELP, { only: { type: "string" } }).values;
  if (help) return void console.log(HELP);
  if (only !== undefined && !Object.hasOwn(PARTS, only)) {
    throw new Failure(`--only must be one of ${Object.keys(PARTS).join(", ")}, not "${only}".`, { exitCode: 2 });
  }
  await (only === undefined ? buildAll() : PARTS[only]());
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(command);
