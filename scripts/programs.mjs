import { accessSync, constants } from "node:fs";
import path from "node:path";
import { windows } from "./root.mjs";

/**
 * Finds a program that is not ours to install: on PATH, or else at one of the places.
 * @param {string[]} names that it goes by
 * @param {string[]} [places] paths of it
 * @returns {string | undefined}
 */
export function findProgram(names, places = []) {
  const onPath = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((directory) => names.map((name) => path.join(directory, windows ? `${name}.exe` : name)));
  return [...onPath, ...places].find((program) => {
    try {
      accessSync(program, constants.X_OK);
      return true;
    } catch {
      // Not there, or not to be run: the next place.
      return false;
    }
  });
}
