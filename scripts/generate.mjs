// Writes all generated files: Rust tests write those that come from the Rust definitions, pkg/generate.mjs the types of
// the npm package, bruno.mjs the Bruno collection, llms.mjs the guide for coding agents, and public-api.mjs the reports
// of the public API.
import { pathToFileURL } from "node:url";
import { writeCollection } from "./bruno.mjs";
import { writeGuide } from "./llms.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { main, run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { writeReport } from "./public-api.mjs";
import { inRoot } from "./root.mjs";
import { ensureRust, hasToolchain, NIGHTLY } from "./rust.mjs";

/** The files of the core's tests that write files. */
const TESTS = ["api_table", "openapi", "requests", "extra", "replies"];

/** The tests that write files, as arguments of `cargo test`. */
const WRITERS = [
  [...TESTS.flatMap((file) => ["--test", file]), "--", "committed", "every_file_of_src_endpoints"],
  ["-p", "citrn-worker", "--", "_matches_the_code"],
  ["-p", "citrn-sandbox", "--test", "profiles", "--", "the_bytes"],
];

await main(async () => {
  await ensureRust();
  const env = { ...process.env, UPDATE_GENERATED: "1", RUST_BACKTRACE: "0" };
  await step("writing the files generated from the Rust definitions", async (status) => {
    for (const args of WRITERS) {
      const failed = "A generated file could not be written.";
      await run("cargo", ["test", "--quiet", ...args], { log: "generate", failed, env, status });
    }
  });
  const { writeGenerated } = await import(pathToFileURL(inRoot("pkg", "generate.mjs")).href);
  writeGenerated();
  writeCollection();
  writeGuide();
  await ensureNpmPackages();
  await step("writing public-api/npm.d.ts", () => writeReport("npm.d.ts"));
  for (const report of /** @type {const} */ (["citrn.txt", "citrn-sandbox.txt"])) {
    if (hasToolchain(NIGHTLY)) await step(`writing public-api/${report}`, () => writeReport(report));
    else
      say(
        `  - public-api/${report}: skipped, since Rust ${NIGHTLY} is missing; \`npm run check -- --all\` installs it`,
      );
  }
});
