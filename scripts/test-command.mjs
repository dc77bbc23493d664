import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { main } from "./processes.mjs";
import { say, step } from "./progress.mjs";

/** @typedef {Record<string, (status: import("./harness.mjs").Status) => Promise<import("./harness.mjs").Outcome>>} Suites */

/** @param {string} help @param {Suites} suites */
function readSuites(help, suites) {
  try {
    const { values, positionals } = parseArgs({ options: { help: { type: "boolean", short: "h" } }, allowPositionals: true });
    const unknown = positionals.find((name) => !Object.hasOwn(suites, name));
    if (unknown) throw new Error(`There is no suite "${unknown}": choose from ${Object.keys(suites).join(", ")}.`);
    return { help: values.help, names: positionals.length > 0 ? positionals : Object.keys(suites) };
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message, { exitCode: 2 });
  }
}

/** @param {string} name @param {Suites} suites */
async function runSuite(name, suites) {
  const outcome = await step(
    `suite ${name}`,
    (status) => suites[name](status),
    ({ failed, problem }) => failed === 0 && !problem,
  );
  const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : "";
  console.log(`  suite ${name}: ${outcome.passed} passed, ${outcome.failed} failed${skipped}`);
  if (outcome.problem) console.log(`  suite ${name} counts as a failure: ${outcome.problem}`);
  return outcome;
}

/**
 * A command that runs the suites named as its arguments, or all of them, and prints "N passed, N failed" last.
 * @param {{ help: string, suites: Suites, prepare: (names: string[]) => Promise<void> }} command
 */
export async function testCommand({ help, suites, prepare }) {
  await main(async () => {
    const asked = readSuites(help, suites);
    if (asked.help) return void console.log(help);
    let passed = 0;
    let failed = 0;
    try {
      await prepare(asked.names);
      for (const name of asked.names) {
        const outcome = await runSuite(name, suites);
        passed += outcome.passed;
        failed += outcome.failed + (outcome.problem ? 1 : 0);
      }
    } catch (error) {
      failed += 1;
      say(error instanceof Failure ? `\n${error.report()}` : `\n${/** @type {Error} */ (error).stack}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  });
}
