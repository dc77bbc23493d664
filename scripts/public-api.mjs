// Reports of the public API, in public-api/: a change of the API is a change of a committed file, which a review sees.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildWasmModules } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { run } from "./processes.mjs";
import { inRoot, targetDir } from "./root.mjs";
import { NIGHTLY, WASM_TARGET } from "./rust.mjs";
import { toolProgram } from "./tools.mjs";

/** Returns the declarations that the entries of the npm package lead to, without comments. Checks its types too. */
async function npmReport() {
  // The source of the package imports the declarations of the wasm modules.
  await buildWasmModules();
  const types = path.join(targetDir, "public-api", "types");
  rmSync(types, { recursive: true, force: true });
  const failed = "The types of the npm package are wrong.";
  await run("tsc", ["-p", "pkg", "--removeComments", "--outDir", types], { log: "types", failed });
  // Declarations that are written by hand.
  cpSync(inRoot("pkg", "types"), types, { recursive: true });
  const manifest = readFileSync(inRoot("pkg", "package.json"), "utf8");
  /** The declarations by file, each after those that lead to it. @type {Map<string, string>} */
  const reached = new Map();
  const visit = (/** @type {string} */ file) => {
    if (reached.has(file)) return;
    const text = readFileSync(path.join(types, file), "utf8");
    reached.set(file, text);
    for (const [, target] of text.matchAll(/(?:from |import\()"(\.{1,2}\/[^"]*)\.js"/g)) {
      visit(path.posix.join(path.posix.dirname(file), `${target}.d.ts`));
    }
  };
  for (const [, entry] of manifest.matchAll(/"\.\/dist\/types\/(.+)\.d\.mts"/g)) visit(`${entry}.d.ts`);
  const parts = [...reached].map(([file, text]) => `// ${file}\n\n${text}`);
  return ["// The declarations of the npm package citrn. `npm run generate` writes this file.\n", ...parts].join("\n");
}

/** Returns the public items of a crate, and those that only wasm32 has. @param {string} crate @param {string} [feature] */
async function crateReport(crate, feature) {
  const program = await toolProgram("cargo-public-api");
  const env = { ...process.env, RUSTUP_TOOLCHAIN: NIGHTLY };
  const failed = "The public items of the crate could not be listed.";
  const items = async (/** @type {string[]} */ ...args) => {
    const all = ["--package", crate, "--color=never", "--omit=blanket-impls,auto-trait-impls", ...args];
    return (await run(program, all, { log: "public-api", env, failed })).stdout.split("\n");
  };
  const native = await items();
  const head = `# The public items of the crate ${crate}. \`npm run generate\` writes this file.`;
  const report = [head, "", ...native, ""];
  if (feature === undefined) return report.join("\n");
  const known = new Set(native);
  const wasm = (await items(`--features=${feature}`, `--target=${WASM_TARGET}`)).filter((item) => !known.has(item));
  return [...report, `# On wasm32 with the feature ${feature}:`, "", ...wasm, ""].join("\n");
}

const REPORTS = {
  "npm.d.ts": npmReport,
  "citrn.txt": () => crateReport("citrn", "fetch"),
  "citrn-sandbox.txt": () => crateReport("citrn-sandbox"),
};

/** @param {keyof typeof REPORTS} name */
export async function writeReport(name) {
  mkdirSync(inRoot("public-api"), { recursive: true });
  writeFileSync(inRoot("public-api", name), await REPORTS[name]());
}

/** @param {keyof typeof REPORTS} name */
export const checkReport = async (name) => compare(inRoot("public-api", name), await REPORTS[name]());

/** Fails, and shows the difference, unless a committed report equals the current one. @param {string} committed */
export async function compare(committed, /** @type {string} */ report) {
  const name = path.basename(committed);
  const current = path.join(targetDir, "public-api", name);
  mkdirSync(path.dirname(current), { recursive: true });
  writeFileSync(current, report);
  const args = ["diff", "--no-index", "--no-color", committed, current];
  const { code, stdout } = await run("git", args, { log: "public-api-diff" });
  if (code === 0) return;
  const remedy = `The public API differs from public-api/${name}: review the difference, and accept it with`;
  throw new Failure(`${stdout.split("\n").slice(4).join("\n")}\n${remedy} \`npm run generate\`.`);
}
