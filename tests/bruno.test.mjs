// The committed Bruno collection. tests/package/bruno.suite.mjs sends its requests.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { collection } from "../scripts/bruno.mjs";
import { inRoot } from "../scripts/root.mjs";

const files = collection();

test("the committed collection is that of api.json", () => {
  const entries = readdirSync(inRoot("bruno"), { recursive: true, withFileTypes: true });
  const committed = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  assert.deepEqual(
    committed.sort(),
    Object.keys(files)
      .map((file) => file.split("/").at(-1))
      .sort(),
  );
  for (const [file, text] of Object.entries(files))
    assert.equal(readFileSync(inRoot("bruno", file), "utf8"), text, `bruno/${file}: run npm run generate`);
});

test("each endpoint has a request, and those that move money say so", () => {
  const { endpoints } = JSON.parse(readFileSync(inRoot("api.json"), "utf8"));
  assert.equal(Object.keys(files).length, endpoints.length + 4);
  for (const { name, kind } of endpoints)
    assert.equal(files[`${name}.bru`].includes("**Moves money: send it once.**"), kind === "moves_money", name);
});

test("the live environment has no key and no secret", () => {
  assert.match(files["environments/live.bru"], /^vars \{\n(?: {2}\w*base_url: https:\/\/\S+\n){2}\}\n/);
  assert.match(files["environments/live.bru"], /\nvars:secret \[\n {2}api_key,\n {2}secret\n\]\n$/);
});
