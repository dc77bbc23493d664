// The types compile for consumers under each kind of module resolution, with as few other types as possible.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const pkg = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const packageDirectory = (name) => path.dirname(require.resolve(`${name}/package.json`));

let project;
before(() => {
  project = mkdtempSync(path.join(tmpdir(), "citrn-types-"));
  mkdirSync(path.join(project, "node_modules", "@types"), { recursive: true });
  symlinkSync(pkg, path.join(project, "node_modules", "citrn"), "dir");
  for (const name of ["@types/node", "undici-types"])
    symlinkSync(packageDirectory(name), path.join(project, "node_modules", name), "dir");
});
after(() => rmSync(project, { recursive: true }));

/** Compiles the files of test/types with the file endings that the module kind requires. */
function compile(name, ending, files, compilerOptions) {
  const directory = path.join(project, name.replaceAll(/\W+/g, "-"));
  mkdirSync(directory);
  for (const file of files)
    cpSync(path.join(pkg, "test", "types", `${file}.ts`), path.join(directory, `${file}.${ending}`));
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: "es2022",
  };
  writeFileSync(
    path.join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions } }),
  );
  const tsc = path.join(packageDirectory("typescript"), "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", directory], (error, stdout, stderr) =>
      resolve(error ? stdout + stderr : ""),
    );
  });
}

const BARE = { lib: ["es2022"], types: [] };
const DOM = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
const NODE = { lib: ["es2022"], types: ["node"] };

for (const [name, ending, files, options] of [
  ["node16, import, no other types", "mts", ["usage", "worker"], { module: "node16", ...BARE }],
  ["node16, require, no other types", "cts", ["usage", "worker"], { module: "node16", ...BARE }],
  ["nodenext, import, Node types", "mts", ["usage", "worker", "platform"], { module: "nodenext", ...NODE }],
  ["nodenext, require, Node types", "cts", ["usage", "worker", "platform"], { module: "nodenext", ...NODE }],
  [
    "bundler, DOM types",
    "ts",
    ["usage", "worker", "platform"],
    { module: "esnext", moduleResolution: "bundler", ...DOM },
  ],
  [
    "bundler for Workers",
    "ts",
    ["usage", "worker", "platform"],
    { module: "esnext", moduleResolution: "bundler", customConditions: ["workerd", "worker"], ...DOM },
  ],
  [
    "bundler, verbatim modules, isolated",
    "ts",
    ["usage", "worker"],
    { module: "esnext", moduleResolution: "bundler", verbatimModuleSyntax: true, isolatedModules: true, ...BARE },
  ],
]) {
  test(`types: ${name}`, async () => {
    assert.equal(await compile(name, ending, files, options), "");
  });
}

for (const [name, ending, options] of [
  ["element, node16, import", "mts", { module: "node16" }],
  ["element, node16, require", "cts", { module: "node16" }],
  ["element, nodenext", "mts", { module: "nodenext" }],
  ["element, bundler", "ts", { module: "esnext", moduleResolution: "bundler" }],
]) {
  test(`types: ${name}`, async () => {
    assert.equal(await compile(name, ending, ["element"], { ...options, ...DOM }), "");
  });
}

test("the type tests fail without the expected errors", async () => {
  const wrong = await compile("wrong", "mts", ["platform"], { module: "nodenext", ...BARE });
  assert.match(wrong, /error TS/);
});
