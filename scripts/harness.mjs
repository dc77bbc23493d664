import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { modernNode, withPath } from "./environment.mjs";
import { logPath, run } from "./processes.mjs";
import { inRoot, root } from "./root.mjs";

/**
 * The outcome of a suite. `problem` says why it could not be run to its end; it counts as a failure.
 * @typedef {{ passed: number, failed: number, skipped: number, problem?: string }} Outcome
 */

/** Gets the latest line of what a suite prints. @typedef {(text: string) => void} Status */

/** One line per test that passed says nothing that the total does not. */
const PASSED = /^test .* \.\.\. ok$/;
const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/;

/**
 * Runs a command that reports like Rust's test harness, once per test binary, and adds the results up.
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, env: NodeJS.ProcessEnv, status: Status }} options
 * @returns {Promise<Outcome>}
 */
export async function rustHarness(command, args, { log, env, status }) {
  const outcome = { passed: 0, failed: 0, skipped: 0 };
  const onLine = (line) => {
    if (line.trim() && !PASSED.test(line)) console.log(`    ${line}`);
    const result = RESULT.exec(line);
    if (!result) return;
    outcome.passed += Number(result[1]);
    outcome.failed += Number(result[2]);
    outcome.skipped += Number(result[3]);
  };
  const { code } = await run(command, args, {
    log,
    env,
    status,
    onLine,
    onErrorLine: (line) => {
      if (/^\s*(Running|Doc-tests) /.test(line) || /^(error|warning: unused)/.test(line)) console.log(`    ${line.trim()}`);
    },
  });
  return withProblem(outcome, code, log);
}

/** A suite that broke off, or found nothing to run, has failed. @param {Outcome} outcome @returns {Outcome} */
function withProblem(outcome, code, log) {
  if (code !== 0 && outcome.failed === 0) return { ...outcome, problem: `it ended with exit code ${code}; see ${logPath(log)}` };
  if (outcome.passed + outcome.failed === 0) return { ...outcome, problem: "it ran no test at all" };
  return outcome;
}

/**
 * Runs test files with Node's test runner, on a Node that all npm packages accept.
 * @param {string[]} files absolute paths
 * @param {{ log: string, args?: string[], env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Outcome>}
 */
export async function nodeHarness(files, { log, args = [], env = process.env }) {
  const counts = logPath(`${log}-counts`);
  rmSync(counts, { force: true });
  const { code } = await run(
    modernNode(),
    [
      "--test",
      ...args,
      ...["--test-reporter", "spec", "--test-reporter-destination", "stdout"],
      ...["--test-reporter", inRoot("scripts", "node-test-counts.mjs"), "--test-reporter-destination", counts],
      ...files.map((file) => path.relative(root, file)),
    ],
    {
      log,
      env: withPath([path.dirname(modernNode())], env),
      onLine: (line) => console.log(`    ${line}`),
      onErrorLine: (line) => console.log(`    ${line}`),
    },
  );
  if (!existsSync(counts)) return withProblem({ passed: 0, failed: 0, skipped: 0 }, code, log);
  const { pass, fail, cancelled, skipped, todo } = JSON.parse(readFileSync(counts, "utf8"));
  return withProblem({ passed: pass, failed: fail + cancelled, skipped: skipped + todo }, code, log);
}
