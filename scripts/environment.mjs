import { homedir } from "node:os";
import path from "node:path";
import { inRoot, root } from "./root.mjs";

/**
 * PATH with the programs of the npm packages first. Node is among them, since wrangler needs 22.12 or newer: in
 * packages that the lock file covers. The npm package `node` downloads it in an install script, past the lock file.
 */
const programs = () => [inRoot("node_modules", ".bin"), process.env.PATH].join(path.delimiter);

/** Sets what every command from here needs: those programs, and cargo of the version in rust-toolchain.toml. */
export function prepareEnvironment() {
  process.env.PATH = programs();
  process.env.CARGO_TERM_COLOR = "never";
  delete process.env.RUSTUP_TOOLCHAIN;
}

/**
 * The environment in which what ships is compiled to wasm. Panic messages name no directory of the machine that built
 * it. `sha2` is twice as fast with simd128, and smaller; every runtime that we ship to has it.
 * @returns {NodeJS.ProcessEnv}
 */
export function shippingEnvironment() {
  const home = process.env.CARGO_HOME ?? path.join(homedir(), ".cargo");
  const renamed = [`${path.join(home, "registry", "src")}=crates`, `${root}=citrn`];
  const flags = ["-Ctarget-feature=+simd128", ...renamed.map((names) => `--remap-path-prefix=${names}`)];
  const given = process.env.RUSTFLAGS?.split(" ").filter(Boolean) ?? [];
  return { ...process.env, CARGO_ENCODED_RUSTFLAGS: [...given, ...flags].join("\u001f") };
}

/** The environment in which wrangler runs: a Node it accepts, and neither telemetry nor banners of its own. */
export const wranglerEnvironment = () => ({
  ...process.env,
  PATH: programs(),
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_UPDATE_NOTIFIER: "1",
  FORCE_COLOR: "0",
});
