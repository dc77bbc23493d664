import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { inRoot } from "./root.mjs";

const PERMISSIVE = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "Python-2.0", "Unlicense"]);

/** Packages under other terms that may be used while developing, and why; nothing of them ships. */
const DEVELOPMENT_ONLY = [{ name: /^@img\/sharp(-|$)/, licence: "LGPL-3.0-or-later", why: "image library of wrangler's local server" }];

/**
 * The licences that an SPDX expression made of AND and OR asks one to accept: all of an AND, the best of an OR.
 * @param {string} expression
 * @param {(licence: string) => boolean} accepted
 * @returns {boolean}
 */
function acceptable(expression, accepted) {
  const bare = expression.replace(/^\((.*)\)$/, "$1");
  if (bare.includes(" OR ")) return bare.split(" OR ").some((part) => acceptable(part, accepted));
  return bare.split(" AND ").every((part) => accepted(part.trim()));
}

/** Checks the licence of every npm package that package-lock.json names, and that the shipped package depends on none. */
export function checkNpmLicences() {
  const { packages } = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
  const problems = [];
  for (const [location, entry] of Object.entries(packages)) {
    if (location === "" || entry.link) continue;
    if (location === "pkg") {
      const runtime = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies });
      if (runtime.length > 0) problems.push(`pkg depends at run time on ${runtime.join(", ")}: it is to depend on nothing`);
      continue;
    }
    const name = location.slice(location.lastIndexOf("node_modules/") + "node_modules/".length);
    const exceptions = DEVELOPMENT_ONLY.filter((exception) => exception.name.test(name)).map(({ licence }) => licence);
    const accepted = (licence) => PERMISSIVE.has(licence) || (entry.dev && exceptions.includes(licence));
    if (typeof entry.license !== "string") problems.push(`${name} ${entry.version} states no licence`);
    else if (!acceptable(entry.license, accepted)) problems.push(`${name} ${entry.version} is under ${entry.license}, which is not on the list`);
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}
