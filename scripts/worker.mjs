import { shippingEnvironment } from "./environment.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { ensureRust, WASM_TARGET } from "./rust.mjs";
import { ensureTool, toolProgram } from "./tools.mjs";
import { cargo } from "./wasm.mjs";

const INPUTS = ["worker", "src", "api.json", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "scripts/worker.mjs"];
const OUTPUTS = ["worker/build/index.js", "worker/build/index_bg.wasm"];

/** worker-build sets this for its own cargo run; macros read it, so the compilation ahead of it needs the same. */
const WORKER_BUILD_ENVIRONMENT = { WASM_BINDGEN_USE_JS_SYS: "1" };

/**
 * Builds the Worker into worker/build with worker-build, if it is not up to date.
 * worker-build would download wasm-bindgen, wasm-opt and esbuild: it gets ours instead, in the versions pinned here.
 */
export async function buildWorker() {
  const freshness = new Freshness("worker", { inputs: INPUTS, outputs: OUTPUTS });
  if (freshness.isFresh()) return;
  const tools = Promise.all([ensureTool("wasm-bindgen"), ensureTool("worker-build")]);
  const packages = ensureNpmPackages();
  await ensureRust();
  // Compiled ahead of worker-build, which needs no more than the result, while worker-build itself is being installed.
  const compiled = cargo(
    "compiling citrn-worker to wasm",
    "cargo-wasm-citrn-worker",
    ["build", "-p", "citrn-worker", "--lib", "--release", "--target", WASM_TARGET],
    WORKER_BUILD_ENVIRONMENT,
  );
  await Promise.all([compiled, tools, packages]);
  await step("building the Worker", async (status) =>
    run(await toolProgram("worker-build"), ["--release"], {
      cwd: inRoot("worker"),
      env: {
        ...shippingEnvironment(),
        WASM_BINDGEN_BIN: await toolProgram("wasm-bindgen"),
        WASM_OPT_BIN: inRoot("node_modules", "binaryen", "bin", "wasm-opt"),
        ESBUILD_BIN: inRoot("node_modules", "esbuild", "bin", "esbuild"),
      },
      log: "worker-build",
      failed: "worker-build could not build the Worker.",
      status,
    }),
  );
  // worker-build keeps the names of all functions, a sixth of the upload, whatever its own settings say.
  const wasm = inRoot("worker", "build", "index_bg.wasm");
  await step("stripping the Worker", (status) =>
    run(process.execPath, [inRoot("node_modules", "binaryen", "bin", "wasm-opt"), "--strip-debug", wasm, "-o", wasm], {
      log: "worker-strip",
      failed: "wasm-opt could not strip the Worker.",
      status,
    }),
  );
  freshness.record();
}
