import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, once, targetDir, windows } from "./root.mjs";
import { ensureRust } from "./rust.mjs";

/** One cache for all clones of this user. `CITRN_TOOLS_DIR` overrides its directory. */
const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
const cache = path.resolve(process.env.CITRN_TOOLS_DIR ?? path.join(caches, "citrn", "tools"));

/**
 * The tools run for a fraction of a second at a time, so their compile time matters more: at opt-level 0
 * it is half of that at opt-level 1, and wasm-bindgen then takes 0.2 s for a small Worker instead of 0.09 s.
 */
const QUICK_BUILD = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_LTO: "off",
};

/** The crate that builds wasm-bindgen's tools with our lock file. Another lock file results in another tool. */
const WASM_BINDGEN = inRoot("scripts", "tools", "wasm-bindgen");
const lock = readFileSync(path.join(WASM_BINDGEN, "Cargo.lock"), "utf8");
const lockDigest = createHash("sha256").update(lock).digest("hex").slice(0, 8);
const [, wasmBindgenVersion] = /name = "wasm-bindgen-cli"\nversion = "(.+)"/.exec(lock) ?? [];

const TOOLS = {
  "wasm-bindgen": tool(
    `wasm-bindgen-${wasmBindgenVersion}-${lockDigest}`,
    ["wasm-bindgen", "wasm-bindgen-test-runner"],
    ["--path", WASM_BINDGEN],
  ),
  "wasm-pack": crate("wasm-pack", "0.15.1"),
  "cargo-deny": crate("cargo-deny", "0.20.2"),
  "cargo-public-api": crate("cargo-public-api", "0.52.0"),
  twiggy: crate("twiggy", "0.8.0"),
};

/** @param {string} name @param {string} version of a crate with one program of its name */
function crate(name, version) {
  return tool(`${name}-${version}`, [name], [name, "--version", version]);
}

/**
 * Returns a function that installs a tool, if it is missing, and returns the directory of its programs.
 * @param {string} name with its version
 * @param {string[]} programs
 * @param {string[]} source the source for `cargo install --locked`
 */
function tool(name, programs, source) {
  return once(async () => {
    const home = path.join(cache, `${name}-${process.platform}-${process.arch}`);
    const directory = path.join(home, "bin");
    if (programs.every((program) => existsSync(path.join(directory, executable(program))))) return directory;
    await ensureRust();
    const bins = programs.flatMap((program) => ["--bin", program]);
    const args = ["install", "--locked", ...source, ...bins, "--root", home];
    // One build directory for all tools, so that their common dependencies are compiled once.
    const env = { ...process.env, ...QUICK_BUILD, CARGO_TARGET_DIR: path.join(targetDir, "tools") };
    const failed = `${name} could not be installed with cargo.`;
    await step(`installing ${name}`, (status) => run("cargo", args, { log: `install-${name}`, failed, env, status }));
    return directory;
  });
}

/** @param {string} program */
const executable = (program) => (windows ? `${program}.exe` : program);

/** Installs a tool, if it is missing, and returns the path of its program. @param {keyof typeof TOOLS} name */
export const toolProgram = async (name) => path.join(await TOOLS[name](), executable(name));
