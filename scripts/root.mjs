import path from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, absolute. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Returns an absolute path inside the repository. @param {...string} parts */
export const inRoot = (...parts) => path.join(root, ...parts);

/** The directory of cargo's builds, which also holds logs and freshness stamps. */
export const targetDir = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target");

export const windows = process.platform === "win32";

/**
 * Returns a function that works once: later calls get the promise of the first.
 * @template T
 * @param {() => Promise<T>} work
 */
export function once(work) {
  /** @type {Promise<T> | undefined} */
  let result;
  return () => (result ??= work());
}
