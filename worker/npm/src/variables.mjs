// The files of secrets, such as .dev.vars.
import { readFileSync } from "node:fs";
import * as util from "node:util";
import { Failure } from "./failure.mjs";

/** Returns the variables of a file, or undefined if there is none. @param {string} file */
export function readVariables(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOENT") return undefined;
    throw new Failure(`${file} cannot be read (${code}).`);
  }
  // Editors on Windows may begin a file with a byte-order mark.
  return /** @type {Record<string, string>} */ (util.parseEnv(text.replace(/^\uFEFF/, "")));
}
