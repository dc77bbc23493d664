import { readFileSync } from "node:fs";
import os from "node:os";
import { Failure } from "./failure.mjs";
import { checkLanguage } from "./language.mjs";
import { checkNpmLocks } from "./npm-locks.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { readOptions } from "./options.mjs";
import { main, run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { checkReport } from "./public-api.mjs";
import { inRoot, root } from "./root.mjs";
import { ensureRust, hasToolchain, installToolchain, MINIMUM, NIGHTLY, WASM_TARGET } from "./rust.mjs";
import { rustCycles } from "./rust-cycles.mjs";
import { toolProgram } from "./tools.mjs";

const HELP = `npm run check [-- --all]; npm run audit

Checks formats, lints, types, licences, links, the documentation and the public API. Two checks need a Rust toolchain
that nothing else uses, and are skipped where it is missing: --all installs it, as continuous integration does.
npm run audit looks for known vulnerabilities in both dependency trees, which needs the open network.`;

/** Runs a command, and shows its output if it fails. @param {string} command @param {string[]} args */
async function passes(command, args, { env = process.env, exitCode = 0 } = {}) {
  const name = args
    .join("-")
    .replaceAll(/[^\w-]+/g, "_")
    .slice(0, 60);
  const { code, log } = await run(command, args, { log: `check-${name}`, env });
  if (code !== exitCode) throw new Failure(readFileSync(log, "utf8").trimEnd());
}

const cargo =
  (/** @type {string[]} */ ...args) =>
  () =>
    passes("cargo", args);

const clippy = (/** @type {string[]} */ ...args) => cargo("clippy", "--quiet", ...args, "--", "-D", "warnings");

const deny =
  (/** @type {string[]} */ ...args) =>
  async () =>
    passes(await toolProgram("cargo-deny"), args);

/** Fails if a file, committed or about to be, names a path of a person's machine: of this clone, or of any home. */
function checkMachinePaths() {
  const literal = (/** @type {string} */ text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const here = [root, os.homedir()].map((directory) => `${literal(directory)}($|[^[:alnum:]_.-])`);
  const paths = ["/(home|Users)/[a-z][[:alnum:]_.-]*/", ...here].map((path) => `(^|[^[:alnum:]_./-])${path}`);
  const patterns = [...paths, String.raw`[A-Z]:\\Users\\`].flatMap((pattern) => ["-e", pattern]);
  // git grep ends with 1 if it finds nothing.
  return passes("git", ["grep", "--untracked", "-I", "--line-number", "-E", ...patterns], { exitCode: 1 });
}

/** The crates whose files may not import each other in a circle. */
const CRATES = ["src/lib.rs", "worker/src/lib.rs", "pkg/bridge/src/lib.rs", "sandbox/src/lib.rs"];

function checkRustCycles() {
  const cycles = CRATES.flatMap((file) => rustCycles(inRoot(file)));
  if (cycles.length > 0) throw new Failure(`Import cycles, with the line of each import:\n${cycles.join("\n")}`);
}

/** The second is the page on docs.rs that has the feature `fetch`. */
async function checkDocumentation() {
  const env = { ...process.env, RUSTDOCFLAGS: "-D warnings" };
  for (const args of [["--workspace"], ["--package=citrn", "--all-features", `--target=${WASM_TARGET}`]]) {
    await passes("cargo", ["doc", "--quiet", "--no-deps", ...args], { env });
  }
}

/** The crates on crates.io, as arguments. */
const PUBLISHED = ["--package=citrn", "--package=citrn-sandbox"];

/** Packs the published crates and builds the packages: offline, unless all is checked. @param {boolean} isAll */
function checkCratePackages(isAll) {
  const command = isAll ? ["publish", "--dry-run"] : ["package", "--offline"];
  return passes("cargo", [...command, "--quiet", "--locked", "--allow-dirty", ...PUBLISHED]);
}

/** The published crates build with the oldest Rust that they name. */
async function checkMinimum() {
  for (const args of [PUBLISHED, ["--package=citrn", "--all-features", `--target=${WASM_TARGET}`]]) {
    await passes("cargo", [`+${MINIMUM}`, "check", "--quiet", "--locked", ...args]);
  }
}

/** The quick ones first. @type {Record<string, (isAll: boolean) => unknown>} */
const CHECKS = {
  rustfmt: cargo("fmt", "--all", "--check", "--", "--color", "never"),
  "no path of a machine in any file": checkMachinePaths,
  "integrity and licence of every npm package": checkNpmLocks,
  "plain English in comments": () => checkLanguage(),
  "no import cycle in the Rust crates": checkRustCycles,
  "format of JavaScript and TypeScript": () => passes("biome", ["format", "--colors=off"]),
  "lint of JavaScript and TypeScript": () => passes("biome", ["lint", "--colors=off", "--error-on-warnings"]),
  "types of the scripts": () => passes("tsc", ["-p", "scripts"]),
  // cargo-deny reads the manifests of all platforms' crates offline; a build downloads those of this platform only.
  "Cargo.lock is up to date, and the crates can be downloaded": cargo("fetch", "--locked"),
  "licences, bans and sources of the crates": deny(
    ...["--offline", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"],
  ),
  "clippy, native": clippy("--workspace", "--all-targets"),
  "clippy, wasm: core and npm bridge, with their tests": clippy(
    ...["-p", "citrn", "-p", "citrn-bridge", "--all-targets", "--features", "citrn/fetch", "--target", WASM_TARGET],
  ),
  "clippy, wasm: Worker as it ships": clippy("-p", "citrn-worker", "--lib", "--target", WASM_TARGET),
  "clippy, wasm: sandbox, and Worker that panics on demand": clippy(
    ...["-p", "citrn-sandbox", "-p", "citrn-worker", "--lib", "--target", WASM_TARGET],
    ...["--features", "citrn-sandbox/js,citrn-worker/force-panic"],
  ),
  documentation: checkDocumentation,
  // Imported here, since it needs an npm package that may not be installed when this starts.
  "links between the files": async () => (await import("./links.mjs")).checkLinks(),
  "types and public API of the npm package": () => checkReport("npm.d.ts"),
  "the crates as they are published": checkCratePackages,
  "public API of the crates": async () => {
    await checkReport("citrn.txt");
    await checkReport("citrn-sandbox.txt");
  },
  "the crates with the oldest Rust they support": checkMinimum,
};

/** The checks that need a separate toolchain. @type {Record<string, string>} */
const TOOLCHAINS = {
  "public API of the crates": NIGHTLY,
  "the crates with the oldest Rust they support": MINIMUM,
};

/** @type {typeof CHECKS} */
const AUDITS = {
  "advisories on the crates": deny("check", "advisories"),
  "advisories on the npm packages": () => passes("npm", ["audit"]),
};

await main(async () => {
  const { values } = readOptions(HELP, { all: { type: "boolean" }, advisories: { type: "boolean" } });
  const isAll = values.all === true;
  if (values.help) return void console.log(HELP);
  await Promise.all([ensureRust(), ensureNpmPackages()]);
  const checks = Object.entries(values.advisories ? AUDITS : CHECKS);
  const failed = [];
  const skipped = [];
  for (const [name, check] of checks) {
    const toolchain = TOOLCHAINS[name];
    if (toolchain && !isAll && !hasToolchain(toolchain)) {
      skipped.push(name);
      say(`  - ${name}: skipped, since Rust ${toolchain} is missing; \`npm run check -- --all\` installs it`);
      continue;
    }
    try {
      if (toolchain && !hasToolchain(toolchain)) await installToolchain(toolchain);
      await step(name, () => check(isAll));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push(name);
      say(error.report().replaceAll(/^/gm, "      "));
    }
  }
  if (failed.length > 0) throw new Failure(`${failed.length} of ${checks.length} checks failed: ${failed.join("; ")}.`);
  const passed = checks.length - skipped.length;
  console.log(
    skipped.length > 0 ? `${passed} checks passed, ${skipped.length} skipped.` : `All ${passed} checks passed.`,
  );
});
