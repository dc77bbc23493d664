// The settings fetch and signer.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const address = { foreign_id: "user-17", currency: "BTC" };
const reply = { body: { data: { address: "bc1q" } } };

describe("a custom fetch", () => {
  test("receives the URL as text and a plain init, and may return any object like a Response", async () => {
    const { fetch, calls } = fetchOf(() => reply);
    const got = await new Citrn({ apiKey, secret, fetch }).addresses.take(address);
    assert.equal(got.address, "bc1q");
    const [{ url, init }] = calls;
    assert.equal(url, "https://app.citrn.io/api/addresses/take");
    assert.deepEqual(Object.keys(init).sort(), ["body", "cache", "headers", "method", "redirect", "signal"]);
    assert.equal(init.method, "POST");
    assert.equal(init.redirect, "manual");
    assert.ok(init.signal instanceof AbortSignal);
    assert.ok(init.body instanceof Uint8Array);
    assert.deepEqual(init.headers, {
      "Content-Type": "application/json",
      "X-Process-Key": apiKey,
      "X-Process-Signature": hmac(secret, init.body),
    });
  });

  test("may return synchronously", async () => {
    const fetch = () => ({
      status: 200,
      headers: new Headers(),
      arrayBuffer: () => new TextEncoder().encode('{"message":"OK"}').buffer,
    });
    assert.equal((await new Citrn({ fetch }).ping()).message, "OK");
  });

  test("is aborted at the timeout and works again afterwards, even if setTimeout was replaced by one with two parameters", async (t) => {
    const { setTimeout: real } = globalThis;
    t.after(() => (globalThis.setTimeout = real));
    globalThis.setTimeout = (callback, milliseconds) => real(callback, milliseconds / 10);
    await assert.rejects(new Citrn({ fetch: () => new Promise(() => {}) }).ping({ timeoutMs: 300 }), {
      code: "timeout",
    });
    const { fetch, calls } = fetchOf((_url, _init, number) =>
      number < 2 ? { status: 503, body: {} } : { body: { message: "OK" } },
    );
    assert.equal((await new Citrn({ fetch }).ping()).message, "OK");
    assert.ok(calls.length >= 2, `${calls.length} calls`);
  });

  test("may wrap the platform's fetch", async () => {
    const fetch = async () => Response.json({ message: "OK" }, { status: 203 });
    assert.equal((await new Citrn({ fetch }).ping()).httpStatus, 203);
  });

  test("may itself call this package, as may a signer", async () => {
    const inner = new Citrn({ apiKey, secret, fetch: async () => Response.json({ message: "OK" }) });
    const calls = [];
    const callsItself = (answer) => (given) => {
      const { "X-Process-Signature": signature } = inner.callbacks.sign("{}");
      assert.equal(signature, hmac(secret, "{}"));
      // Started during the outer call, which does not await the first of them.
      calls.push(inner.ping());
      return Promise.all([inner.ping(), inner.ping()]).then(() => answer(given));
    };
    const fetch = callsItself(() => Response.json({ data: { address: "bc1q" } }));
    const outer = new Citrn({ apiKey, signer: callsItself((bytes) => hmac(secret, bytes)), fetch });
    const replies = await Promise.all([outer.addresses.take(address), outer.addresses.take(address)]);
    assert.deepEqual(
      replies.map((reply) => reply.address),
      ["bc1q", "bc1q"],
    );
    assert.deepEqual(
      (await Promise.all(calls)).map((reply) => reply.message),
      ["OK", "OK", "OK", "OK"],
    );
  });

  test("receives a signal that aborts when the call is aborted", async () => {
    let signal;
    const fetch = (_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    };
    await assert.rejects(new Citrn({ fetch }).ping({ timeoutMs: 30 }), { code: "timeout" });
    assert.equal(signal.aborted, true);
  });

  test("receives its own copy of the body: changing it does not affect the next attempt", async () => {
    const bodies = [];
    const { fetch } = fetchOf((_url, { body }, attempt) => {
      bodies.push(Buffer.from(body).toString());
      body.fill(0);
      return attempt === 1 ? { status: 503, headers: { "retry-after": "0" }, body: "" } : reply;
    });
    await new Citrn({ apiKey, secret, fetch }).addresses.take(address);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
  });

  for (const [what, answer] of [
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["no headers", { status: 200, arrayBuffer: async () => new ArrayBuffer(0) }],
    ["no body", { status: 200, headers: new Headers() }],
    ["a status in words", { status: "200", headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) }],
  ]) {
    test(`that returns ${what} causes a network error, not a crash`, async () => {
      const citrn = new Citrn({ apiKey, secret, maxRetries: 0, fetch: async () => answer });
      await assert.rejects(citrn.addresses.take(address), {
        name: "CitrnConnectionError",
        code: "network_error",
        executed: "unknown",
      });
    });
  }

  test("that throws a value other than an error causes a network error too", async () => {
    for (const thrown of [undefined, null, "text", 7, Symbol("s"), {}]) {
      const fetch = async () => {
        throw thrown;
      };
      await assert.rejects(new Citrn({ fetch, maxRetries: 0 }).ping(), { code: "network_error" });
    }
  });
});

describe("a signer", () => {
  const signing = (signer) => {
    const { fetch, calls } = fetchOf(() => reply);
    return { citrn: new Citrn({ apiKey, signer, fetch }), calls };
  };

  for (const [what, signer] of [
    ["that returns synchronously", (bytes) => hmac(secret, bytes)],
    [
      "that takes its time",
      async (bytes) => new Promise((resolve) => setTimeout(() => resolve(hmac(secret, bytes)), 20)),
    ],
    ["that returns capital hex digits", (bytes) => hmac(secret, bytes).toUpperCase()],
    ["that returns a thenable", (bytes) => ({ then: (resolve) => resolve(hmac(secret, bytes)) })],
  ]) {
    test(`${what} signs the exact bytes`, async () => {
      const { citrn, calls } = signing(signer);
      await citrn.addresses.take(address);
      const { body, headers } = calls[0].init;
      assert.equal(headers["X-Process-Signature"], hmac(secret, body));
    });
  }

  for (const [what, signer] of [
    [
      "throws",
      () => {
        throw new Error("the vault is shut");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("the vault is shut");
      },
    ],
    ["returns nothing", () => undefined],
    ["returns text that is not hex", () => "z".repeat(128)],
    ["returns too few digits", () => "ab"],
  ]) {
    test(`that ${what} fails the call before it is sent`, async () => {
      const { citrn, calls } = signing(signer);
      const error = await citrn.addresses.take(address).catch((error) => error);
      assert.deepEqual([error.name, error.code, error.executed], ["CitrnConfigurationError", "signer_failed", "no"]);
      assert.match(error.message, what === "throws" || what === "rejects" ? /the vault is shut/ : /128 hex digits/);
      assert.equal(calls.length, 0);
    });
  }

  test("is not called for a call that is not signed", async () => {
    const { citrn } = signing(() => assert.fail("asked"));
    await citrn.rates.list();
  });

  test("that never returns makes the call time out, and nothing was sent", async () => {
    const { citrn, calls } = signing(() => new Promise(() => {}));
    await assert.rejects(citrn.addresses.take(address, { timeoutMs: 50 }), { code: "timeout", executed: "no" });
    assert.equal(calls.length, 0);
  });

  test("needs callbackSecrets to verify callbacks", () => {
    const citrn = new Citrn({ apiKey, signer: () => "", callbackSecrets: secret });
    const body = '{"id":1,"status":"confirmed"}';
    assert.equal(citrn.callbacks.verify(body, citrn.callbacks.sign(body)).id, "1");
  });
});
