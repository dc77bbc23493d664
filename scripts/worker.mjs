import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";
import { ensureRust } from "./rust.mjs";
import { shortenImports } from "./short-imports.mjs";
import { ensureTool, toolProgram } from "./tools.mjs";
import { compile, keepNamed, WASM_FEATURES } from "./wasm.mjs";

const INPUTS = ["worker", "src", "api.json", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "scripts/environment.mjs", "scripts/tools.mjs", "scripts/wasm.mjs", "scripts/worker.mjs", "scripts/without-exports.mjs", "scripts/short-imports.mjs"];

const CRATE = "citrn-worker";

/** What the runtime loads. */
const ENTRY = inRoot("worker", "src", "edge", "entry.js");

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
 * Builds in three steps: cargo, wasm-bindgen, and esbuild, which makes one module of the entry and of what wasm-bindgen wrote.
 * @param {Build} which
 */
async function buildNow({ name, directory, features }) {
  const outputs = ["index.js", "index_bg.wasm"].map((file) => `${directory}/${file}`);
  const freshness = new Freshness(name, { inputs: INPUTS, outputs });
  if (freshness.isFresh()) return;
  const tool = ensureTool("wasm-bindgen");
  const packages = ensureNpmPackages();
  await ensureRust();
  const whole = ["the Worker", ...features.map((feature) => `with ${feature}`)].join(" ");
  const withFeatures = features.length > 0 ? ["--features", features.join(",")] : [];
  const [compiled] = await Promise.all([compile(`compiling ${whole} to wasm`, CRATE, withFeatures), tool, packages]);
  const staging = path.join(targetDir, "wasm-staging", `${name}-${process.pid}`);
  await step(`binding ${whole}`, async (status) => {
    await run(
      await toolProgram("wasm-bindgen"),
      [
        ...[compiled, "--target", "module", "--no-typescript", "--out-name", "index", "--out-dir", staging],
        // An instance that died of a panic tells, and gives way to another one.
        ...["--force-enable-abort-handler", "--experimental-reset-state-function"],
      ],
      { log: `wasm-bindgen-${name}`, failed: `wasm-bindgen failed on ${whole}.`, status },
    );
    await bundle(staging);
  });
  if (features.length === 0) await shrink(staging);
  const build = inRoot(directory);
  mkdirSync(build, { recursive: true });
  for (const file of ["index.js", "index_bg.wasm"]) cpSync(path.join(staging, file), path.join(build, file));
  rmSync(staging, { recursive: true, force: true });
  freshness.record();
}

/**
 * Makes index.js of the entry, of what wasm-bindgen wrote, and of our modules that it put beside that.
 * @param {string} staging
 */
async function bundle(staging) {
  const snippets = path.join(staging, "snippets");
  const own = readdirSync(snippets).find((directory) => directory.startsWith(`${CRATE}-`));
  if (!own) throw new Failure(`wasm-bindgen put no module of ${CRATE} into ${snippets}.`);
  const script = path.join(staging, "index.js");
  // A standard that esbuild reads and writes, and that workerd does not know.
  writeFileSync(script, readFileSync(script, "utf8").replace(/^import source (\w+ from "\.\/index_bg\.wasm";)$/m, "import $1"));
  // Only now, since it has to be installed first.
  const esbuild = await import("esbuild");
  const options = {
    ...{ entryPoints: [ENTRY], outfile: script, allowOverwrite: true },
    ...{ bundle: true, format: /** @type {const} */ ("esm"), target: "es2022", minify: true, logLevel: /** @type {const} */ ("silent") },
    external: ["./index_bg.wasm", "cloudflare:*"],
    alias: { [`${CRATE}/in_flight.js`]: path.join(snippets, own, "src", "edge", "in_flight.js"), [CRATE]: script },
  };
  await esbuild.build(options).catch((error) => {
    throw new Failure(`esbuild could not bundle the Worker: ${error.message}`);
  });
}

/** Classes that workers-rs exports to JavaScript, and of which this Worker never makes one. */
const NEVER_MADE = ["containerstartupoptions", "intounderlyingbytesource", "intounderlyingsink", "intounderlyingsource", "minifyconfig", "r2range"];

/**
 * Takes away exports that nobody uses, and with them whatever they alone lead to; then makes of the module what compresses
 * best: nothing inlined, since that is shorter but less alike, functions of similar names side by side, and imports with short names.
 * @param {string} directory
 */
function shrink(directory) {
  const wasm = path.join(directory, "index_bg.wasm");
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
    shortenImports(wasm, path.join(directory, "index.js"));
  });
}
