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
 * A crate that ships as wasm, with the JavaScript around it.
 * @typedef {object} WasmModule
 * @property {string} name
 * @property {string} crate
 * @property {string[]} inputs files and directories of its own, relative to the root
 * @property {string} [directory] where the build goes, relative to the root
 * @property {string} [file] the name of its files
 * @property {string[]} [features] of the crate
 * @property {string[]} [bindgenFlags] further flags of wasm-bindgen
 * @property {string[]} [optFlags] further flags of wasm-opt
 * @property {(glue: string, output: string) => Promise<void>} [writeScript] makes the script that ships
 */

/** What every module is made from. */
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

/** What wasm-bindgen makes of a module: its functions still have their names. @param {WasmModule} module */
export const namedWasm = ({ name, file = name }) => path.join(targetDir, "wasm-bindgen", name, `${file}_bg.wasm`);

/** Builds run one after the other up to wasm-bindgen: cargo writes every build of a crate to the same file. */
let queue = Promise.resolve();

/**
 * Builds a module, if it is not up to date: cargo, then wasm-bindgen, then wasm-opt.
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
    // wasm-opt reads from the module which features of WebAssembly it may use.
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
 * @param {Promise<unknown>} needed what only wasm-bindgen needs
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
  const flags = ["--target", "web", "--omit-default-module-path", ...output, ...bindgenFlags];
  await run(await toolProgram("wasm-bindgen"), [compiled, ...flags], messages("wasm-bindgen", name));
}

/** The log of a program that builds a module, and the sentence for its failure. */
const messages = (program, name) => ({ log: `${program}-${name}`, failed: `${program} failed on ${name}.wasm.` });
