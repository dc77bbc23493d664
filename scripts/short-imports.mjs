import { readFileSync, writeFileSync } from "node:fs";
import { Failure } from "./failure.mjs";

const IMPORTS = 2;
const FUNCTION = 0;
const TAG = 4;

/** wasm-bindgen tells imports apart by a hash behind their names, which nothing can compress. */
const HASHED = /\b__wb\w+_[0-9a-f]{16}\b/g;

/** An unsigned number in LEB128. @param {number} value @returns {number[]} */
const encoded = (value) => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...encoded(value >>> 7)]);

/** Reads a wasm file from front to back. */
class Reader {
  /** @param {Buffer} bytes @param {number} at */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  }

  /** @param {number} length */
  slice(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/**
 * Gives the functions that a module imports short names, in the module and in the JavaScript that gives it them.
 * @param {string} wasm @param {string} glue
 */
export function shortenImports(wasm, glue) {
  const bytes = readFileSync(wasm);
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Uint8Array[]} */
  const parts = [bytes.subarray(0, 8)];
  for (const reader = new Reader(bytes, 8); reader.at < bytes.length; ) {
    const id = reader.byte();
    const content = reader.slice(reader.number());
    const section = id === IMPORTS ? shortened(content, names) : content;
    parts.push(Buffer.from([id, ...encoded(section.length)]), section);
  }
  const script = readFileSync(glue, "utf8");
  for (const name of names.keys()) if (!script.includes(name)) throw new Failure(`${glue} does not have ${name}, which ${wasm} imports.`);
  writeFileSync(wasm, Buffer.concat(parts));
  writeFileSync(glue, script.replace(HASHED, (name) => names.get(name) ?? name));
}

/** @param {Buffer} section @param {Map<string, string>} names */
function shortened(section, names) {
  const reader = new Reader(section, 0);
  const count = reader.number();
  const parts = [Buffer.from(encoded(count))];
  for (let index = 0; index < count; index += 1) {
    const module = reader.slice(reader.number());
    const name = reader.slice(reader.number()).toString();
    const start = reader.at;
    const kind = reader.byte();
    if (kind !== FUNCTION && kind !== TAG) throw new Failure(`The Worker imports ${name}, which is neither a function nor a tag.`);
    if (kind === TAG) reader.byte();
    reader.number();
    const described = section.subarray(start, reader.at);
    const short = name.match(HASHED) ? `i${names.size.toString(36)}` : name;
    if (short !== name) names.set(name, short);
    parts.push(Buffer.from([...encoded(module.length), ...module, ...encoded(short.length), ...Buffer.from(short), ...described]));
  }
  return Buffer.concat(parts);
}
