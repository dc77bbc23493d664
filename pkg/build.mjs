// Builds pkg/dist from pkg/src and pkg/wasm: a bundle for each entry, and declarations for import and for require.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildElement, writeIntegrity } from "./build-element.mjs";
import { writeGenerated } from "./generate.mjs";

const pkg = path.dirname(fileURLToPath(import.meta.url));
const inPkg = (...parts) => path.join(pkg, ...parts);
const dist = inPkg("dist");

const { version } = JSON.parse(readFileSync(inPkg("package.json"), "utf8"));

/** Options of every bundle. */
const COMMON = {
  absWorkingDir: pkg,
  bundle: true,
  charset: "utf8",
  define: { CITRN_VERSION: JSON.stringify(version) },
  legalComments: "none",
  logLevel: "warning",
  minifySyntax: true,
  target: "es2022",
};

/** Short lines, because Node prints the line that threw. They compress badly. */
const SHORT_LINES = { lineLimit: 160 };

/** Replaces a pattern that must occur exactly once. */
function replaceOnce(text, pattern, replacement) {
  if (text.match(new RegExp(pattern, "g"))?.length !== 1) {
    throw new Error(`wasm-bindgen's glue no longer has ${pattern}: update pkg/build.mjs.`);
  }
  return text.replace(pattern, replacement);
}

/**
 * Wraps wasm-bindgen's glue in a function: the glue reads globals such as TextDecoder when it is loaded, and importing
 * the package must not fail where one is missing. The glue is minified, since it is not meant to be read.
 */
async function lazyGlue(text) {
  // Without the asynchronous initialisation, which the package never uses.
  const contents = replaceOnce(text, /export \{ initSync, __wbg_init as default \};/, "export { initSync };");
  const { outputFiles } = await build({ ...COMMON, stdin: { contents }, write: false, format: "esm", minify: true });
  const returned = (_, names) => `return {${names.replaceAll(/([\w$]+) as (\w+)/g, "$2: $1")}};`;
  const lazy = replaceOnce(outputFiles[0].text, /export\s*\{([^}]*)\};?\s*$/, returned);
  return `export default () => {\n${lazy}\n};`;
}

/** Resolves wasm-bindgen's glue, and the wasm of the entries: as base64 text, or as a file beside the bundle. */
const wasm = {
  name: "wasm",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^citrn:wasm\/.*glue$/ }, ({ path: name }) => ({ path: name, namespace: "glue" }));
    onLoad({ filter: /^citrn:wasm\/glue$/, namespace: "glue" }, async () => {
      // The glue detects a module by `instanceof`, which fails for a module of another realm (edge runtimes).
      const check =
        /if \(!\(module instanceof WebAssembly\.Module\)\) \{\s*module = new WebAssembly\.Module\(module\);\s*\}/;
      return { contents: await lazyGlue(replaceOnce(readFileSync(inPkg("wasm", "citrn.js"), "utf8"), check, "")) };
    });
    onLoad({ filter: /^citrn:wasm\/sandbox-glue$/, namespace: "glue" }, async () => ({
      contents: await lazyGlue(readFileSync(inPkg("wasm", "sandbox.js"), "utf8")),
    }));
    const besides = { "citrn:wasm/module": "./citrn.wasm", "citrn:wasm/edge-light": "./citrn.wasm?module" };
    onResolve({ filter: /^citrn:wasm\/(module|edge-light)$/ }, ({ path: name }) => ({
      path: besides[name],
      external: true,
    }));
    onResolve({ filter: /^citrn:wasm\/base64$/ }, () => ({ path: "citrn_bg.wasm", namespace: "base64" }));
    onLoad({ filter: /./, namespace: "base64" }, ({ path: name }) => ({
      contents: readFileSync(inPkg("wasm", name)),
      loader: "base64",
    }));
  },
};

/** The entries that the command line uses, by their bundles. */
const LIBRARY = { [inPkg("src", "index.js")]: "./citrn.mjs", [inPkg("src", "worker", "index.js")]: "./worker.mjs" };

/** Makes the command line import the library's bundles instead of including copies. */
const libraryBeside = {
  name: "library-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^(\.\.\/)+(worker\/)?index\.js$/ }, ({ path: name, resolveDir }) => {
      const bundle = LIBRARY[path.resolve(resolveDir, name)];
      return bundle ? { path: bundle, external: true } : undefined;
    });
  },
};

/** Builds the client, once for each way in which runtimes load the wasm. */
function client(entry, outfile, format) {
  return build({
    ...COMMON,
    // Node loads only the default entry.
    ...(entry === "default" && SHORT_LINES),
    entryPoints: [`src/entry/${entry}.ts`],
    format,
    // Stack traces begin at the caller, so these lines never appear in one.
    minify: true,
    outfile: `dist/${outfile}`,
    // For "node", esbuild also lists a CommonJS module's exports, so that `import` finds their names.
    platform: format === "cjs" ? "node" : "neutral",
    plugins: [wasm],
  });
}

