// The entry citrn/worker loads everywhere: no wasm, no Node, nothing that a runtime may lack, and it is small.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const inPkg = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const read = (file) => readFileSync(inPkg(file), "utf8");
const require = createRequire(import.meta.url);

describe("each file of the entry", () => {
  for (const file of ["worker.mjs", "worker.cjs"]) {
    test(`${file} imports nothing, has no wasm, and is at most 11.5 KB`, async () => {
      const { metafile } = await build({
        entryPoints: [inPkg(`dist/${file}`)],
        bundle: true,
        write: false,
        metafile: true,
        platform: "neutral",
        format: "cjs",
        logLevel: "silent",
      });
      assert.deepEqual(
        Object.values(metafile.inputs).flatMap(({ imports }) => imports),
        [],
      );
      const text = read(`dist/${file}`);
      for (const absent of [/WebAssembly\./, /citrn:wasm/, /\bBuffer\b/, /\brequire\(/, /\bimport\.meta\b/, /\beval\(/])
        assert.doesNotMatch(text, absent);
      assert.ok(gzipSync(text, { level: 9 }).length <= 11_500);
    });
  }
});

test("import and require give the same names", async () => {
  const [esm, cjs] = [await import("citrn/worker"), require("citrn/worker")];
  assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort());
  assert.ok("CitrnWorker" in esm && "CitrnError" in esm);
  const imported = await import(new URL("../dist/worker.cjs", import.meta.url).href);
  assert.ok(imported.CitrnWorker, "worker.cjs, imported, has its names");
});

test("it loads in a realm that has nothing but the language", () => {
  const module = { exports: {} };
  runInContext(read("dist/worker.cjs"), createContext({ module }));
  const { CitrnWorker } = module.exports;
  const create = () => new CitrnWorker({ url: "https://pay.example.com", token: "t" });
  assert.throws(create, /^ReferenceError: URL is not defined/);
});

test("a bundle that uses nothing of it keeps nothing of it", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'import "citrn/worker"; console.log(1);', resolveDir: inPkg("test") },
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "silent",
  });
  assert.ok(outputFiles[0].text.length < 200, `${outputFiles[0].text.length} bytes`);
});

test("the declarations name no module and no DOM type that a consumer may lack", () => {
  const files = readdirSync(inPkg("dist/types/worker"));
  assert.ok(files.includes("index.d.mts") && files.includes("index.d.cts"));
  for (const file of files) {
    const text = read(`dist/types/worker/${file}`).replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, name] of text.matchAll(/(?:from |import\()"([^"]+)"/g)) assert.match(name, /^\.\.?\//, file);
    assert.doesNotMatch(text, /: any\b|<any>|\bany\[\]/, file);
    assert.doesNotMatch(text, /\b(?:RequestInit|Headers|Blob|NodeJS|Buffer)\b/, file);
  }
});
