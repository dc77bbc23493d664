import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

const LOCK = inRoot("package-lock.json");
/** npm writes this file last, so it is there only after a whole installation. */
const INSTALLED = inRoot("node_modules", ".package-lock.json");
/** The digest of the lock file that was installed: unlike times, it survives a checkout that touches the file. */
const STAMP = inRoot("node_modules", ".citrn-lock-sha256");

const lockDigest = () => createHash("sha256").update(readFileSync(LOCK)).digest("hex");

function upToDate() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockDigest()) return true;
  return statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

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
  if (upToDate()) return;
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
  writeFileSync(STAMP, lockDigest());
}

/** @type {Promise<void> | undefined} */
let installed;

/** Installs the npm packages that package-lock.json names, if they are not there or the file has changed. */
export function ensureNpmPackages() {
  installed ??= install();
  return installed;
}
