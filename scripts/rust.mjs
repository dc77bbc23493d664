import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

export const WASM_TARGET = "wasm32-unknown-unknown";

const pinned = /^channel = "([^"]+)"/m.exec(readFileSync(inRoot("rust-toolchain.toml"), "utf8"));
if (!pinned) throw new Failure('rust-toolchain.toml names no channel: it needs a line like channel = "1.95.0".');

/** The version that rust-toolchain.toml pins. */
export const toolchain = pinned[1];

/** @param {string[]} args */
const rustup = (...args) => capture("rustup", args);

/** @type {Promise<void> | undefined} */
let toolchainInstalled;

/**
 * Makes sure that the pinned toolchain is installed, with the wasm target and the components asked for.
 * rustup is called by name: its automatic installation may be switched off.
 * @param {{ components?: string[] }} [options]
 */
export async function ensureRust({ components = [] } = {}) {
  toolchainInstalled ??= ensureToolchain();
  await toolchainInstalled;
  if (components.length === 0) return;
  const present = rustup("component", "list", "--installed", "--toolchain", toolchain)?.split("\n") ?? [];
  for (const component of components) {
    if (present.some((name) => name.startsWith(component))) continue;
    await install(`Rust component ${component}`, ["component", "add", component, "--toolchain", toolchain]);
  }
}

async function ensureToolchain() {
  if (rustup("--version") === undefined) {
    throw new Failure("Rust's installer `rustup` was not found: install it from https://rustup.rs, open a new terminal, and run this again.");
  }
  if (!rustup("toolchain", "list")?.split("\n").some((line) => line.startsWith(`${toolchain}-`))) {
    await install(`Rust ${toolchain}`, ["toolchain", "install", toolchain, "--profile", "minimal", "--no-self-update"]);
  }
  const targets = rustup("target", "list", "--installed", "--toolchain", toolchain)?.split("\n") ?? [];
  if (!targets.includes(WASM_TARGET)) {
    await install(`Rust target ${WASM_TARGET}`, ["target", "add", WASM_TARGET, "--toolchain", toolchain]);
  }
}

/** @param {string} what @param {string[]} args */
async function install(what, args) {
  await step(`installing ${what}`, (status) =>
    run("rustup", args, { log: "rustup", failed: `${what} could not be installed.`, status }),
  );
}
