import { Failure } from "./failure.mjs";
import { capture, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { once } from "./root.mjs";

export const WASM_TARGET = "wasm32-unknown-unknown";

/** Installs what rust-toolchain.toml names, if it is missing. rustup's automatic installation may be switched off. */
export const ensureRust = once(async () => {
  if (capture("rustup", ["--version"]) === undefined) {
    const remedy = "install it from https://rustup.rs, open a new terminal, and run this again";
    throw new Failure(`Rust's installer \`rustup\` was not found: ${remedy}.`);
  }
  await step("the Rust toolchain", (status) => {
    const remedy = "if rustup is older than 1.28, run `rustup self update`";
    const failed = `The toolchain in rust-toolchain.toml could not be installed: ${remedy}.`;
    return run("rustup", ["toolchain", "install", "--no-self-update"], { log: "rustup", failed, status });
  });
});
