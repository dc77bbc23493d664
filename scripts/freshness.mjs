import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.mjs";
import { inRoot, root, targetDir } from "./root.mjs";

/** Directories that hold what a build makes, never what it reads. */
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

/** Whether a product is up to date with its inputs. By content: a checkout that only touches files rebuilds nothing. */
export class Freshness {
  /** @param {string} name @param {{ inputs: string[], outputs: string[] }} files or directories */
  constructor(name, { inputs, outputs }) {
    this.stamp = path.join(targetDir, "citrn-stamps", name);
    this.outputs = outputs;
    /** Taken now: what is changed while the build runs counts as changed after it. */
    this.inputDigest = digest(inputs);
  }

  isFresh() {
    return existsSync(this.stamp) && readFileSync(this.stamp, "utf8") === this.inputDigest + digest(this.outputs);
  }

  /** To be called when the product has been made. */
  record() {
    const missing = this.outputs.filter((output) => !existsSync(inRoot(output)));
    if (missing.length > 0) throw new Failure(`The build did not make ${missing.join(", ")}.`);
    mkdirSync(path.dirname(this.stamp), { recursive: true });
    writeFileSync(this.stamp, this.inputDigest + digest(this.outputs));
  }
}
