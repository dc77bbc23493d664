// The signatures of the committed requests, checked with another implementation: node:crypto.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const SECRET = "AbCdEfG123456";
const folder = new URL("requests/", import.meta.url);
const table = JSON.parse(readFileSync(new URL("../api.json", import.meta.url), "utf8"));

test("every endpoint has a committed request", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  assert.deepEqual(names.sort(), table.endpoints.map((endpoint) => endpoint.name).sort());
});

for (const endpoint of table.endpoints) {
  test(`${endpoint.name} has a signature over the bytes that are sent`, () => {
    const request = JSON.parse(readFileSync(new URL(`${endpoint.name}.json`, folder), "utf8"));
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
    assert.equal(JSON.stringify(JSON.parse(request.body)), request.body, "compact JSON without needless escapes");
    assert.deepEqual(
      Object.keys(JSON.parse(request.body)),
      endpoint.parameters.map((parameter) => parameter.name),
    );
  });
}
