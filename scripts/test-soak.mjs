import path from "node:path";
import { buildAll } from "./build.mjs";
import { filesUnder } from "./freshness.mjs";
import { harness, nodeSuite, testCommand } from "./harness.mjs";
import { ensureNpmPackages } from "./npm.mjs";

const SUFFIX = ".soak.mjs";

/** Each *.soak.mjs is a separate suite, since it measures. `books` and `inbox` are longer runs of Rust tests. */
/** @type {Record<string, import("./harness.mjs").Suite>} */
const suites = {
  books(status) {
    const args = ["test", "-p", "citrn-sandbox", "--test", "operations"];
    return harness("cargo", args, { log: "soak-books", env: { ...process.env, PROPTEST_CASES: "400" }, status });
  },
  inbox(status) {
    const args = ["test", "--release", "-p", "citrn-worker", "--lib", "queries_model"];
    const env = { ...process.env, INBOX_MODEL_EVENTS: "100000" };
    return harness("cargo", args, { log: "soak-inbox", env, status });
  },
};
for (const file of filesUnder(["tests/soak", "pkg/test"]).filter((path) => path.endsWith(SUFFIX))) {
  const name = path.basename(file, SUFFIX);
  suites[name] = nodeSuite(`soak-${name}`, file);
}

const HELP = `npm run test:soak [-- suite ...]

Runs long tests, under load and with faults that take time: ${Object.keys(suites).join(", ")} (all by default).
Needs the load generator \`wrk\`, and an idle machine, since the suites measure.
The last line is "N passed, N failed"; a suite that cannot run, or runs no test, counts as a failure.`;

await testCommand({ help: HELP, suites, prepare: () => Promise.all([ensureNpmPackages(), buildAll()]) });
