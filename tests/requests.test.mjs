// The signatures of the committed requests, checked with another implementation: node:crypto.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const SECRET = "AbCdEfG123456";
const folder = new URL("requests/", import.meta.url);
const table = JSON.parse(readFileSync(new URL("../api.json", import.meta.url), "utf8"));

/** The committed requests of an endpoint: a call that creates or moves something can have extra fields. */
const filesOf = ({ name, kind }) => [name, ...(kind === "read" ? [] : [`${name}.extra`])];

test("every endpoint has its committed requests", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  assert.deepEqual(names.sort(), table.endpoints.flatMap(filesOf).sort());
});

for (const endpoint of table.endpoints) {
  for (const file of filesOf(endpoint)) {
    test(`${file} has a signature over the bytes that are sent`, () => {
      const request = JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8"));
      assert.equal(request.method, endpoint.method);
      assert.equal(request.url, endpoint.url);
      assert.equal(request.headers["Content-Type"], "application/json");
      if (!endpoint.signed) {
        assert.equal(request.body, null);
        assert.deepEqual(Object.keys(request.headers), ["Content-Type"]);
        return;
      }
      assert.equal(request.headers["X-Process-Key"], "public-key-of-the-merchant");
      const expected = createHmac("sha512", SECRET).update(request.body, "utf8").digest("hex");
      assert.equal(request.headers["X-Process-Signature"], expected);
      const known = endpoint.parameters.map((parameter) => parameter.name);
      const names = Object.keys(JSON.parse(request.body));
      if (file === endpoint.name) {
        assert.equal(JSON.stringify(JSON.parse(request.body)), request.body, "compact JSON without needless escapes");
        assert.deepEqual(names, known);
      } else {
        const isKnown = names.map((name) => known.includes(name));
        assert.deepEqual(isKnown, [...isKnown].sort().reverse(), "extra fields follow the parameters");
        assert.ok(isKnown.includes(false));
      }
    });
  }
}
