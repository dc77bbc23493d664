import os from "node:os";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { readOptions } from "./options.mjs";
import { main, run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { toolProgram } from "./tools.mjs";

/** @typedef {{ passed: number, failed: number }} Outcome */
/** @typedef {(status: (text: string) => void) => Promise<Outcome>} Suite */

/** Lines that add nothing to the totals: cargo's progress, and a line for each passed test. */
const NOISE = /^\s*$|^ +(Compiling|Downloading|Downloaded|Blocking|Finished|Executable) |^test .* \.\.\. ok$/;
/** The totals of Rust's harness, such as `test result: ok. 3 passed; 1 failed`, and of Node's, such as `ℹ pass 3`. */
const PASSED = /^(?:test result: .* (?=\d+ passed)|ℹ pass )(\d+)/;
const FAILED = /^(?:test result: .* (?=\d+ failed)|ℹ (?:fail|cancelled) )(\d+)/;

/**
 * Runs a command that reports like Rust's test harness (once per test binary) or like Node's, and sums the totals.
 * A suite that broke off, or ran no test, counts as a failure.
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, env?: NodeJS.ProcessEnv, cwd?: string, status: (text: string) => void }} options
 * @returns {Promise<Outcome>}
 */
export async function harness(command, args, options) {
  let [passed, failed] = [0, 0];
  const show = (/** @type {string} */ line) => NOISE.test(line) || console.log(`    ${line}`);
  const onLine = (/** @type {string} */ line) => {
    show(line);
    passed += Number(PASSED.exec(line)?.[1] ?? 0);
    failed += Number(FAILED.exec(line)?.[1] ?? 0);
  };
  // Without colours, which would prevent reading the totals.
  const env = { ...(options.env ?? process.env), FORCE_COLOR: undefined };
  const { code, log } = await run(command, args, { ...options, env, onLine, onErrorLine: show });
  if (failed > 0 || (code === 0 && passed > 0)) return { passed, failed };
  const problem = code === 0 ? "no test ran" : `exit code ${code}`;
  console.log(`  ${problem}, which counts as a failure; see ${log}`);
  return { passed, failed: 1 };
}

/**
 * Returns a suite of test files, run by a Node that all npm packages accept.
 * @param {string} name
 * @param {string[]} files paths or globs
 * @returns {Suite}
 */
export function nodeSuite(name, ...files) {
  // Most tests wait for a clock, a server or a page. By default, a machine with two processors runs one file at a time.
  const concurrency = Math.max(2, os.availableParallelism() - 1);
  const args = ["--test", "--test-reporter=spec", `--test-concurrency=${concurrency}`, ...files];
  return (status) => harness("node", args, { log: `test-${name}`, status });
}

/**
 * Runs `wasm-pack test`, with the wasm-bindgen of our lock file.
 * @param {string[]} args
 * @param {{ log: string, env?: NodeJS.ProcessEnv, status: (text: string) => void }} options
 */
export async function wasmPack(args, { log, env = {}, status }) {
  const PATH = [path.dirname(await toolProgram("wasm-bindgen")), process.env.PATH].join(path.delimiter);
  const program = await toolProgram("wasm-pack");
  return harness(program, ["test", ...args], { log, env: { ...process.env, PATH, ...env }, status });
}

/**
 * Runs the suites given as arguments, or all of them but the optional ones, and prints "N passed, N failed" as the last
 * line.
 * @param {{ help: string, suites: Record<string, Suite>, optional?: Record<string, Suite>,
 *   prepare: (names: string[]) => Promise<unknown> }} command
 */
export async function testCommand({ help, suites, optional = {}, prepare }) {
  await main(async () => {
    const { values, positionals } = readOptions(help, {}, true);
    if (values.help) return void console.log(help);
    const known = { ...suites, ...optional };
    const unknown = positionals.find((name) => !Object.hasOwn(known, name));
    const all = Object.keys(known).join(", ");
    if (unknown) throw new Failure(`Unknown suite "${unknown}": choose from ${all}.`, { exitCode: 2 });
    const names = positionals.length > 0 ? positionals : Object.keys(suites);
    let [passed, failed] = [0, 0];
    try {
      await prepare(names);
      for (const name of names) {
        const outcome = await step(`suite ${name}`, known[name], (result) => result.failed === 0);
        console.log(`  suite ${name}: ${outcome.passed} passed, ${outcome.failed} failed`);
        passed += outcome.passed;
        failed += outcome.failed;
      }
    } catch (error) {
      failed += 1;
      say(error instanceof Failure ? `\n${error.report()}` : `\n${/** @type {Error} */ (error).stack}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  });
}
