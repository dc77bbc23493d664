import { readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, once } from "./root.mjs";

/**
 * Installs the packages in a directory's package-lock.json, unless they are installed already.
 * @param {string} directory relative to the root
 * @param {string} title
 */
export async function installPackages(directory, title) {
  const inputs = [path.join(directory, "package-lock.json")];
  const outputs = [path.join(directory, "node_modules", ".package-lock.json")];
  const freshness = new Freshness(`packages-of-${directory.replaceAll("/", "-")}`, { inputs, outputs });
  if (freshness.isFresh()) return;
  // Without npm's warning that wrangler needs a newer Node: it gets one from an npm package.
  const args = ["ci", "--loglevel=error", "--no-audit", "--no-fund"];
  // npm inherits the root's setting, which allows no scripts. The package.json here lists the few that may run.
  if (directory !== ".") args.push("--ignore-scripts=false");
  // Not by the Node in node_modules, which `npm ci` deletes.
  const entries = process.env.PATH?.split(path.delimiter).filter((entry) => !entry.startsWith(inRoot("node_modules")));
  const env = { ...process.env, PATH: entries?.join(path.delimiter) };
  const npm = (/** @type {(text: string) => void} */ status) =>
    run("npm", args, { cwd: inRoot(directory), env, log: "npm-ci", status });
  const { code, log } = await step(title, npm, (result) => result.code === 0);
  if (code !== 0 && readFileSync(log, "utf8").includes("npm error code EUSAGE")) {
    const sentence = "package-lock.json does not match package.json, or that of a workspace";
    throw new Failure(`${sentence}: run \`npm install\` in ${inRoot(directory)}, and commit the lock file it writes.`);
  }
  if (code !== 0) throw new Failure("The npm packages could not be installed with `npm ci`.", { log });
  freshness.record();
}

/** Installs the npm packages for building and testing. */
export const ensureNpmPackages = once(() => installPackages(".", "installing npm packages"));
