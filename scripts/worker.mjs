import { Failure } from "./failure.mjs";
import { inRoot } from "./root.mjs";
import { buildWasm } from "./wasm.mjs";

/** @satisfies {import("./wasm.mjs").WasmModule} */
export const WORKER = {
  name: "worker",
  crate: "citrn-worker",
  directory: "worker/npm/dist",
  file: "index",
  inputs: [
    ...["Cargo.toml", "build.rs", "openapi.json", "src"].map((name) => `worker/${name}`),
    ...["llms.txt", "scripts/worker.mjs"],
  ],
  // Both flags are experimental: the first tests of tests/worker/panic.test.mjs show that they work.
  bindgenFlags: [
    // A trap calls the hook of `set_on_abort`, so that edge/in_flight.js answers the pending requests, which would hang
    // otherwise. If the flag is removed: with panic=unwind, which needs nightly Rust, the hook needs no flag.
    "--force-enable-abort-handler",
    // Exports `__wbg_reset_state`, with which edge/in_flight.js creates the next instance. If the flag is removed:
    // `schedule_reinit` creates it in the next call, but then late promises of the old instance must be ignored.
    "--experimental-reset-state-function",
  ],
  optFlags: [
    // wasm-bindgen catches JavaScript errors with it, but does not list it among the module's features.
    "--enable-exception-handling",
    // No inlining: inlined code is shorter, but its gzip is 1.7 KB larger.
    ...["--always-inline-max-function-size", "0", "--one-caller-inline-max-function-size", "0"],
  ],
  writeScript: bundle,
};

const directory = "tests/worker/build/force-panic";
/** A build that panics on demand, for tests/worker/panic.test.mjs. */
export const PANICKING = { ...WORKER, name: "worker-that-panics", directory, features: ["force-panic"] };

/** Builds the Worker that panics on demand, unless it is up to date. */
export const buildPanickingWorker = () => buildWasm(PANICKING);

/** Bundles edge/entry.js with wasm-bindgen's output. @param {string} glue @param {string} output */
async function bundle(glue, output) {
  // Imported only here, because it has to be installed first.
  const esbuild = await import("esbuild");
  await esbuild
    .build({
      entryPoints: [inRoot("worker", "src", "edge", "entry.js")],
      outfile: output,
      bundle: true,
      format: "esm",
      target: "es2022",
      minify: true,
      logLevel: "silent",
      external: ["./index_bg.wasm", "cloudflare:*"],
      inject: [inRoot("worker", "src", "edge", "microtask.js")],
      alias: {
        "citrn-worker": glue,
        ...Object.fromEntries(
          ["in_flight.js", "spans.js"].map((file) => [`citrn-worker/${file}`, inRoot("worker", "src", "edge", file)]),
        ),
      },
    })
    .catch((error) => {
      throw new Failure(`esbuild could not bundle the Worker: ${error.message}`);
    });
}