/** Names the client's wasm without loading it: the Worker's client must not use it, and then nothing imports it. */
const noWasm = {
  name: "no-wasm",
  setup({ onResolve }) {
    onResolve({ filter: /^citrn:wasm\// }, ({ path: name }) => ({ path: name, external: true, sideEffects: false }));
  },
};

/** The Worker's client: the same code everywhere. */
function workerClient(outfile, format) {
  return build({
    ...COMMON,
    entryPoints: ["src/worker/index.ts"],
    format,
    lineLimit: 800,
    minify: true,
    outfile: `dist/${outfile}`,
    platform: format === "cjs" ? "node" : "neutral",
    plugins: [noWasm],
  });
}

/** Options of the bundles for Node only: the sandbox and the command line, which share the sandbox's code and wasm. */
const NODE = {
  ...COMMON,
  ...SHORT_LINES,
  platform: "node",
  loader: { ".wasm": "binary" },
  alias: { "citrn:openapi": inPkg("..", "openapi", "gateway.json") },
  plugins: [wasm, libraryBeside],
};

const nodeModules = () =>
  build({
    ...NODE,
    entryPoints: { sandbox: "src/sandbox/index.ts", cli: "src/cli/main.ts" },
    entryNames: "[name]",
    chunkNames: "sandbox-[hash]",
    format: "esm",
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    splitting: true,
  });

const nodeCommonJs = () =>
  build({ ...NODE, entryPoints: ["src/sandbox/index.ts"], format: "cjs", outfile: "dist/sandbox.cjs" });

/** Returns all files below a directory. */
const files = (directory) =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/**
 * Writes the declarations with TypeScript. `import` and `require` each get their own, with the file endings that their
 * resolvers expect: shared ones would be wrong for one of them.
 */
function declarations() {
  const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", pkg], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The types of the npm package are wrong:\n${stdout}${stderr}`);
  // TypeScript does not write these, which extend the types of frameworks: it would need all of them.
  cpSync(inPkg("types"), inPkg("dist", "types"), { recursive: true });
  for (const file of files(inPkg("dist", "types"))) {
    if (!file.endsWith(".d.ts")) throw new Error(`TypeScript wrote ${file}, which is not a declaration.`);
    const text = readFileSync(file, "utf8");
    for (const ending of ["mts", "cts"]) {
      const runtime = `.${ending.replace("ts", "js")}`;
      const relative = text.replaceAll(/((?:from |import\()"\.{1,2}\/[^"]*)\.js"/g, `$1${runtime}"`);
      writeFileSync(file.replace(/\.d\.ts$/, `.d.${ending}`), relative);
    }
    rmSync(file);
  }
}

/** Removes declarations that no entry imports: they belong to internals of the bundles. */
function dropUnreachable(entries) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, specifier] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.{1,2}\/[^"]*)"/g)) {
      visit(path.resolve(path.dirname(file), specifier.replace(/\.([mc])js$/, ".d.$1ts")));
    }
  };
  for (const entry of entries)
    for (const ending of ["mts", "cts"]) visit(inPkg("dist", "types", `${entry}.d.${ending}`));
  for (const file of files(inPkg("dist", "types"))) if (!reached.has(file)) rmSync(file);
}

/** Rebuilds pkg/dist from scratch. The wasm modules must be in pkg/wasm. Returns the hash of the element's bundle. */
export async function buildPackage() {
  for (const name of ["citrn.js", "citrn_bg.wasm", "sandbox.js", "sandbox_bg.wasm"]) {
    if (!existsSync(inPkg("wasm", name))) throw new Error(`pkg/wasm/${name} is missing: run \`npm run build\`.`);
  }
  writeGenerated();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  copyFileSync(inPkg("wasm", "citrn_bg.wasm"), inPkg("dist", "citrn.wasm"));
  await Promise.all([
    client("default", "citrn.mjs", "esm"),
    client("default", "citrn.cjs", "cjs"),
    client("workerd", "citrn.workerd.mjs", "esm"),
    client("edge-light", "citrn.edge-light.mjs", "esm"),
    workerClient("worker.mjs", "esm"),
    workerClient("worker.cjs", "cjs"),
    buildElement(COMMON),
    nodeModules(),
    nodeCommonJs(),
  ]);
  declarations();
  const frameworks = readdirSync(inPkg("types", "element")).map((file) => `element/${path.basename(file, ".d.ts")}`);
  dropUnreachable(["index", "sandbox/index", "worker/index", "element/index", ...frameworks]);
  return { integrity: writeIntegrity(version) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log((await buildPackage()).integrity);
