import path from "node:path";
import { shippingEnvironment } from "./environment.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { ensureRust, WASM_TARGET } from "./rust.mjs";
import { shortenImports } from "./short-imports.mjs";
import { ensureTool, toolProgram } from "./tools.mjs";
import { cargo, keepNamed, WASM_FEATURES } from "./wasm.mjs";

const INPUTS = ["worker", "src", "api.json", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "scripts/environment.mjs", "scripts/worker.mjs", "scripts/without-exports.mjs", "scripts/short-imports.mjs"];

/**
 * A build of the Worker.
 * @typedef {object} Build
 * @property {string} name
 * @property {string} directory relative to the root
 * @property {string[]} features of its crate
 */

/** The one that ships. @type {Build} */
const SHIPPING = { name: "worker", directory: "worker/build", features: [] };

/** One that panics on demand, for a test. @type {Build} */
export const PANICKING = { name: "worker-that-panics", directory: "tests/worker/build/force-panic", features: ["force-panic"] };

/** worker-build sets this for its own cargo run; macros read it, so the compilation ahead of it needs the same. */
const WORKER_BUILD_ENVIRONMENT = { WASM_BINDGEN_USE_JS_SYS: "1" };

/** Builds the Worker into worker/build, if it is not up to date. */
export const buildWorker = () => build(SHIPPING);

/** Builds the Worker that panics on demand, if it is not up to date. */
export const buildPanickingWorker = () => build(PANICKING);

/** The builds run one after the other: cargo writes both to the same file. */
let queue = Promise.resolve();

/** @param {Build} which */
function build(which) {
  const done = queue.then(() => buildNow(which));
  queue = done.catch(() => {});
  return done;
}

/**
 * Builds with worker-build, which would download wasm-bindgen, wasm-opt and esbuild: it gets ours instead, in the versions
 * pinned here.
 * @param {Build} which
 */
async function buildNow({ name, directory, features }) {
  const outputs = ["index.js", "index_bg.wasm"].map((file) => `${directory}/${file}`);
  const freshness = new Freshness(name, { inputs: INPUTS, outputs });
  if (freshness.isFresh()) return;
  const tools = Promise.all([ensureTool("wasm-bindgen"), ensureTool("worker-build")]);
  const packages = ensureNpmPackages();
  await ensureRust();
  const withFeatures = features.length > 0 ? ["--features", features.join(",")] : [];
  const whole = ["the Worker", ...features.map((feature) => `with ${feature}`)].join(" ");
  // Compiled ahead of worker-build, which needs no more than the result, while worker-build itself is being installed.
  const compiled = cargo(
    `compiling ${whole} to wasm`,
    `cargo-wasm-${name}`,
    ["build", "-p", "citrn-worker", "--lib", "--release", "--target", WASM_TARGET, ...withFeatures],
    WORKER_BUILD_ENVIRONMENT,
  );
  await Promise.all([compiled, tools, packages]);
  const ships = features.length === 0;
  await step(`building ${whole}`, async (status) =>
    run(
      await toolProgram("worker-build"),
      ["--release", "--out-dir", path.relative(inRoot("worker"), inRoot(directory)), ...(ships ? [] : ["--no-opt", "--", ...withFeatures])],
      {
        cwd: inRoot("worker"),
        env: {
          ...shippingEnvironment(),
          WASM_BINDGEN_BIN: await toolProgram("wasm-bindgen"),
          WASM_OPT_BIN: inRoot("node_modules", "binaryen", "bin", "wasm-opt"),
          ESBUILD_BIN: inRoot("node_modules", "esbuild", "bin", "esbuild"),
        },
        log: `worker-build-${name}`,
        failed: `worker-build could not build ${whole}.`,
        status,
      },
    ),
  );
  if (ships) await shrink(inRoot(directory, "index_bg.wasm"));
  freshness.record();
}

/** Classes that workers-rs exports to JavaScript, and of which this Worker never makes one. */
const NEVER_MADE = ["containerstartupoptions", "intounderlyingbytesource", "intounderlyingsink", "intounderlyingsource", "minifyconfig", "r2range"];

/**
 * Takes away exports that nobody uses, and with them whatever they alone lead to; then makes of the module what compresses
 * best: nothing inlined, since that is shorter but less alike, functions of similar names side by side, and imports with short names.
 * @param {string} wasm
 */
function shrink(wasm) {
  return step("shrinking the Worker", async (status) => {
    keepNamed("worker", wasm);
    const features = [...WASM_FEATURES, "exception-handling"].map((feature) => `--enable-${feature}`);
    await run(process.execPath, [inRoot("scripts", "without-exports.mjs"), wasm, ...NEVER_MADE], {
      log: "worker-exports",
      failed: "The exports of the Worker that nobody uses could not be taken away.",
      status,
    });
    const passes = ["-aimfs", "0", "-ocimfs", "0", "-Oz", "--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];
    await run(process.execPath, [inRoot("node_modules", "binaryen", "bin", "wasm-opt"), ...features, ...passes, wasm, "-o", wasm], {
      log: "worker-wasm-opt",
      failed: "wasm-opt failed on the Worker.",
      status,
    });
    shortenImports(wasm, path.join(path.dirname(wasm), "index.js"));
  });
}
