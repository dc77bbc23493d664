import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { get, post, sandboxFor, sign } from "./gateway.mjs";

test("a missing key, an unknown key, a missing signature and a wrong signature each have their own code", async (t) => {
  const sandbox = await sandboxFor(t);
  const answers = {};
  const call = async (headers) => {
    const response = await fetch(`${sandbox.baseUrl}/accounts/list`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: "{}",
    });
    const { code, error } = await response.json();
    answers[code] = [response.status, error];
  };
  const key = { "X-Process-Key": sandbox.apiKey };
  await call({});
  await call({ "X-Process-Key": "another" });
  await call(key);
  await call({ ...key, "X-Process-Signature": sign("another", "{}") });
  assert.deepEqual(answers, {
    required_header_key: [403, "No key header"],
    bad_header_key: [403, "Bad key header"],
    required_header_signature: [403, "No signature header"],
    bad_header_signature: [403, "Bad signature header"],
  });
});

test("header names match in any case, and the signature is over the exact bytes", async (t) => {
  const sandbox = await sandboxFor(t);
  const body = ' {"currencies" : "B\\u0054C"} ';
  const response = await fetch(`${sandbox.baseUrl}/balances`, {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-process-KEY": sandbox.apiKey,
      "x-PROCESS-signature": sign(sandbox.secret, body),
    },
    body,
  });
  assert.deepEqual(
    (await response.json()).data.map(({ currency }) => currency),
    ["BTC"],
  );
});

test("the documented example verifies", async (t) => {
  const sandbox = await sandboxFor(t, { apiKey: "key", secret: "AbCdEfG123456" });
  const signature =
    "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec";
  const { status } = await post(sandbox, "addresses/take", '{"currency":"BTC","foreign_id":"123456"}', {
    "X-Process-Signature": signature,
  });
  assert.equal(status, 200);
});

test("the two GETs are public, but a signature on them is checked", async (t) => {
  const sandbox = await sandboxFor(t);
  assert.equal((await get(sandbox, "ping")).status, 200);
  const signed = (signature) => ({ "X-Process-Key": sandbox.apiKey, "X-Process-Signature": signature });
  assert.equal((await get(sandbox, "ping", signed(sign(sandbox.secret, "")))).status, 200);
  assert.equal((await get(sandbox, "rates", signed(sign(sandbox.secret, "{}")))).json.code, "bad_header_signature");
});

test("a body that is not a JSON object is refused", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const body of ["nonsense", '{"a":', "[1]", '"text"', "null", "{}{}"]) {
    const { status, json } = await post(sandbox, "accounts/list", body);
    assert.deepEqual([status, json], [400, { error: "Bad content format", code: "bad_content_format" }], body);
  }
  const { status } = await post(sandbox, "accounts/list", "{}", { "Content-Type": "text/plain" });
  assert.equal(status, 400);
  assert.equal((await post(sandbox, "accounts/list", "[]")).status, 200);
});

/** The POST endpoints in the endpoint table. */
const TABLE = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8")).endpoints.filter(
  ({ method }) => method === "POST",
);
const requires = ({ parameters }) => parameters.some(({ required }) => required);

for (const endpoint of TABLE) {
  const empty = (sandbox, headers, signature = sign(sandbox.secret, "")) =>
    fetch(sandbox.baseUrl + endpoint.path, {
      method: "POST",
      headers: { "X-Process-Key": sandbox.apiKey, "X-Process-Signature": signature, ...headers },
    });

  if (requires(endpoint)) {
    test(`${endpoint.name} refuses an empty body, since it has required parameters`, async (t) => {
      const sandbox = await sandboxFor(t);
      const response = await empty(sandbox, { "Content-Type": "application/json" });
      assert.deepEqual([response.status, (await response.json()).code], [400, "bad_content_format"]);
    });
  } else {
    test(`${endpoint.name} accepts an empty body, since it has no required parameters`, async (t) => {
      const sandbox = await sandboxFor(t);
      const { text } = await post(sandbox, endpoint.path.slice(1));
      for (const headers of [
        {},
        { "Content-Type": "application/json" },
        { "Content-Type": "application/x-www-form-urlencoded" },
      ]) {
        const response = await empty(sandbox, headers);
        assert.deepEqual([response.status, await response.text()], [200, text], JSON.stringify(headers));
      }
      const wrong = await empty(sandbox, {}, sign(sandbox.secret, "{}"));
      assert.deepEqual([wrong.status, (await wrong.json()).code], [403, "bad_header_signature"]);
      assert.equal(
        (await post(sandbox, endpoint.path.slice(1), " ")).status,
        400,
        "white space is a body, and not JSON",
      );
    });
  }
}

test("a path with a wrong prefix is refused with the right path, for example if the base URL lacks /api", async (t) => {
  const lines = [];
  const sandbox = await sandboxFor(t, { log: (line) => lines.push(line) });
  for (const { path } of JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8")).endpoints) {
    for (const wrong of [path, `/api/v1${path}`, `/api/api${path}`, `${path}/`]) {
      const response = await fetch(sandbox.url + wrong, { method: "POST", body: "{}" });
      const { code, error } = await response.json();
      assert.deepEqual([response.status, code], [404, "not_found"], wrong);
      assert.ok(error.includes(` at /api${path},`), `${wrong}: ${error}`);
      assert.ok(lines.at(-1).includes(`/api${path},`), lines.at(-1));
    }
  }
  for (const nowhere of ["/nothing/here", "/api/nothing", "/api"]) {
    const { error } = await (await fetch(sandbox.url + nowhere)).json();
    assert.match(error, /below \/api$/, nowhere);
  }
});

test("an unknown path, a wrong method and an oversized body are refused", async (t) => {
  const sandbox = await sandboxFor(t);
  assert.equal((await post(sandbox, "nothing/here")).status, 404);
  assert.equal((await post({ ...sandbox, baseUrl: sandbox.url }, "ping")).status, 404);
  const wrong = await get(sandbox, "balances");
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "POST"]);
  assert.equal((await post(sandbox, "ping")).headers.get("allow"), "GET");
  const big = await post(sandbox, "accounts/list", JSON.stringify({ a: "x".repeat(1024 * 1024) }));
  assert.equal(big.status, 413);
});

test("the log has the number of signed bytes and the probable mistake, but no secret", async (t) => {
  const lines = [];
  const sandbox = await sandboxFor(t, { log: (line) => lines.push(line) });
  const body = '{"foreign_id":"a","currency":"BTC"}';
  // diagnosis.test.mjs has every mistake.
  const signature = sign(sandbox.secret, `${body}\n`);
  const { json } = await post(sandbox, "addresses/take", body, { "X-Process-Signature": signature });
  assert.equal(json.code, "bad_header_signature");
  assert.match(lines.at(-1), /35 bytes.*line break/);
  assert.equal((await sandbox.requests.list()).at(-1).reason, lines.at(-1).split("bad_header_signature: ")[1]);
  const order = { foreign_id: "a", currency: "BTC", amount: "1", address: "x", key: "hush-hush" };
  await post(sandbox, "withdrawal/crypto", order);
  const written = lines.join("\n") + JSON.stringify(await sandbox.requests.list());
  for (const secret of [sandbox.secret, sign(sandbox.secret, body), "hush-hush"]) assert.ok(!written.includes(secret));
  assert.equal(lines.length, 2);
});
