// Writes every generated file: the Rust tests write what follows from the Rust definitions, pkg/generate.mjs the rest.
import { pathToFileURL } from "node:url";
import { main, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { ensureRust } from "./rust.mjs";

/** The tests that write files, as arguments of `cargo test`. */
const WRITERS = [
  ["--test", "api_table", "--test", "requests", "--test", "replies", "--", "committed", "every_file_of_src_endpoints"],
  ["-p", "citrn-worker", "--", "is_what_follows_from_the_code"],
];

await main(async () => {
  await ensureRust();
  const env = { ...process.env, UPDATE_GENERATED: "1", RUST_BACKTRACE: "0" };
  await step("writing what follows from the Rust definitions", async (status) => {
    for (const args of WRITERS) {
      const failed = "A generated file could not be written.";
      await run("cargo", ["test", "--quiet", ...args], { log: "generate", failed, env, status });
    }
  });
  const { writeGenerated } = await import(pathToFileURL(inRoot("pkg", "generate.mjs")).href);
  writeGenerated();
});
