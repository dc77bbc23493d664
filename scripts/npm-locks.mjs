// Checks of the npm lock files: integrity and licences.
import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { inRoot } from "./root.mjs";

const REGISTRY = "https://registry.npmjs.org/";
/** One SHA-512 in base64: npm accepts weaker digests, and any one of several. */
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/**
 * Returns the problems of the entries of a package-lock.json. For an entry without `integrity`, npm installs
 * anything that the registry returns: https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages
 * @param {{ lockfileVersion?: number, packages?: Record<string, any> }} lock
 * @returns {string[]}
 */
export function lockProblems({ lockfileVersion, packages = {} }) {
  if (lockfileVersion !== 3) return [`lockfileVersion is ${lockfileVersion}, not 3`];
  const isLocal = (/** @type {string} */ location) => location in packages && !location.includes("node_modules");
  /** Whether a package is bundled in its parent's tarball, whose integrity covers it. */
  const isBundled = (/** @type {string} */ location) => {
    const [, parent, name] = /^(.+)\/node_modules\/(.+)$/.exec(location) ?? [];
    return packages[parent]?.bundleDependencies?.includes(name) === true;
  };
  return Object.entries(packages).flatMap(([location, { inBundle, integrity, link, resolved }]) => {
    // The root and the workspaces are this repository's own files.
    if (isLocal(location) || (inBundle && isBundled(location))) return [];
    if (link) return isLocal(resolved) ? [] : [`${location} links to ${resolved}, which is not in the lock file`];
    const problems = [];
    if (integrity === undefined) problems.push(`${location} has no integrity`);
    else if (!SHA512.test(integrity)) {
      problems.push(`${location} has an integrity that is not one SHA-512: ${integrity}`);
    }
    if (resolved !== undefined && !String(resolved).startsWith(REGISTRY)) {
      problems.push(`${location} is resolved to ${resolved}, not to ${REGISTRY}`);
    }
    return problems;
  });
}

const LICENCES = new Set(["0BSD", "Apache-2.0", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "Unlicense"]);
/** The image library of wrangler's local server is under the LGPL. No part of it ships. */
const DEVELOPMENT_ONLY = /node_modules\/@img\/sharp-[\w-]+$/;

/** Returns the packages under a licence that is not on the list. @param {Record<string, any>} packages */
function licenceProblems(packages) {
  return Object.entries(packages)
    .filter(([location, { dev, link }]) => !link && !(dev && DEVELOPMENT_ONLY.test(location)))
    .map(([location, { license = "no licence" }]) => ({ location, license }))
    .filter(({ license }) => !license.split(" OR ").every((/** @type {string} */ licence) => LICENCES.has(licence)))
    .map(({ location, license }) => `${location} is under ${license}, which is not on the list`);
}

/** Checks every package-lock.json of the repository, and the licences of the packages in the root's. */
export function checkNpmLocks() {
  const problems = capture("git", ["ls-files", "*package-lock.json"])
    ?.split("\n")
    .flatMap((file) => {
      const lock = JSON.parse(readFileSync(inRoot(file), "utf8"));
      const found = [...lockProblems(lock), ...(file === "package-lock.json" ? licenceProblems(lock.packages) : [])];
      return found.map((problem) => `${file}: ${problem}`);
    });
  if (!problems) throw new Failure("git could not list the lock files: this check needs a clone.");
  const remedy = "No integrity: delete the entry, and run `npm install --package-lock-only` without node_modules.";
  if (problems.length > 0) throw new Failure([...problems, remedy].join("\n"));
}
