import { readFileSync } from "node:fs";
import { checkNamedCrates, checkNoTokio } from "./crate-tree.mjs";
import { cargoEnvironment, onModernNode } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { checkMachinePaths } from "./machine-paths.mjs";
import { checkNpmLicences } from "./npm-licences.mjs";
import { checkNpmLocks } from "./npm-locks.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { main, run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { ensureRust, WASM_TARGET } from "./rust.mjs";
import { rustCycles } from "./rust-cycles.mjs";
import { ensureTool, toolProgram } from "./tools.mjs";
import { buildWasm, MODULES } from "./wasm.mjs";

/** Runs a command; its output is shown if it fails. @param {string} command @param {string[]} args */
async function passes(command, args, env = cargoEnvironment()) {
  const { code, log } = await run(command, args, { log: `check-${args.join("-").replaceAll(/[^\w-]+/g, "_").slice(0, 60)}`, env });
  if (code !== 0) throw new Failure(readFileSync(log, "utf8").trimEnd());
}

const clippy = (...args) => () => passes("cargo", ["clippy", "--quiet", ...args, "--", "-D", "warnings"]);
/** Runs the program of an npm package. */
const npmProgram = (file, ...args) => {
  const { command, args: whole } = onModernNode(file, ...args);
  return passes(command, whole);
};
const tsc = (...args) => npmProgram("typescript/bin/tsc", ...args);

/** Fails if files of a crate import each other in a circle. @param {string} crateRoot */
function checkRustCycles(crateRoot) {
  const cycles = rustCycles(inRoot(crateRoot));
  if (cycles.length > 0) throw new Failure(`Import cycles, with the line of each import:\n${cycles.join("\n")}`);
}

/** In order: what is quick first. @type {[string, () => void | Promise<void>][]} */
const CHECKS = [
  ["rustfmt", () => passes("cargo", ["fmt", "--all", "--check", "--", "--color", "never"])],
  ["no path of a machine in any file", checkMachinePaths],
  ["licences of the npm packages", checkNpmLicences],
  ["integrity of every package in the npm lock files", checkNpmLocks],
  ["the lock file is up to date", () => passes("cargo", ["metadata", "--locked", "--format-version", "1", "--no-deps"])],
  ["no import cycle in the core", () => checkRustCycles("src/lib.rs")],
  ["no import cycle in the Worker", () => checkRustCycles("worker/src/lib.rs")],
  ["no import cycle in the npm bridge", () => checkRustCycles("pkg/bridge/src/lib.rs")],
  ["no import cycle in the sandbox", () => checkRustCycles("sandbox/src/lib.rs")],
  ["no import cycle in the npm package", () => npmProgram("@biomejs/biome/bin/biome", "lint", "--colors=off", "pkg/src")],
  ["no tokio in the core, the npm build and the sandbox", checkNoTokio],
  ["every crate asked for is in what ships", checkNamedCrates],
  // cargo-deny reads the manifests of all platforms' crates offline; a build downloads those of this platform only.
  ["download of the crates", () => passes("cargo", ["fetch", "--locked"])],
  [
    "licences, bans and sources of the crates",
    async () => passes(await toolProgram("cargo-deny"), ["--offline", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]),
  ],
  ["types of the scripts", () => tsc("-p", "scripts")],
  ["clippy, native", clippy("--workspace", "--all-targets")],
  ["clippy, wasm: core", clippy("-p", "citrn", "--all-targets", "--features", "fetch", "--target", WASM_TARGET)],
  ["clippy, wasm: npm bridge", clippy("-p", "citrn-bridge", "--all-targets", "--target", WASM_TARGET)],
  ["clippy, wasm: sandbox", clippy("-p", "citrn-sandbox", "--lib", "--features", "js", "--target", WASM_TARGET)],
  ["clippy, wasm: Worker", clippy("-p", "citrn-worker", "--lib", "--target", WASM_TARGET)],
  ["clippy, wasm: Worker that panics on demand", clippy("-p", "citrn-worker", "--lib", "--features", "force-panic", "--target", WASM_TARGET)],
  ["documentation", () => passes("cargo", ["doc", "--quiet", "--workspace", "--no-deps"], { ...cargoEnvironment(), RUSTDOCFLAGS: "-D warnings" })],
  [
    "types of the npm package",
    async () => {
      // Its source imports the declarations of the wasm modules.
      await Promise.all([buildWasm(MODULES.client), buildWasm(MODULES.sandbox)]);
      await tsc("-p", "pkg", "--noEmit");
    },
  ],
];

async function command() {
  await Promise.all([ensureRust({ components: ["rustfmt", "clippy"] }), ensureNpmPackages(), ensureTool("cargo-deny")]);
  const failed = [];
  for (const [name, check] of CHECKS) {
    try {
      await step(name, async () => check());
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push(name);
      say(error.report().replaceAll(/^/gm, "      "));
    }
  }
  if (failed.length > 0) throw new Failure(`${failed.length} of ${CHECKS.length} checks failed: ${failed.join("; ")}.`);
  console.log(`All ${CHECKS.length} checks passed.`);
}

await main(command);
