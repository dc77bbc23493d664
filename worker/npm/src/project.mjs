// The project in the current directory: its wrangler and its configuration.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Failure } from "./failure.mjs";

/** @typedef {import("wrangler").Unstable_Config} Config */

/** Whether a version such as `22.12.0` is at least another. @param {string} version @param {string} least */
export function isAtLeast(version, least) {
  const [left, right] = [version, least].map((text) => text.split(".").map(Number));
  const index = [0, 1, 2].find((part) => (left[part] ?? 0) !== (right[part] ?? 0));
  return index === undefined || (left[index] ?? 0) > (right[index] ?? 0);
}

/** The wrangler that is installed in a project. */
export class Wrangler {
  /** @param {string} directory of the project @throws {Failure} if there is none, or Node is too old for it */
  constructor(directory) {
    const fromProject = createRequire(path.join(directory, "package.json"));
    let manifest;
    try {
      manifest = fromProject.resolve("wrangler/package.json");
    } catch {
      throw new Failure("wrangler is not installed here: run `npm install` in the project's directory.");
    }
    const { engines, bin } = JSON.parse(readFileSync(manifest, "utf8"));
    const least = /\d+(\.\d+)*/.exec(engines?.node ?? "")?.[0] ?? "0";
    const { node } = process.versions;
    if (!isAtLeast(node, least)) {
      throw new Failure(`Node ${node} is too old: wrangler needs Node ${least} or newer. Install it from nodejs.org.`);
    }
    this.directory = directory;
    /** The path of its program, which Node runs. */
    this.program = path.join(path.dirname(manifest), bin.wrangler);
    /** Requires the packages that it depends on. */
    this.require = createRequire(manifest);
  }

  /** Returns the configuration of an environment. @param {string} [env] @returns {Config} */
  readConfig(env) {
    return this.#read(({ unstable_readConfig: read }) => read({ env }, { hideWarnings: true }));
  }

  /**
   * Returns the classes of Durable Objects after all migrations, and whether each uses SQLite.
   * @param {Config} config @returns {Map<string, boolean>}
   */
  classesOf(config) {
    return this.#read((wrangler) =>
      wrangler.unstable_getDurableObjectClassNameToUseSQLiteMap(config.migrations, config.exports),
    );
  }

  /** Reads the configuration with the functions that wrangler exports. @param {(wrangler: any) => any} read */
  #read(read) {
    try {
      return read(this.require("wrangler"));
    } catch (error) {
      const { message, location } = /** @type {Error & { location?: { line: number } }} */ (error);
      const line = location ? ` (line ${location.line})` : "";
      throw new Failure(`The configuration cannot be read: ${message.trim()}${line}`);
    }
  }
}
