import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { shippingEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";
import { ensureRust, WASM_TARGET } from "./rust.mjs";
import { ensureTool, toolProgram } from "./tools.mjs";

/**
 * The features that every runtime we ship to has. `--all-features` would let wasm-opt write what Node cannot load.
 * They are also what rustc turns on for this target, so wasm-opt adds none.
 */
export const WASM_FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "reference-types",
  "sign-ext",
  "mutable-globals",
  "nontrapping-float-to-int",
  "multivalue",
  "simd",
];

/**
 * @typedef {{ crate: string, name: string, inputs: string[], features: string[] }} WasmModule
 */

const WORKSPACE = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "scripts/environment.mjs", "scripts/wasm.mjs"];

/**
 * The wasm modules of the npm package.
 * @type {Record<"client" | "sandbox", WasmModule>}
 */
export const MODULES = {
  client: { crate: "citrn-bridge", name: "citrn", inputs: ["pkg/bridge", "src", "api.json", ...WORKSPACE], features: [] },
  sandbox: { crate: "citrn-sandbox", name: "sandbox", inputs: ["sandbox", "src", "api.json", ...WORKSPACE], features: ["--features", "js"] },
};

/** What each module consists of in pkg/wasm. @param {WasmModule} module */
const products = ({ name }) => [`${name}.js`, `${name}.d.ts`, `${name}_bg.wasm`, `${name}_bg.wasm.d.ts`].map((file) => `pkg/wasm/${file}`);

/** cargo locks its build directory, so its runs queue up here, each under its own title. */
let cargoQueue = Promise.resolve();

/**
 * Runs cargo when the cargo runs before it are done.
 * @param {string} title
 * @param {string} log
 * @param {string[]} args
 */
function cargo(title, log, args) {
  const done = cargoQueue.then(() =>
    step(title, (status) =>
      run("cargo", args, { log, env: shippingEnvironment(), failed: `${title} failed.`, status }),
    ),
  );
  cargoQueue = done.then(() => {}, () => {});
  return done;
}

/**
 * Compiles a crate to a wasm cdylib; gives its path.
 * @param {string} title @param {string} crate @param {string[]} options further ones for cargo, such as features
 */
export async function compile(title, crate, options) {
  const { stdout, log } = await cargo(title, `cargo-wasm-${title.replaceAll(/[^\w]+/g, "-")}`, [
    ...["rustc", "-p", crate, "--lib", "--release", "--target", WASM_TARGET, ...options],
    ...["--crate-type", "cdylib", "--message-format", "json-render-diagnostics"],
  ]);
  const artifact = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter((message) => message.reason === "compiler-artifact")
    .flatMap((message) => message.filenames)
    .findLast((file) => file.endsWith(`${crate.replaceAll("-", "_")}.wasm`));
  if (!artifact) throw new Failure(`cargo reported no wasm file for ${crate}.`, { log });
  return artifact;
}

/** Where a module is kept as it was before wasm-opt dropped the names of its functions. @param {string} name */
export const namedWasm = (name) => path.join(targetDir, "wasm-named", `${name}.wasm`);

/** Keeps a module with its names aside, for `npm run size`. @param {string} name @param {string} file */
export function keepNamed(name, file) {
  mkdirSync(path.dirname(namedWasm(name)), { recursive: true });
  cpSync(file, namedWasm(name));
}

/**
 * Builds one wasm module of the npm package into pkg/wasm, if it is not up to date:
 * cargo, then wasm-bindgen, then wasm-opt.
 * @param {WasmModule} module
 */
export async function buildWasm(module) {
  const freshness = new Freshness(`wasm-${module.name}`, { inputs: module.inputs, outputs: products(module) });
  if (freshness.isFresh()) return;
  const tool = ensureTool("wasm-bindgen");
  const packages = ensureNpmPackages();
  await ensureRust();
  const [compiled] = await Promise.all([compile(`compiling ${module.crate} to wasm`, module.crate, module.features), tool, packages]);
  await step(`binding and shrinking ${module.name}.wasm`, async (status) => {
    const staging = path.join(targetDir, "wasm-staging", `${module.name}-${process.pid}`);
    const wasm = path.join(staging, `${module.name}_bg.wasm`);
    await run(
      await toolProgram("wasm-bindgen"),
      [compiled, "--target", "web", "--omit-default-module-path", "--out-name", module.name, "--out-dir", staging],
      { log: `wasm-bindgen-${module.name}`, failed: `wasm-bindgen failed on ${module.name}.wasm.`, status },
    );
    keepNamed(module.name, wasm);
    const optimised = `${wasm}.opt`;
    await run(
      process.execPath,
      [
        inRoot("node_modules", "binaryen", "bin", "wasm-opt"),
        ...["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"],
        ...WASM_FEATURES.map((feature) => `--enable-${feature}`),
        ...[wasm, "-o", optimised],
      ],
      { log: `wasm-opt-${module.name}`, failed: `wasm-opt failed on ${module.name}.wasm.`, status },
    );
    renameSync(optimised, wasm);
    mkdirSync(inRoot("pkg", "wasm"), { recursive: true });
    cpSync(staging, inRoot("pkg", "wasm"), { recursive: true });
    rmSync(staging, { recursive: true });
  });
  freshness.record();
}
