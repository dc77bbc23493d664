// Builds the entry `citrn/element`, and writes the hash of its bundle into the documentation.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const inRoot = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** The file that pages load with `<script type="module" src>`. */
const BUNDLE = "dist/element.min.js";
/** The pages that show how. */
export const PAGES = ["README.md", "pkg/README.md", "docs/element.md"];
/** The version in the URL of the bundle, and its hash. */
const SCRIPT_TAG = /(npm\/citrn@)[^/]+(\/dist\/element\.min\.js"\s+integrity=")[^"]*(")/g;

/** Builds the entry for `import` and for `require`, and the bundle. */
export async function buildElement(common) {
  const options = { ...common, entryPoints: ["src/element/index.ts"], minify: true };
  await Promise.all([
    build({ ...options, lineLimit: 800, format: "esm", platform: "neutral", outfile: "dist/element.mjs" }),
    build({ ...options, lineLimit: 800, format: "cjs", platform: "node", outfile: "dist/element.cjs" }),
    build({ ...options, format: "esm", platform: "neutral", outfile: BUNDLE }),
  ]);
}

/** Returns the hash of the bundle, as a page gives it to the browser (Subresource Integrity). */
export function integrity() {
  const digest = createHash("sha384").update(readFileSync(inRoot(`pkg/${BUNDLE}`)));
  return `sha384-${digest.digest("base64")}`;
}

/** Writes the version and the hash into the script tags of the documentation. Returns the hash. */
export function writeIntegrity(version) {
  const hash = integrity();
  for (const page of PAGES) {
    const text = readFileSync(inRoot(page), "utf8");
    const current = text.replaceAll(SCRIPT_TAG, `$1${version}$2${hash}$3`);
    if (current !== text) writeFileSync(inRoot(page), current);
  }
  return hash;
}
