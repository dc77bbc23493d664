import { readFileSync } from "node:fs";

/** A reader of a wasm module's bytes (WebAssembly Core Specification, chapter 5, "Binary Format"). */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** @param {number} length */
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  name() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  get done() {
    return this.at >= this.bytes.length;
  }
}

const IMPORTS = 2;
const CODE = 10;
const DATA = 11;
const CUSTOM = 0;
const FUNCTION_NAMES = 1;
/** The kinds of imports: of these, functions are counted. */
const KINDS = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };

/** How many functions a module imports: they come before its own. @param {Reader} section */
function importedFunctions(section) {
  let functions = 0;
  for (let left = section.number(); left > 0; left--) {
    section.name();
    section.name();
    const kind = section.take(1)[0];
    if (kind === KINDS.function) functions += 1;
    if (kind === KINDS.table || kind === KINDS.global || kind === KINDS.tag) section.take(1);
    if (kind === KINDS.function || kind === KINDS.tag) section.number();
    if (kind === KINDS.global) section.take(1);
    if (kind === KINDS.table || kind === KINDS.memory) {
      const hasMost = section.number() & 1;
      section.number();
      if (hasMost) section.number();
    }
  }
  return functions;
}

/**
 * What the bytes of a wasm module that has names are for: each function's, and its data's, the largest first.
 * @param {string} file
 * @returns {{ name: string, bytes: number }[]}
 */
export function contributors(file) {
  const module = new Reader(readFileSync(file));
  module.take(8);
  let imported = 0;
  /** @type {number[]} */
  const sizes = [];
  /** @type {Map<number, string>} */
  const names = new Map();
  let data = 0;
  while (!module.done) {
    const id = module.take(1)[0];
    const section = new Reader(module.take(module.number()));
    if (id === IMPORTS) imported = importedFunctions(section);
    if (id === DATA) data = section.bytes.length;
    if (id === CODE) {
      for (let left = section.number(); left > 0; left--) {
        const size = section.number();
        sizes.push(size);
        section.take(size);
      }
    }
    if (id === CUSTOM && section.name() === "name") {
      while (!section.done) {
        const kind = section.take(1)[0];
        const part = new Reader(section.take(section.number()));
        if (kind !== FUNCTION_NAMES) continue;
        for (let left = part.number(); left > 0; left--) names.set(part.number(), part.name());
      }
    }
  }
  const functions = sizes.map((bytes, index) => ({ name: readable(names.get(imported + index) ?? "without a name"), bytes }));
  return [...functions, { name: "data", bytes: data }].sort((a, b) => b.bytes - a.bytes);
}

/** A function's name without the hashes that tell builds apart. @param {string} name */
const readable = (name) => name.replace(/::h[0-9a-f]{16}$/, "").replaceAll(/\[[0-9a-f]{16}\]/g, "");

/** The crate that a function is of, as far as its name tells: of a trait's method, that of the type. @param {string} name */
function crateOf(name) {
  if (name === "data") return name;
  return /^<*(?:&mut |&|\*const |\*mut |dyn |\(|\[)*([a-z_][a-z0-9_]*)(?:::|$)/.exec(name)?.[1] ?? "others";
}

/** The same by crate. @param {{ name: string, bytes: number }[]} parts */
export function byCrate(parts) {
  /** @type {Record<string, number>} */
  const sums = {};
  for (const { name, bytes } of parts) sums[crateOf(name)] = (sums[crateOf(name)] ?? 0) + bytes;
  return Object.entries(sums)
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}
