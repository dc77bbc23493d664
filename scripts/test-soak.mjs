import path from "node:path";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { filesUnder } from "./freshness.mjs";
import { nodeHarness } from "./harness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { testCommand } from "./test-command.mjs";

const SUFFIX = ".soak.mjs";

/** Every *.soak.mjs is a suite of its own: they run one after the other, since each measures. */
function soaks() {
  /** @type {Record<string, () => Promise<import("./harness.mjs").Outcome>>} */
  const suites = {};
  for (const file of filesUnder(["tests/soak", "pkg/test"]).filter((one) => one.endsWith(SUFFIX))) {
    const name = path.basename(file, SUFFIX);
    if (Object.hasOwn(suites, name)) throw new Failure(`Two files are called ${name}${SUFFIX}: rename one, since the name chooses the suite.`);
    suites[name] = () => nodeHarness([file], { log: `soak-${name}` });
  }
  return suites;
}

const suites = soaks();

const HELP = `npm run test:soak [-- suite ...]

Long runs, under load and with what goes wrong over time: ${Object.keys(suites).join(", ")} (all of them if none is named).
Needs the load generator \`wrk\`, and a machine that has nothing else to do: the suites measure.
The last line is "N passed, N failed"; a suite that could not run, or ran no test, counts as a failure.`;

await testCommand({ help: HELP, suites, prepare: async () => void (await Promise.all([ensureNpmPackages(), buildAll()])) });
