// The package loads by every condition of its export map, without globals or modules that a runtime lacks.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generate } from "../generate.mjs";

const inPkg = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const read = (file) => readFileSync(inPkg(file), "utf8");
const manifest = JSON.parse(read("package.json"));
const require = createRequire(import.meta.url);

/** Returns the files in the export map. */
function targets(map) {
  return typeof map === "string" ? [map] : Object.values(map).flatMap(targets);
}

test("every file in package.json exists", () => {
  const named = [
    ...targets(manifest.exports),
    ...Object.values(manifest.bin),
    manifest.main,
    manifest.module,
    manifest.types,
  ];
  for (const file of named) assert.ok(existsSync(inPkg(file)), file);
});

test("the types and the README's methods match the endpoint table", () => {
  for (const [file, text] of Object.entries(generate()))
    assert.equal(read(file), text, `${file}: \`npm run generate\` writes it`);
});

test("the package has no dependencies, only the element has side effects, and it contains its licences", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"])
    assert.equal(manifest[kind], undefined);
  const element = readdirSync(inPkg("dist")).filter((file) => file.startsWith("element."));
  assert.deepEqual(manifest.sideEffects.sort(), element.map((file) => `./dist/${file}`).sort());
  assert.equal(manifest.scripts, undefined, "nothing runs when it is installed");
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
    assert.equal(read(licence), readFileSync(new URL(`../../${licence}`, import.meta.url), "utf8"), licence);
  }
});

describe("each export condition resolves to its entry:", () => {
  for (const [conditions, expected] of [
    [["workerd", "worker", "browser", "import"], "./dist/citrn.workerd.mjs"],
    [["edge-light", "import"], "./dist/citrn.edge-light.mjs"],
    [["workerd", "edge-light", "unwasm", "import"], "./dist/citrn.edge-light.mjs"],
    [["node", "import"], "./dist/citrn.mjs"],
    [["node", "require"], "./dist/citrn.cjs"],
    [["browser", "import"], "./dist/citrn.mjs"],
    [["bun", "import"], "./dist/citrn.mjs"],
    [["deno", "import"], "./dist/citrn.mjs"],
    [["worker"], "./dist/citrn.mjs"],
  ]) {
    test(conditions.join(", "), () => {
      const resolve = (map) => {
        if (typeof map === "string") return map;
        const found = Object.entries(map).find(
          ([condition]) => condition === "default" || conditions.includes(condition),
        );
        return found && resolve(found[1]);
      };
      assert.equal(resolve(manifest.exports["."]), expected);
    });
  }
});

describe("the entries", () => {
  const clients = readdirSync(inPkg("dist")).filter((file) => /^citrn\..*[cm]js$/.test(file));

  test("are four", () => {
    assert.deepEqual(clients.sort(), ["citrn.cjs", "citrn.edge-light.mjs", "citrn.mjs", "citrn.workerd.mjs"]);
  });

  test("contain no path of the build machine", () => {
    for (const file of readdirSync(inPkg("dist"), { recursive: true, withFileTypes: true })) {
      if (file.isFile())
        assert.ok(
          !readFileSync(path.join(file.parentPath, file.name)).includes(inPkg("..").replace(/\/$/, "")),
          file.name,
        );
    }
  });

  for (const file of clients) {
    test(`${file} uses no module of Node`, async () => {
      const { metafile } = await build({
        entryPoints: [inPkg(`dist/${file}`)],
        bundle: true,
        write: false,
        metafile: true,
        platform: "neutral",
        format: "cjs",
        external: ["*.wasm", "*.wasm?module"],
        logLevel: "silent",
      });
      const imported = Object.values(metafile.inputs).flatMap((input) =>
        input.imports.map((imported) => imported.path),
      );
      const wasm = { "citrn.workerd.mjs": ["./citrn.wasm"], "citrn.edge-light.mjs": ["./citrn.wasm?module"] };
      assert.deepEqual(imported, wasm[file] ?? []);
      const text = read(`dist/${file}`);
      // Bundling as CommonJS above would have failed with a top-level await.
      for (const absent of [
        /\bBuffer\b/,
        /\brequire\(/,
        /\b__dirname\b/,
        /\bimport\.meta\b/,
        /\beval\(/,
        /\bnew Function\b/,
        /\bglobal\./,
      ]) {
        assert.ok(!absent.test(text.replace(/"AGFzbQ[^"]*"/, '""')), `${file} has ${absent}`);
      }
    });
  }

  test("import and require have the same exports", async () => {
    const esm = await import("citrn");
    const cjs = require("citrn");
    assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort());
    assert.equal(
      new cjs.Citrn({ callbackSecrets: "s" }).callbacks.sign("x")["X-Process-Signature"],
      new esm.Citrn({ callbackSecrets: "s" }).callbacks.sign("x")["X-Process-Signature"],
    );
    assert.deepEqual(Object.keys(require("citrn/sandbox")), Object.keys(await import("citrn/sandbox")));
    for (const file of ["citrn.cjs", "sandbox.cjs"]) {
      const named = await import(new URL(`../dist/${file}`, import.meta.url).href);
      assert.ok(named.Citrn ?? named.startSandbox, `${file}, imported, has its names`);
    }
  });

  test("the separate wasm file is a valid module", async () => {
    const bytes = readFileSync(fileURLToPath(import.meta.resolve("citrn/citrn.wasm")));
    assert.ok((await WebAssembly.compile(bytes)) instanceof WebAssembly.Module);
  });

  test("a bundle that uses nothing of the package contains nothing of it", async () => {
    const { outputFiles } = await build({
      stdin: { contents: 'import "citrn"; console.log(1);', resolveDir: inPkg("test") },
      bundle: true,
      write: false,
      format: "esm",
      logLevel: "silent",
    });
    assert.ok(outputFiles[0].text.length < 200, `${outputFiles[0].text.length} bytes`);
  });

  test("importing the package starts no wasm; the first client does", () => {
    const program = `
      let compiled = 0;
      const { Module } = WebAssembly;
      WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); compiled++; } };
      const { Citrn } = await import("citrn");
      const before = compiled;
      new Citrn(); new Citrn();
      console.log(JSON.stringify([before, compiled]));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: inPkg("."),
      encoding: "utf8",
    });
    assert.deepEqual(JSON.parse(output), [0, 1]);
  });
});

test("the declarations name no Node module and no DOM type that a consumer may lack", () => {
  for (const file of ["index", "client", "callbacks", "endpoints", "error", "options", "reply", "settings"]) {
    for (const ending of ["mts", "cts"]) {
      const text = read(`dist/types/${file}.d.${ending}`).replaceAll(/\/\*[\s\S]*?\*\//g, "");
      for (const [, name] of text.matchAll(/(?:from |import\()"([^"]+)"/g)) assert.match(name, /^\.\.?\//, file);
      assert.doesNotMatch(text, /: any\b|<any>|\bany\[\]/, file);
      assert.doesNotMatch(text, /\b(?:RequestInit|Headers|Request|Blob|NodeJS|Buffer)\b/, file);
    }
  }
});
