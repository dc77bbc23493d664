import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { capture, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir, windows } from "./root.mjs";
import { ensureRust, toolchain } from "./rust.mjs";

/** The crate that builds wasm-bindgen's tools from our lock file. */
const WASM_BINDGEN = inRoot("scripts", "tools", "wasm-bindgen");

/** The library and its command-line tools only work together in equal versions: the library's pin decides. */
function wasmBindgenVersion() {
  const pin = /^wasm-bindgen = "=([^"]+)"/m.exec(readFileSync(inRoot("Cargo.toml"), "utf8"));
  if (!pin) throw new Failure('Cargo.toml does not pin wasm-bindgen: [workspace.dependencies] needs a line like wasm-bindgen = "=0.2.130".');
  if (!readFileSync(path.join(WASM_BINDGEN, "Cargo.toml"), "utf8").includes(`version = "=${pin[1]}"`)) {
    throw new Failure(`scripts/tools/wasm-bindgen/Cargo.toml does not pin wasm-bindgen-cli to =${pin[1]}, as the Cargo.toml at the root does.`);
  }
  return pin[1];
}

/**
 * @typedef {object} Tool
 * @property {string} version
 * @property {string[]} bins the first one is asked for its version
 * @property {string[]} source where `cargo install --locked` gets it from
 * @property {string} [lock] the lock file, where it is ours
 */

/** @type {Record<string, Tool>} */
const TOOLS = {
  "wasm-bindgen": {
    version: wasmBindgenVersion(),
    bins: ["wasm-bindgen", "wasm-bindgen-test-runner"],
    source: ["--path", WASM_BINDGEN],
    lock: path.join(WASM_BINDGEN, "Cargo.lock"),
  },
  "wasm-pack": { version: "0.15.1", bins: ["wasm-pack"], source: ["wasm-pack", "--version", "0.15.1"] },
  "cargo-deny": { version: "0.20.2", bins: ["cargo-deny"], source: ["cargo-deny", "--version", "0.20.2"] },
  twiggy: { version: "0.8.0", bins: ["twiggy"], source: ["twiggy", "--version", "0.8.0"] },
};

/** One cache for every clone of this user; `CITRN_TOOLS_DIR` moves it. */
function cacheDirectory() {
  if (process.env.CITRN_TOOLS_DIR) return path.resolve(process.env.CITRN_TOOLS_DIR);
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, "citrn", "tools");
  if (windows && process.env.LOCALAPPDATA) return path.join(process.env.LOCALAPPDATA, "citrn", "tools");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "citrn", "tools");
  return path.join(os.homedir(), ".cache", "citrn", "tools");
}

const cache = cacheDirectory();

/** @param {string} bin */
const executable = (bin) => (windows ? `${bin}.exe` : bin);

/** Whether the program answers `--version` with exactly this version. @param {string} program @param {string} version */
const hasVersion = (program, version) => capture(program, ["--version"])?.split(/\s+/).includes(version) ?? false;

/** The directory on PATH that has all of a tool's programs in the right version. @param {Tool} tool */
function directoryOnPath({ bins, version }) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .find(
      (directory) =>
        bins.every((bin) => existsSync(path.join(directory, executable(bin)))) &&
        hasVersion(path.join(directory, bins[0]), version),
    );
}

/**
 * The tools work for a fraction of a second at a time, so what counts is how fast they compile: at opt-level 0
 * they take half the CPU time of opt-level 1, and wasm-bindgen then takes 0.2 s for a small Worker instead of 0.09 s.
 */
const QUICK_BUILD = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
  CARGO_PROFILE_RELEASE_STRIP: "none",
  CARGO_PROFILE_RELEASE_PANIC: "unwind",
};

/** @param {string} name @param {Tool} tool @param {string} home */
async function install(name, { version, bins, source }, home) {
  const staging = path.join(cache, `.installing-${name}-${process.pid}`);
  mkdirSync(cache, { recursive: true });
  const args = ["install", "--locked", ...source, ...bins.flatMap((bin) => ["--bin", bin])];
  await step(`installing ${name} ${version}`, (status) =>
    run("cargo", [...args, "--root", staging], {
      log: `install-${name}`,
      failed: `${name} ${version} could not be installed with cargo.`,
      env: {
        ...process.env,
        ...QUICK_BUILD,
        RUSTUP_TOOLCHAIN: toolchain,
        // One for all tools, so that they compile their common dependencies once and an interrupted installation goes
        // on where it was; in this clone, so that another clone's installation has nothing to do with ours.
        CARGO_TARGET_DIR: path.join(targetDir, "tools"),
        CARGO_TERM_PROGRESS_WHEN: "always",
        CARGO_TERM_PROGRESS_WIDTH: "80",
        CARGO_TERM_COLOR: "never",
      },
      status,
    }),
  );
  try {
    renameSync(staging, home);
  } catch (error) {
    // Another clone was first: what it put there is the same.
    if (!existsSync(path.join(home, "bin", executable(bins[0])))) throw error;
    rmSync(staging, { recursive: true });
  }
}

/** @type {Map<string, Promise<string>>} */
const found = new Map();
/** Installations run one after the other: they share a build directory. */
let queue = Promise.resolve();

/**
 * Finds a tool, or installs it into the user's cache.
 * @param {string} name
 * @returns {Promise<string>} the directory with its programs
 */
export function ensureTool(name) {
  const known = found.get(name);
  if (known) return known;
  const tool = TOOLS[name];
  if (!tool) throw new Error(`No such tool: ${name}. Known: ${Object.keys(TOOLS).join(", ")}.`);
  const directory = locate(name, tool);
  found.set(name, directory);
  return directory;
}

/** @param {string} name @param {Tool} tool */
async function locate(name, tool) {
  const onPath = directoryOnPath(tool);
  if (onPath) return onPath;
  // Another lock file builds another tool, although its version is the same.
  const lock = tool.lock ? `-${createHash("sha256").update(readFileSync(tool.lock)).digest("hex").slice(0, 8)}` : "";
  const home = path.join(cache, `${name}-${tool.version}${lock}-${process.platform}-${process.arch}`);
  const bin = path.join(home, "bin");
  const installed = queue.then(async () => {
    if (existsSync(bin)) return;
    await ensureRust();
    await install(name, tool, home);
  });
  queue = installed.catch(() => {});
  await installed;
  return bin;
}

/** The path of one program of a tool. @param {string} name @param {string} [bin] */
export const toolProgram = async (name, bin = TOOLS[name].bins[0]) => path.join(await ensureTool(name), executable(bin));
