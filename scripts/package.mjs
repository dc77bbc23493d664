import { pathToFileURL } from "node:url";
import { Failure } from "./failure.mjs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

const INPUTS = [
  ...["pkg/src", "pkg/wasm", "pkg/build.mjs", "pkg/generate.mjs", "pkg/package.json", "pkg/tsconfig.json"],
  ...["api.json", "package-lock.json"],
];

/**
 * Builds the npm package's JavaScript and declarations into pkg/dist, if they are not up to date.
 * The wasm modules must have been built.
 */
export async function buildNpmPackage() {
  const freshness = new Freshness("npm-package", { inputs: INPUTS, outputs: ["pkg/dist"] });
  if (freshness.isFresh()) return;
  await ensureNpmPackages();
  await step("building the npm package", async () => {
    const { buildPackage } = await import(pathToFileURL(inRoot("pkg", "build.mjs")).href);
    try {
      await buildPackage();
    } catch (error) {
      throw new Failure(`The npm package could not be built: ${/** @type {Error} */ (error).message}`);
    }
  });
  freshness.record();
}
