import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, once } from "./root.mjs";

export const WASM_TARGET = "wasm32-unknown-unknown";

/** Writes the report of the crate's public API and is used for nothing else: only nightly's rustdoc writes JSON. */
export const NIGHTLY = "nightly-2026-10-01";

const [, minimum] = /^rust-version = "(.+)"$/m.exec(readFileSync(inRoot("Cargo.toml"), "utf8")) ?? [];
/** The oldest toolchain that the published crate supports. */
export const MINIMUM = `${minimum}.0`;

/** Installs the toolchain in rust-toolchain.toml, since rustup's automatic installation may be switched off. */
export const ensureRust = once(async () => {
  if (capture("rustup", ["--version"]) === undefined) {
    const remedy = "install it from https://rustup.rs, open a new terminal, and try again";
    throw new Failure(`Rust's installer \`rustup\` was not found: ${remedy}.`);
  }
  await step("the Rust toolchain", (status) => {
    const remedy = "if rustup is older than 1.28, run `rustup self update`";
    const failed = `The toolchain in rust-toolchain.toml could not be installed: ${remedy}.`;
    return run("rustup", ["toolchain", "install", "--no-self-update"], { log: "rustup", failed, status });
  });
});

/** @param {string} toolchain */
export const hasToolchain = (toolchain) =>
  capture("rustup", ["toolchain", "list"])
    ?.split("\n")
    .some((line) => line.startsWith(`${toolchain}-`)) === true;

/** Installs another toolchain than that of rust-toolchain.toml. @param {string} toolchain */
export const installToolchain = (toolchain) =>
  step(`installing Rust ${toolchain}`, (status) => {
    const args = [
      "toolchain",
      "install",
      toolchain,
      "--profile=minimal",
      `--target=${WASM_TARGET}`,
      "--no-self-update",
    ];
    const failed = `Rust ${toolchain} could not be installed.`;
    return run("rustup", args, { log: `rustup-${toolchain}`, failed, status });
  });
