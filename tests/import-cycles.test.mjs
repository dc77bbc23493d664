// The checks of import cycles in `npm run check`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { rustCycles } from "../scripts/rust-cycles.mjs";
import { inRoot } from "../scripts/root.mjs";

/**
 * Runs a function on a temporary directory with these files.
 * @template T
 * @param {Record<string, string>} files
 * @param {(directory: string) => T} use
 */
function withFiles(files, use) {
  const directory = mkdtempSync(path.join(tmpdir(), "import-cycles-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      writeFileSync(path.join(directory, name), text);
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const cyclesOf = (files) => withFiles(files, (directory) => rustCycles(path.join(directory, "lib.rs"), directory));

/** Returns a crate with this a.rs, and with a b.rs that imports it. */
const crate = (a) => ({
  "lib.rs": "mod a;\nmod b;\npub use a::A;\npub use b::B;\n",
  "a.rs": a,
  "b.rs": "use crate::a::A;\n",
});

describe("a Rust cycle is found through", () => {
  for (const [what, code] of [
    ["a direct import", "use crate::b::B;"],
    ["a re-export of the crate root", "use crate::B;"],
    ["the parent module", "use super::b::B;"],
    ["a re-export of the parent module", "use super::B;"],
    ["an import of the module itself", "use crate::b;"],
    ["a glob import", "use crate::b::*;"],
    ["a renamed import", "use crate::B as C;"],
    ["nested braces", "use crate::{b::{self, B as C}};"],
    ["braces that start with another crate", "use {std::fmt, crate::{B}};"],
    ["a re-export", "pub(crate) use crate::B;"],
    ["a path in the code", "fn f() -> u8 { crate::b::B::parse(1) }"],
    ["a path in a generic argument", "fn f() -> Vec<crate::b::B> { Vec::new() }"],
    ["a path in a qualified type", "fn f() -> u8 { <crate::b::B as Default>::default() }"],
    ["a path from an imported module", "use crate::{b as c};\nfn f() { c::g(); }"],
    ["a variant of a re-exported enum", "const A: u8 = crate::B::First as u8;"],
    ["an import in a function", "fn f() { use crate::b::B; }"],
    ["a macro with a $crate path", "macro_rules! m { () => { $crate::b::B }; }"],
    ["code between character literals", "const Q: char = '\"'; use crate::b::B; const R: char = '\"';"],
    ["code behind a lifetime", "fn f<'a>(a: &'a str) { use crate::b::B; }"],
    ["code compiled for tests or a feature", '#[cfg(any(test, feature = "x"))] use crate::b::B;'],
    ["code not compiled for tests", "#[cfg(not(test))] use crate::b::B;"],
  ]) {
    test(what, () => assert.deepEqual(cyclesOf(crate(code)), ["b.rs:1 -> a.rs:1 -> b.rs"]));
  }

  test("code after a test module", () => {
    const code = "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nuse crate::b::B;\n";
    assert.deepEqual(cyclesOf(crate(code)), ["b.rs:1 -> a.rs:5 -> b.rs"]);
  });

  test("a child module that imports what its parent defines, if the parent re-exports the child", () => {
    const files = { "a.rs": "mod child;\npub use child::Child;\npub struct A;", "a/child.rs": "use super::A;" };
    assert.deepEqual(cyclesOf({ "lib.rs": "mod a;", ...files }), ["a/child.rs:1 -> a.rs:2 -> a/child.rs"]);
  });

  test("a macro, in the file that defines it", () => {
    const files = {
      "lib.rs": "mod endpoint;\nmod spec;\n",
      "spec.rs": "use crate::endpoint::endpoint;\n",
      "endpoint/mod.rs": "mod declare;\npub(crate) use declare::endpoint;\n",
      "endpoint/declare.rs": "macro_rules! endpoint { () => { $crate::spec::Spec }; }\npub(crate) use endpoint;\n",
    };
    assert.deepEqual(cyclesOf(files), ["spec.rs:1 -> endpoint/declare.rs:1 -> spec.rs"]);
  });
});

describe("there is no Rust cycle through", () => {
  for (const [what, code] of [
    ["a comment", "// use crate::b::B;\n/* use crate::b::B; */\n/// [`crate::b::B`]\nstruct A;"],
    ["a string", 'const A: [&str; 3] = ["use crate::b::B;", r#"use crate::b::B; ""#, "\\"use crate::b::B;"];'],
    ["a test module", "struct A;\n\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n\n    fn f() {}\n}\n"],
    ["a test function", "impl A {\n    #[cfg(test)]\n    #[must_use]\n    fn f() {\n        crate::b::f();\n    }\n}"],
    ["an import for tests", "#[cfg(test)]\nuse crate::{\n    b::B,\n};\nstruct A;\n"],
    ["an import for tests on one target", '#[cfg(all(test, target_family = "wasm"))]\nuse crate::b::B;\n'],
    ["a field for tests", "struct A {\n    #[cfg(test)]\n    b: crate::b::B,\n    c: u8,\n}\n"],
    ["a module of the same name in another crate", "use x::b::B;"],
    ["an item of the same name in another crate", "use std::B;\nfn f() -> B { B::new() }"],
    ["an item of the same name in the same file", "struct B;\nfn f() { B::new(); crate::a::B::new(); }"],
  ]) {
    test(what, () => assert.deepEqual(cyclesOf(crate(code)), []));
  }

  test("a test module in its own file", () => {
    const files = { ...crate("#[cfg(test)]\nmod tests;\n"), "a/tests.rs": "use crate::b::B;\n" };
    assert.deepEqual(cyclesOf(files), []);
  });

  test("a module that only re-exports", () => {
    const files = { "lib.rs": "mod all;", "all/mod.rs": "mod a;\nmod b;\npub use a::A;\npub use b::B;\n" };
    assert.deepEqual(cyclesOf({ ...files, "all/a.rs": "struct A;", "all/b.rs": "use super::A;" }), []);
  });
});

test("the shortest Rust cycle of each file is reported, and each cycle only once", () => {
  const files = {
    "lib.rs": "mod a;\nmod b;\nmod c;\n",
    "a.rs": "\nuse crate::b::B;\n",
    "b.rs": "use crate::c::C;\nuse crate::a::A;\n",
    "c.rs": "use crate::a::A;\n",
  };
  assert.deepEqual(cyclesOf(files), ["b.rs:2 -> a.rs:2 -> b.rs", "c.rs:1 -> a.rs:2 -> b.rs:1 -> c.rs"]);
});

describe("TypeScript", () => {
  /** Runs Biome with the repository's configuration on a package with this a.ts, and with a b.ts that imports it. */
  const lint = (a) => {
    const b = 'import { a } from "./a.js";\nexport const b = a;\n';
    return withFiles({ "pkg/src/a.ts": a, "pkg/src/b.ts": b }, (directory) => {
      for (const file of ["biome.jsonc", ".gitignore"]) cpSync(inRoot(file), path.join(directory, file));
      const biome = inRoot("node_modules", "@biomejs", "biome", "bin", "biome");
      return spawnSync(process.execPath, [biome, "lint", "pkg/src"], { cwd: directory, encoding: "utf8" });
    });
  };

  for (const [what, code] of [
    ["an import", 'import { b } from "./b.js";\nexport const a = b;\n'],
    ["a type-only import", 'import type { b } from "./b.js";\nexport const a: typeof b = 1;\n'],
    ["a re-export", 'export { b } from "./b.js";\nexport const a = 1;\n'],
  ]) {
    test(`has a cycle through ${what}`, () => {
      const { status, stderr } = lint(code);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /pkg\/src\/a\.ts:1.*noImportCycles/);
      assert.match(stderr, /pkg\/src\/b\.ts:1.*noImportCycles/);
    });
  }

  test("without a cycle passes", () => {
    const { status, stderr } = lint("export const a = 1;\n");
    assert.equal(status, 0, stderr);
  });
});
