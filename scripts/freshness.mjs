import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot, root, targetDir } from "./root.mjs";

/** Directories that hold what a build makes, never what it reads. */
const PRODUCTS = new Set(["node_modules", "target", "build", "dist", "wasm", ".git", ".wrangler"]);

/**
 * All files under the given files and directories of the repository, sorted; what is missing is left out.
 * @param {string[]} paths relative to the root
 */
export function filesUnder(paths) {
  /** @type {string[]} */
  const files = [];
  const visit = (file) => {
    if (!statSync(file).isDirectory()) return files.push(file);
    for (const name of readdirSync(file)) {
      if (!PRODUCTS.has(name)) visit(path.join(file, name));
    }
  };
  paths.map((entry) => inRoot(entry)).filter((file) => existsSync(file)).forEach(visit);
  return files.sort();
}

/** @param {string[]} inputs */
function inputDigest(inputs) {
  const hash = createHash("sha256");
  for (const file of filesUnder(inputs)) {
    const bytes = readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Size and time of each product's files, or null if one is missing. @param {string[]} outputs */
function outputMarks(outputs) {
  if (!outputs.every((output) => existsSync(inRoot(output)))) return null;
  return filesUnder(outputs).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  });
}

/**
 * Whether a product is up to date with what it is made from, by content; so a checkout that only touches files
 * rebuilds nothing, and a product that was changed or deleted behind our back is made again.
 */
export class Freshness {
  /**
   * @param {string} name of the product
   * @param {{ inputs: string[], outputs: string[] }} files relative to the root; directories stand for all they hold
   */
  constructor(name, { inputs, outputs }) {
    this.stamp = path.join(targetDir, "citrn-stamps", `${name}.json`);
    this.inputs = inputs;
    this.outputs = outputs;
    /** Taken now: what is changed while the build runs counts as changed after it. */
    this.digest = inputDigest(inputs);
  }

  isFresh() {
    const marks = outputMarks(this.outputs);
    if (!marks || !existsSync(this.stamp)) return false;
    return readFileSync(this.stamp, "utf8") === JSON.stringify({ root, digest: this.digest, marks });
  }

  /** To be called when the product has been made. */
  record() {
    const marks = outputMarks(this.outputs);
    if (!marks) throw new Error(`The build did not make all of ${this.outputs.join(", ")}.`);
    mkdirSync(path.dirname(this.stamp), { recursive: true });
    writeFileSync(this.stamp, JSON.stringify({ root, digest: this.digest, marks }));
  }
}
