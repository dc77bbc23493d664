import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { capture } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

const MANIFEST = inRoot("pkg", "package.json");
const IGNORE = inRoot("pkg", ".gitignore");

const INPUTS = [
  ...["pkg/src", "pkg/wasm", "pkg/build.mjs", "pkg/generate.mjs", "pkg/package.json", "pkg/tsconfig.json"],
  ...["api.json", "package-lock.json"],
];

/** Ours has an export map; the one that `wasm-pack build` writes over it has none. @param {string} text */
function isOurs(text) {
  try {
    return JSON.parse(text).exports !== undefined;
  } catch {
    return false;
  }
}

/**
 * Puts the package's manifest back if a `wasm-pack build` into pkg/ has replaced it, from the last commit (read with
 * `git show`, which changes nothing), and takes away the .gitignore that hides all of pkg/ from git.
 */
export function restoreManifest() {
  if (existsSync(IGNORE) && readFileSync(IGNORE, "utf8").trim() === "*") {
    rmSync(IGNORE);
    say("  removed pkg/.gitignore, which wasm-pack wrote and which hid the package from git");
  }
  if (existsSync(MANIFEST) && isOurs(readFileSync(MANIFEST, "utf8"))) return;
  const committed = capture("git", ["show", "HEAD:pkg/package.json"]);
  if (!committed || !isOurs(committed)) {
    throw new Failure("pkg/package.json is missing or was replaced by wasm-pack, and git has no good version of it: put the original back.");
  }
  writeFileSync(MANIFEST, `${committed}\n`);
  say("  restored pkg/package.json from the last commit: it was missing or replaced by wasm-pack");
}

/**
 * Builds the npm package's JavaScript and declarations into pkg/dist, if they are not up to date.
 * The wasm modules must have been built.
 */
export async function buildNpmPackage() {
  restoreManifest();
  const freshness = new Freshness("npm-package", { inputs: INPUTS, outputs: ["pkg/dist"] });
  if (freshness.isFresh()) return;
  await ensureNpmPackages();
  await step("building the npm package", async () => {
    const { buildPackage } = await import(pathToFileURL(inRoot("pkg", "build.mjs")).href);
    try {
      await buildPackage();
    } catch (error) {
      throw new Failure(`The npm package could not be built: ${/** @type {Error} */ (error).message}`);
    }
  });
  freshness.record();
}
