import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { inRoot, root, targetDir } from "./root.mjs";

/** Directories of build outputs, which are never inputs. */
const PRODUCTS = /[/\\](node_modules|target|build|dist|wasm|\.wrangler)[/\\]/;

/** Returns the sorted files under files and directories. @param {string[]} paths relative to the root */
export function filesUnder(paths) {
  const present = paths.map((entry) => inRoot(entry)).filter((entry) => existsSync(entry));
  const files = present.flatMap((entry) => {
    if (!statSync(entry).isDirectory()) return [entry];
    const names = readdirSync(entry, { recursive: true, encoding: "utf8" });
    const kept = names.filter((name) => !PRODUCTS.test(`/${name}`)).map((name) => path.join(entry, name));
    return kept.filter((file) => statSync(file).isFile());
  });
  return files.sort();
}

/** @param {string[]} paths */
function digest(paths) {
  const hash = createHash("sha256");
  for (const file of filesUnder(paths)) {
    const bytes = readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Detects whether a build is up to date, by content: a checkout that only touches files causes no build. */
export class Freshness {
  /** @param {string} name @param {{ inputs: string[], outputs: string[] }} files or directories */
  constructor(name, { inputs, outputs }) {
    this.stamp = path.join(targetDir, "citrn-stamps", name);
    this.outputs = outputs;
    /** Computed before the build: a file that changes during the build then counts as changed after it. */
    this.inputDigest = digest(inputs);
  }

  isFresh() {
    return existsSync(this.stamp) && readFileSync(this.stamp, "utf8") === this.inputDigest + digest(this.outputs);
  }

  /** Records a successful build. */
  record() {
    const missing = this.outputs.filter((output) => !existsSync(inRoot(output)));
    if (missing.length > 0) throw new Failure(`The build did not write ${missing.join(", ")}.`);
    mkdirSync(path.dirname(this.stamp), { recursive: true });
    writeFileSync(this.stamp, this.inputDigest + digest(this.outputs));
  }
}
