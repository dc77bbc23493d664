// `node pkg/release.mjs vX.Y.Z`: checks that the tree can be released under this tag.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const read = (file) => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), "utf8");

/** Returns the mismatches between the tree and the tag, as sentences. */
export function problems(tag) {
  const version = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag ?? "")?.[1];
  if (version === undefined) return [`The tag must have the form v1.2.3, not "${tag ?? ""}".`];
  const lock = JSON.parse(read("package-lock.json"));
  const manifest = (file) => JSON.parse(read(file));
  // A created project takes the Worker's fixes, and the Worker runs the sandbox of its own version.
  const { "citrn-worker": created } = manifest("create/template/package.json").dependencies;
  const versions = {
    "pkg/package.json": manifest("pkg/package.json").version,
    "worker/npm/package.json": manifest("worker/npm/package.json").version,
    "worker/npm/package.json, in dependencies,": manifest("worker/npm/package.json").dependencies.citrn,
    "create/package.json": manifest("create/package.json").version,
    "create/template/package.json": /^\^(.+)$/.exec(created)?.[1],
    "package-lock.json": lock.packages.pkg?.version,
    "Cargo.toml": /^\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(read("Cargo.toml"))?.[1],
    "Cargo.toml, in dependencies,": /^citrn = \{ path = "\.", version = "([^"]+)"/m.exec(read("Cargo.toml"))?.[1],
    "Cargo.lock": /^name = "citrn"\nversion = "([^"]+)"/m.exec(read("Cargo.lock"))?.[1],
  };
  const wrong = Object.entries(versions)
    .filter(([, found]) => found !== version)
    .map(([file, found]) => `${file} has ${found ?? "no version"}, the tag has ${version}.`);
  const heading = new RegExp(`^## \\[?${version.replaceAll(".", "\\.")}\\]?`, "m");
  if (!heading.test(read("CHANGELOG.md"))) wrong.push(`CHANGELOG.md has no heading for ${version}.`);
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = problems(process.argv[2]);
  for (const problem of found) console.error(problem);
  if (found.length === 0) console.log(`The tree is ready to be released as ${process.argv[2]}.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
