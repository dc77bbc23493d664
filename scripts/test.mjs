import { buildAll } from "./build.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { ensureRust } from "./rust.mjs";
import { SUITES } from "./suites.mjs";
import { testCommand } from "./test-command.mjs";
import { ensureTool } from "./tools.mjs";
import { buildPanickingWorker } from "./worker.mjs";

const HELP = `npm test [-- suite ...]

Installs what is missing, builds, and runs the suites: ${Object.keys(SUITES).join(", ")} (all of them if none is named).
The last line is "N passed, N failed"; a suite that could not run, or ran no test, counts as a failure.`;

/** What a suite needs before it runs. @param {string[]} names */
async function prepare(names) {
  const wasmTools = names.includes("wasm") ? [ensureTool("wasm-bindgen"), ensureTool("wasm-pack")] : [];
  // The Rust suites compile what they need themselves; the others use the built package and Worker.
  const built = names.includes("node") ? Promise.all([buildAll(), buildPanickingWorker()]) : undefined;
  await Promise.all([ensureRust(), ensureNpmPackages(), built, ...wasmTools]);
}

await testCommand({ help: HELP, suites: SUITES, prepare });
