// The name of the Worker, which is also the project's name in package.json.
import path from "node:path";
import { Failure } from "./failure.mjs";

/** The name in the template's files, and of a project that is given none. */
export const DEFAULT_NAME = "my-gateway";

/** A label of a host name has at most 63 characters, and the production Worker's name ends with "-production". */
const MAX_LENGTH = 63 - "-production".length;

/**
 * Returns the Worker's name: the given one, or that of the directory.
 * @param {string | undefined} given
 * @param {string} directory
 */
export function nameOf(given, directory) {
  const name = given ?? path.basename(path.resolve(directory));
  if (name.length <= MAX_LENGTH && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) return name;
  const remedy = given === undefined ? "; choose another with --name" : "";
  throw new Failure(
    `${JSON.stringify(name)} is not a name for a Worker: use lowercase letters, digits and hyphens between them, ` +
      `at most ${MAX_LENGTH} characters${remedy}.`,
    2,
  );
}
