// The settings of the Worker's client and the options of its calls: invalid ones are refused, and nothing shows the token.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { format, inspect } from "node:util";
import { Citrn, CitrnConfigurationError as ConfigurationError } from "citrn";
import { CitrnConfigurationError, CitrnError, CitrnWorker } from "citrn/worker";
import { errorOf, TOKEN } from "./worker-fake.mjs";

const url = "https://pay.example.com";

/** Returns the error that the constructor throws. */
function refusal(settings) {
  try {
    new CitrnWorker(settings);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a setting is refused by name", () => {
  for (const [field, settings, message] of [
    ["settings", undefined, /must be an object/],
    ["tokn", { url, tokn: TOKEN }, /is not one of the settings, which are url, token, timeoutMs/],
    ["url", { token: TOKEN }, /is required/],
    ["url", { url: undefined, token: TOKEN }, /is required/],
    ["url", { url: new URL(url), token: TOKEN }, /must be a string/],
    ["url", { url: "pay.example.com", token: TOKEN }, /must be an absolute URL, such as/],
    ["url", { url: "ftp://pay.example.com", token: TOKEN }, /must be an http or https URL/],
    ["url", { url: "http://pay.example.com", token: TOKEN }, /must be https/],
    ["url", { url: "http://localhost.example.com", token: TOKEN }, /must be https/],
    ["url", { url: "http://127.0.0.1.example.com", token: TOKEN }, /must be https/],
    ["url", { url: "https://user:pass@pay.example.com", token: TOKEN }, /user name or a password/],
    ["url", { url: "https://pay.example.com/?a=1", token: TOKEN }, /query or a fragment/],
    ["url", { url: "https://pay.example.com/#a", token: TOKEN }, /query or a fragment/],
    ["token", { url }, /is required/],
    ["token", { url, token: "" }, /visible ASCII/],
    ["token", { url, token: `Bearer ${TOKEN}` }, /visible ASCII/],
    ["token", { url, token: `${TOKEN}\n` }, /visible ASCII/],
    ["token", { url, token: { text: TOKEN } }, /must be a string/],
    ["timeoutMs", { url, token: TOKEN, timeoutMs: 0 }, /above zero/],
    ["timeoutMs", { url, token: TOKEN, timeoutMs: Infinity }, /above zero/],
    ["timeoutMs", { url, token: TOKEN, timeoutMs: "5" }, /must be a number/],
    ["maxRetries", { url, token: TOKEN, maxRetries: 1.5 }, /whole number/],
    ["maxRetries", { url, token: TOKEN, maxRetries: -1 }, /whole number/],
    ["fetch", { url, token: TOKEN, fetch: null }, /must be a function/],
    ["allowInsecureUrl", { url, token: TOKEN, allowInsecureUrl: 1 }, /must be a boolean/],
  ]) {
    test(`${field}: ${message.source}`, () => {
      const error = refusal(settings);
      assert.ok(error instanceof CitrnConfigurationError, String(error));
      assert.deepEqual([error.code, error.field, error.executed], ["invalid_configuration", field, "no"]);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(field), error.message);
      assert.ok(!inspect(error).includes(TOKEN) && !JSON.stringify(error).includes(TOKEN));
    });
  }

  test("a token in the place of the url is not shown", () => {
    assert.ok(!inspect(refusal({ url: TOKEN, token: url })).includes(TOKEN));
  });

  for (const local of ["http://localhost:8787", "http://127.0.0.1:1", "http://127.1.2.3", "http://[::1]:8787"]) {
    test(`${local} may be plain http`, () => assert.equal(refusal({ url: local, token: TOKEN }), undefined));
  }

  test("another machine may be plain http if that is said", () => {
    assert.equal(refusal({ url: "http://worker:8787", token: TOKEN, allowInsecureUrl: true }), undefined);
  });
});

describe("an option of a call is refused by name", () => {
  const worker = new CitrnWorker({ url, token: TOKEN, fetch: () => assert.fail("nothing may be sent") });
  for (const [field, options] of [
    ["timeout", { timeout: 5 }],
    ["idempotencyKey", { idempotencyKey: "a" }],
    ["timeoutMs", { timeoutMs: -1 }],
    ["maxRetries", { maxRetries: NaN }],
    ["signal", { signal: {} }],
    ["signal", { signal: "now" }],
    ["options", 5],
  ]) {
    test(`${field}: ${JSON.stringify(options)}`, async () => {
      const error = await errorOf(worker.currencies.list(options));
      assert.deepEqual([error.name, error.field, error.executed], ["CitrnConfigurationError", field, "no"]);
    });
  }
});

test("a client shows no token, however it is printed", () => {
  const worker = new CitrnWorker({ url, token: TOKEN });
  for (const text of [
    inspect(worker, { showHidden: true, depth: null, getters: true }),
    format("%s %o %O %j", worker, worker, worker, worker),
    JSON.stringify(worker),
    String(worker),
    JSON.stringify(Object.getOwnPropertyDescriptors(worker)),
  ]) {
    assert.ok(!text.includes(TOKEN), text);
  }
  assert.match(inspect(worker), /^CitrnWorker \{/);
});

test("an error is of the same classes as an error of citrn", () => {
  const error = refusal({});
  assert.ok(error instanceof ConfigurationError && error instanceof CitrnError);
  try {
    new Citrn({ nonsense: 1 });
    assert.fail("it was not refused");
  } catch (other) {
    assert.ok(other instanceof CitrnConfigurationError);
  }
});
