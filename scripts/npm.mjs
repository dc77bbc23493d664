import { readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { isInstalled, recordInstalled } from "./lock-stamp.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, root } from "./root.mjs";

/**
 * The environment of the machine itself: npm puts node_modules/.bin first on PATH, and the Node there must not be the
 * one that runs `npm ci`, which deletes it.
 */
function outsideEnvironment() {
  const bin = inRoot("node_modules");
  const entries = (process.env.PATH ?? "").split(path.delimiter).filter((entry) => !entry.startsWith(bin));
  return { ...process.env, PATH: entries.join(path.delimiter) };
}

async function install() {
  if (isInstalled(root)) return;
  await step("installing npm packages", async (status) => {
    // wrangler asks for a newer Node than we do, and gets it from an npm package: a warning would mislead.
    const { code, log } = await run("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
      log: "npm-ci",
      env: outsideEnvironment(),
      status,
    });
    if (code === 0) return;
    if (readFileSync(log, "utf8").includes("npm error code EUSAGE")) {
      throw new Failure("package-lock.json does not fit package.json and pkg/package.json: run `npm install`, and commit the lock file it writes.");
    }
    throw new Failure("The npm packages could not be installed with `npm ci`.", { log });
  });
  recordInstalled(root);
}

/** @type {Promise<void> | undefined} */
let installed;

/** Installs the npm packages that package-lock.json names, if they are not there or the file has changed. */
export function ensureNpmPackages() {
  installed ??= install();
  return installed;
}
