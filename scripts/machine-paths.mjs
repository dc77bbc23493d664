import { readFileSync, statSync } from "node:fs";
import os from "node:os";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { inRoot, root } from "./root.mjs";

/** A path as it stands in a text, rather than as the end of another path. @param {string} path */
function occurrence(path) {
  const literal = path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w./-])${literal}(?![\w.-])`);
}

/** Home directories of people, wherever they work; and this clone and this home, wherever they are. */
const PATTERNS = [/(?<![\w./-])\/(?:home|Users)\/[a-z][\w.-]*\//, /[A-Z]:\\Users\\/, occurrence(root), occurrence(os.homedir())];

/** Fails if a file of the repository, committed or about to be, names a path of somebody's machine. */
export function checkMachinePaths() {
  const listed = capture("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (listed === undefined) throw new Failure("git could not list the files of this repository: this check needs a clone.");
  const problems = [];
  for (const file of new Set(listed.split("\0").filter(Boolean))) {
    const path = inRoot(file);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const text = readFileSync(path, "utf8");
    if (text.includes("\0")) continue;
    text.split("\n").forEach((line, index) => {
      if (PATTERNS.some((pattern) => pattern.test(line))) problems.push(`${file}:${index + 1}: ${line.trim().slice(0, 120)}`);
    });
  }
  if (problems.length > 0) throw new Failure(`A path of somebody's machine stands in:\n${problems.join("\n")}`);
}
