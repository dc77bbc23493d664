// Surplus arguments of a method are refused, because options among them would be ignored.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Citrn, CitrnParameterError } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const api = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));
const surplus = [{ signal: new AbortController().signal }, {}, null, "text", 0, false, () => {}];

/** Returns the method with a name such as `payments.create`. */
const methodOf = (citrn, name) => name.split(".").reduce((object, part) => object[part], citrn);

/** An argument that fails the test when it is read: the arguments must be counted first. */
const unread = () => new Proxy({}, { ownKeys: () => assert.fail("the arguments are counted first") });

describe("a surplus argument is refused and nothing is sent", () => {
  for (const { name, parameters } of api.endpoints) {
    const takes = parameters.length === 0 ? ["options"] : ["parameters", "options"];
    test(`${name} takes (${takes.join(", ")})`, async () => {
      const { fetch, calls } = fetchOf(() => ({ body: {} }));
      const citrn = new Citrn({ apiKey, secret, fetch });
      for (const more of surplus) {
        await assert.rejects(methodOf(citrn, name)(...takes.map(unread), more), (error) => {
          assert.ok(error instanceof CitrnParameterError);
          assert.deepEqual([error.code, error.field, error.executed], ["invalid_parameter", "arguments", "no"]);
          assert.ok(error.message.includes(`${name} takes (${takes.join(", ")})`), error.message);
          return true;
        });
      }
      assert.equal(calls.length, 0);
    });
  }

  test("options after an empty object, on methods without parameters", async () => {
    const { fetch, calls } = fetchOf(() => ({ body: {} }));
    const citrn = new Citrn({ apiKey, secret, fetch });
    const { signal } = new AbortController();
    for (const call of [
      citrn.accounts.list({}, { signal }),
      citrn.ping({}, { timeoutMs: 5 }),
      citrn.rates.list({}, { maxRetries: 0 }),
    ]) {
      await assert.rejects(call, { name: "CitrnParameterError", field: "arguments" });
    }
    assert.equal(calls.length, 0);
  });

  test("request takes (path, params, options)", async () => {
    const { fetch, calls } = fetchOf(() => ({ body: {} }));
    const citrn = new Citrn({ apiKey, secret, fetch });
    await assert.rejects(citrn.request("/ping", {}, {}, { timeoutMs: 5 }), /request takes \(path, params, options\)/);
    assert.equal(calls.length, 0);
  });

  test("the methods for callbacks", () => {
    const { callbacks } = new Citrn({ apiKey, secret });
    const body = "{}";
    const headers = { "X-Process-Signature": hmac(secret, body) };
    for (const more of surplus) {
      const refused = { name: "CitrnParameterError", field: "arguments" };
      assert.throws(() => callbacks.verify(body, headers, more), refused);
      assert.throws(() => callbacks.authenticate(body, headers, more), refused);
      assert.throws(() => callbacks.sign(body, more), refused);
    }
  });

  test("the constructor takes (settings)", () => {
    assert.throws(() => new Citrn({}, { timeoutMs: 5 }), { name: "CitrnParameterError", field: "arguments" });
    assert.throws(() => new Citrn(undefined, {}), /new Citrn takes \(settings\)/);
  });
});

test("surplus arguments that are undefined are allowed", async () => {
  const { fetch } = fetchOf(() => ({ body: { message: "OK", data: [] } }));
  const citrn = new Citrn({ apiKey, secret, fetch }, undefined);
  await citrn.ping({}, undefined);
  await citrn.balances.list({}, {}, undefined, undefined);
  citrn.callbacks.sign("{}", undefined);
});

test("methods work when they are detached from their object", async () => {
  const { fetch } = fetchOf(() => ({ body: { message: "OK" } }));
  const { ping } = new Citrn({ fetch });
  assert.equal((await Promise.resolve().then(ping)).message, "OK");
});
