// Imports source files that no entry exports, for tests of a part alone.
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const inPkg = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const href = (file) => pathToFileURL(inPkg(file)).href;

/** The entries are those of the build: otherwise a file would bring another copy of the library. */
const entries = {
  name: "entries",
  setup({ onResolve }) {
    onResolve({ filter: /^(\.\.\/)+index\.js$/ }, () => ({ path: href("dist/citrn.mjs"), external: true }));
    onResolve({ filter: /^(\.\.\/)+worker\/index\.js$/ }, () => ({ path: href("dist/worker.mjs"), external: true }));
  },
};

/** Returns the exports of a file below pkg. `alias` replaces modules that it imports by files beside this one. */
export async function internals(file, alias = {}) {
  const files = Object.entries(alias).map(([name, file]) => [name, fileURLToPath(new URL(file, import.meta.url))]);
  const options = { bundle: true, write: false, format: "esm", platform: "node", target: "es2022" };
  if (files.length > 0) Object.assign(options, { alias: Object.fromEntries(files) });
  const { outputFiles } = await build({ ...options, entryPoints: [inPkg(file)], plugins: [entries] });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
