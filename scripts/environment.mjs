import { homedir } from "node:os";
import path from "node:path";
import { inRoot, root } from "./root.mjs";

/**
 * Returns PATH with the programs of the npm packages first. They include a Node, because wrangler needs 22.12 or newer,
 * from packages that the lock file covers. The npm package `node` would download it in an install script instead.
 */
const programs = () => [inRoot("node_modules", ".bin"), process.env.PATH].join(path.delimiter);

/** Prepares the environment of all child processes: those programs, and cargo of the version in rust-toolchain.toml. */
export function prepareEnvironment() {
  process.env.PATH = programs();
  process.env.CARGO_TERM_COLOR = "never";
  delete process.env.RUSTUP_TOOLCHAIN;
}

/**
 * Returns the environment for compiling the wasm that ships. Panic messages then contain no path of the build machine.
 * `sha2` is twice as fast with simd128, and smaller; all supported runtimes have it.
 * @returns {NodeJS.ProcessEnv}
 */
export function shippingEnvironment() {
  const home = process.env.CARGO_HOME ?? path.join(homedir(), ".cargo");
  const renamed = [`${path.join(home, "registry", "src")}=crates`, `${root}=citrn`];
  const flags = ["-Ctarget-feature=+simd128", ...renamed.map((names) => `--remap-path-prefix=${names}`)];
  const given = process.env.RUSTFLAGS?.split(" ").filter(Boolean) ?? [];
  return { ...process.env, CARGO_ENCODED_RUSTFLAGS: [...given, ...flags].join("\u001f") };
}

/** Returns the environment for wrangler: a Node that it accepts, without telemetry and banners. */
export const wranglerEnvironment = () => ({
  ...process.env,
  PATH: programs(),
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_UPDATE_NOTIFIER: "1",
  FORCE_COLOR: "0",
});
