// A fetch and a signer of one's own.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const address = { foreign_id: "user-17", currency: "BTC" };
const reply = { body: { data: { address: "bc1q" } } };

describe("a fetch of one's own", () => {
  test("gets the URL as text and a plain init, and may answer with anything like a Response", async () => {
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

  test("may answer synchronously", async () => {
    const fetch = () => ({
      status: 200,
      headers: new Headers(),
      arrayBuffer: () => new TextEncoder().encode('{"message":"OK"}').buffer,
    });
    assert.equal((await new Citrn({ fetch }).ping()).message, "OK");
  });

  test("is given up at the deadline, and called again, also where setTimeout was replaced by one that takes two arguments", async (t) => {
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

  test("may be a wrapper of the platform's", async () => {
    const fetch = async () => Response.json({ message: "OK" }, { status: 203 });
    assert.equal((await new Citrn({ fetch }).ping()).httpStatus, 203);
  });

  test("may call this package itself while it is called, as may a signer", async () => {
    const inner = new Citrn({ apiKey, secret, fetch: async () => Response.json({ message: "OK" }) });
    const calls = [];
    const callsItself = (answer) => (given) => {
      const { "X-Process-Signature": signature } = inner.callbacks.sign("{}");
      assert.equal(signature, hmac(secret, "{}"));
      // Begun while the call outside runs; of that one nobody waits for the first.
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

  test("gets a signal that aborts when the call is stopped", async () => {
    let signal;
    const fetch = (_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    };
    await assert.rejects(new Citrn({ fetch }).ping({ timeoutMs: 30 }), { code: "timeout" });
    assert.equal(signal.aborted, true);
  });

  test("gets a body of its own: changing it changes nothing in the next attempt", async () => {
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
    test(`that gives ${what} is a network error, not a crash`, async () => {
      const citrn = new Citrn({ apiKey, secret, maxRetries: 0, fetch: async () => answer });
      await assert.rejects(citrn.addresses.take(address), {
        name: "CitrnConnectionError",
        code: "network_error",
        executed: "unknown",
      });
    });
  }

  test("that throws something odd is a network error too", async () => {
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
    ["that answers at once", (bytes) => hmac(secret, bytes)],
    [
      "that takes its time",
      async (bytes) => new Promise((resolve) => setTimeout(() => resolve(hmac(secret, bytes)), 20)),
    ],
    ["that writes capitals", (bytes) => hmac(secret, bytes).toUpperCase()],
    ["that is thenable only", (bytes) => ({ then: (resolve) => resolve(hmac(secret, bytes)) })],
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
    ["gives nothing", () => undefined],
    ["gives no hex", () => "z".repeat(128)],
    ["gives too little", () => "ab"],
  ]) {
    test(`that ${what} stops the call before it is sent`, async () => {
      const { citrn, calls } = signing(signer);
      const error = await citrn.addresses.take(address).catch((error) => error);
      assert.deepEqual([error.name, error.code, error.executed], ["CitrnConfigurationError", "signer_failed", "no"]);
      assert.match(
        error.message,
        what === "throws" || what === "rejects" ? /the vault is shut/ : /128 hex digits|did not give text/,
      );
      assert.equal(calls.length, 0);
    });
  }

  test("is not asked for a call that is not signed", async () => {
    const { citrn } = signing(() => assert.fail("asked"));
    await citrn.rates.list();
  });

  test("that never answers is cut off by the deadline, and nothing was sent", async () => {
    const { citrn, calls } = signing(() => new Promise(() => {}));
    await assert.rejects(citrn.addresses.take(address, { timeoutMs: 50 }), { code: "timeout", executed: "no" });
    assert.equal(calls.length, 0);
  });

  test("needs a secret beside it for callbacks", () => {
    const citrn = new Citrn({ apiKey, signer: () => "", callbackSecrets: secret });
    const body = '{"id":1,"status":"confirmed"}';
    assert.equal(citrn.callbacks.verify(body, citrn.callbacks.sign(body)).id, "1");
  });
});
