// "The requested packages" in ARCHITECTURE.md: the named files use the packages, and the named tests exist.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { inRoot } from "../scripts/root.mjs";

const REQUESTED = [
  "wasm-bindgen",
  "worker",
  "serde",
  "serde-wasm-bindgen",
  "hmac",
  "sha2",
  "js-sys",
  "gloo-net",
  "wasm-bindgen-test",
];

const read = (file) => readFileSync(inRoot(file), "utf8");
const quoted = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

const [, section] = /^## The requested packages\n([\s\S]*?)^## /m.exec(read("ARCHITECTURE.md"));
const [, , ...rows] = section.match(/^\|.*\|$/gm).map((row) =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim()),
);

test("each requested package has a row", () => {
  assert.deepEqual(new Set(rows.flatMap(([packages]) => packages.split(", "))), new Set(REQUESTED));
});

describe("the table's files and tests exist for", () => {
  for (const [packages, files, , tests] of rows) {
    test(`${packages}: ${files}`, () => {
      for (const file of quoted(files)) {
        const code = read(file).replaceAll(/\/\/.*/g, "");
        for (const name of packages.split(", ")) {
          assert.match(code, new RegExp(`\\b${name.replaceAll("-", "_")}::`), `${file} does not use ${name}`);
        }
      }
      for (const list of tests.split("; ")) {
        const [file, ...names] = quoted(list).reverse();
        assert.ok(names.length > 0, list);
        for (const name of names)
          assert.match(read(file), new RegExp(`(?:fn |")${name}[("]`), `${file} has no test ${name}`);
      }
    });
  }
});
