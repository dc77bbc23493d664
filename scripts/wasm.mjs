import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { shippingEnvironment } from "./environment.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";
import { ensureRust, WASM_TARGET } from "./rust.mjs";
import { toolProgram } from "./tools.mjs";

/**
 * A crate that ships as wasm, with its JavaScript.
 * @typedef {object} WasmModule
 * @property {string} name
 * @property {string} crate
 * @property {string[]} inputs its own files and directories, relative to the root
 * @property {string} [directory] the output directory, relative to the root
 * @property {string} [file] the name of its files
 * @property {string[]} [features] of the crate
 * @property {string[]} [bindgenFlags] further flags of wasm-bindgen
 * @property {string[]} [optFlags] further flags of wasm-opt
 * @property {(glue: string, output: string) => Promise<void>} [writeScript] writes the script that ships
 */

/** The inputs of all modules. */
const MANIFESTS = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];
const WORKSPACE = ["src", "api.json", ...MANIFESTS, "scripts/environment.mjs", "scripts/wasm.mjs"];

/**
 * The wasm modules of the npm package.
 * @type {Record<"client" | "sandbox", WasmModule>}
 */
export const MODULES = {
  client: { name: "citrn", crate: "citrn-bridge", inputs: ["pkg/bridge"] },
  sandbox: { name: "sandbox", crate: "citrn-sandbox", inputs: ["sandbox"], features: ["js"] },
};

/** Returns the path of wasm-bindgen's output, in which functions have names. @param {WasmModule} module */
export const namedWasm = ({ name, file = name }) => path.join(targetDir, "wasm-bindgen", name, `${file}_bg.wasm`);

/** Builds run in sequence up to wasm-bindgen, because cargo writes all builds of a crate to the same file. */
let queue = Promise.resolve();

/**
 * Builds a module with cargo, wasm-bindgen and wasm-opt, unless it is up to date.
 * @param {WasmModule} module
 */
export async function buildWasm(module) {
  const { name, file = name, directory = "pkg/wasm", optFlags = [], writeScript } = module;
  const declarations = writeScript ? [] : [`${file}.d.ts`, `${file}_bg.wasm.d.ts`];
  const outputs = [`${file}.js`, `${file}_bg.wasm`, ...declarations].map((output) => `${directory}/${output}`);
  const freshness = new Freshness(`wasm-${name}`, { inputs: [...module.inputs, ...WORKSPACE], outputs });
  if (freshness.isFresh()) return;
  const needed = Promise.all([toolProgram("wasm-bindgen"), ensureNpmPackages()]);
  await ensureRust();
  const bound = queue.then(() => bind(module, needed));
  queue = bound.catch(() => {});
  await bound;
  await step(`shrinking ${name}.wasm`, async (status) => {
    const named = namedWasm(module);
    const glue = path.dirname(named);
    mkdirSync(inRoot(directory), { recursive: true });
    // wasm-opt reads the allowed WebAssembly features from the module.
    const flags = ["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features", ...optFlags];
    const optimised = inRoot(directory, `${file}_bg.wasm`);
    await run("wasm-opt", [...flags, named, "-o", optimised], { ...messages("wasm-opt", name), status });
    for (const declaration of declarations) cpSync(path.join(glue, declaration), inRoot(directory, declaration));
    await (writeScript ?? cpSync)(path.join(glue, `${file}.js`), inRoot(directory, `${file}.js`));
  });
  freshness.record();
}

/**
 * Runs cargo and wasm-bindgen.
 * @param {WasmModule} module
 * @param {Promise<unknown>} needed settles when the dependencies of wasm-bindgen are installed
 */
async function bind(module, needed) {
  const { name, crate, file = name, features = [], bindgenFlags = [] } = module;
  await step(`compiling ${name}.wasm`, (status) => {
    const target = ["--target", WASM_TARGET, "--target-dir", targetDir, "--features", features.join()];
    const args = ["rustc", "-p", crate, "--lib", "--crate-type", "cdylib", "--release", ...target];
    return run("cargo", args, { ...messages("cargo", name), env: shippingEnvironment(), status });
  });
  await needed;
  const compiled = path.join(targetDir, WASM_TARGET, "release", `${crate.replaceAll("-", "_")}.wasm`);
  const output = ["--out-name", file, "--out-dir", path.dirname(namedWasm(module))];
  // All runtimes that start the wasm have `encodeInto`, which the package itself needs too.
  const script = ["--target", "web", "--omit-default-module-path", "--encode-into", "always"];
  const flags = [...script, ...output, ...bindgenFlags];
  await run(await toolProgram("wasm-bindgen"), [compiled, ...flags], messages("wasm-bindgen", name));
}

/** Returns the log of a build step, and the sentence for its failure. */
const messages = (program, name) => ({ log: `${program}-${name}`, failed: `${program} failed on ${name}.wasm.` });
