import { parseArgs } from "node:util";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { restoreManifest } from "./package.mjs";
import { main } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { ensureRust } from "./rust.mjs";
import { SUITES } from "./suites.mjs";
import { ensureTool } from "./tools.mjs";

const HELP = `npm test [-- suite ...]

Installs what is missing, builds, and runs the suites: ${Object.keys(SUITES).join(", ")} (all of them if none is named).
The last line is "N passed, N failed"; a suite that could not run, or ran no test, counts as a failure.`;

function readSuites() {
  try {
    const { values, positionals } = parseArgs({ options: { help: { type: "boolean", short: "h" } }, allowPositionals: true });
    const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name));
    if (unknown) throw new Error(`There is no suite "${unknown}": choose from ${Object.keys(SUITES).join(", ")}.`);
    return { help: values.help, names: positionals.length > 0 ? positionals : Object.keys(SUITES) };
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message, { exitCode: 2 });
  }
}

/** What a suite needs before it runs. @param {string[]} names */
async function prepare(names) {
  restoreManifest();
  const wasmTools = names.includes("wasm") ? [ensureTool("wasm-bindgen"), ensureTool("wasm-pack")] : [];
  // The Rust suites compile what they need themselves; the others use the built package and Worker.
  const built = names.includes("node") ? buildAll() : undefined;
  await Promise.all([ensureRust(), ensureNpmPackages(), built, ...wasmTools]);
}

/** @param {string} name */
async function runSuite(name) {
  const outcome = await step(
    `suite ${name}`,
    (status) => SUITES[name](status),
    ({ failed, problem }) => failed === 0 && !problem,
  );
  const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : "";
  console.log(`  suite ${name}: ${outcome.passed} passed, ${outcome.failed} failed${skipped}`);
  if (outcome.problem) console.log(`  suite ${name} counts as a failure: ${outcome.problem}`);
  return outcome;
}

async function command() {
  const { help, names } = readSuites();
  if (help) return void console.log(HELP);
  let passed = 0;
  let failed = 0;
  try {
    await prepare(names);
    for (const name of names) {
      const outcome = await runSuite(name);
      passed += outcome.passed;
      failed += outcome.failed + (outcome.problem ? 1 : 0);
    }
  } catch (error) {
    failed += 1;
    say(error instanceof Failure ? `\n${error.report()}` : `\n${/** @type {Error} */ (error).stack}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main(command);
