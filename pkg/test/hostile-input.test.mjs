// Whatever a caller hands over, the call rejects with an error that names it: nothing escapes the call, nothing is sent.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { after, afterEach, before, describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { Citrn, CitrnAbortError, CitrnConfigurationError, CitrnConnectionError, CitrnParameterError } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const address = { foreign_id: "user-17", currency: "BTC" };
const replies = { body: { data: { address: "bc1q" } } };
const boom = new Error("boom");
const explode = () => {
  throw boom;
};
const LONE = "a\ud800";

/** What throws whenever anything is asked of it, of every kind. */
const trap = (target) =>
  new Proxy(target, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, explode])));
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** A client, and what it has sent. */
function client(settings = {}) {
  const { fetch, calls } = fetchOf(() => replies);
  return { citrn: new Citrn({ apiKey, secret, maxRetries: 0, fetch, ...settings }), calls };
}

const escaped = [];
const note = (error) => escaped.push(error);
before(() => process.on("uncaughtException", note).on("unhandledRejection", note));
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(escaped.splice(0), [], "nothing escapes a call");
});
after(() => process.off("uncaughtException", note).off("unhandledRejection", note));

/** The error of a call that must not have sent anything. */
async function refused(call, type, field, message = /./) {
  const { citrn, calls } = client();
  const error = await call(citrn).then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );
  assert.ok(error instanceof type, `not a ${type.name}: ${error?.stack}`);
  assert.equal(error.field, field);
  assert.equal(error.executed, "no");
  assert.match(error.message, message);
  assert.equal(calls.length, 0);
  return error;
}

describe("parameters", () => {
  for (const [what, given] of [
    ["text", "BTC"],
    ["a number", 7],
    ["a symbol", Symbol("s")],
    ["a function", () => {}],
    ["a list", [address]],
    ["a Map", new Map(Object.entries(address))],
    ["a Set", new Set()],
    ["URLSearchParams", new URLSearchParams(address)],
    ["a Proxy that throws", trap({})],
    ["a revoked Proxy", revoked({})],
  ]) {
    test(`${what} is refused`, () =>
      refused((citrn) => citrn.addresses.take(given), CitrnParameterError, "parameters"));
  }

  for (const [what, value, message] of [
    ["a number", 7, /must be text, not a number/],
    ["a bigint", 7n, /must be text, not a number/],
    ["a boolean", true, /must be text/],
    ["a symbol", Symbol("s"), /must be text/],
    ["a function", () => "BTC", /must be text/],
    ["a Date", new Date(), /must be text/],
    ["a list", ["BTC"], /must be text, not a list/],
    ["a list under array", { array: ["BTC"] }, /must be text, not a list/],
    ["half a surrogate pair", LONE, /well-formed Unicode/],
    ["a Proxy that throws", trap({}), /cannot be read: boom/],
    ["a revoked Proxy", revoked([]), /cannot be read/],
  ]) {
    test(`${what} as a value is refused by its name`, () =>
      refused(
        (citrn) => citrn.addresses.take({ ...address, foreign_id: value }),
        CitrnParameterError,
        "foreign_id",
        message,
      ));
  }

  test("a getter that throws is named, and its error kept", async () => {
    const given = Object.defineProperty({ ...address }, "convert_to", { get: explode, enumerable: true });
    const error = await refused((citrn) => citrn.addresses.take(given), CitrnParameterError, "convert_to", /boom/);
    assert.equal(error.cause, boom);
  });

  for (const thrown of [null, Symbol("s"), Object.create(null), trap({})]) {
    test(`a getter that throws ${typeof thrown === "symbol" ? "a symbol" : thrown && "something hostile"} is named`, () => {
      const given = {
        get foreign_id() {
          throw thrown;
        },
      };
      return refused((citrn) => citrn.addresses.take(given), CitrnParameterError, "foreign_id", /cannot be read/);
    });
  }

  for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
    test(`an unknown parameter ${name} is named`, () => {
      const given = Object.defineProperty({ ...address }, name, { value: "x", enumerable: true });
      return refused((citrn) => citrn.addresses.take(given), CitrnParameterError, name, /is not a parameter of/);
    });
  }

  class Taken {
    foreign_id = "user-17";
    currency = "BTC";
  }
  for (const [what, given] of [
    ["without a prototype", Object.assign(Object.create(null), address)],
    ["of a class", new Taken()],
    ["of another realm", runInNewContext(`(${JSON.stringify(address)})`)],
    [
      "with getters",
      {
        get foreign_id() {
          return "user-17";
        },
        get currency() {
          return "BTC";
        },
      },
    ],
    ["with what is left out", { ...address, convert_to: undefined }],
    ["with null for what is left out", { ...address, convert_to: null }],
  ]) {
    test(`an object ${what} is taken`, async () => {
      const { citrn, calls } = client();
      await citrn.addresses.take(given);
      assert.deepEqual(JSON.parse(Buffer.from(calls[0].init.body)), address);
    });
  }

  test("what is inherited is not taken", async () => {
    await refused(
      (citrn) => citrn.addresses.take(Object.create(address)),
      CitrnParameterError,
      "foreign_id",
      /is required/,
    );
    Object.defineProperty(Object.prototype, "convert_to", { value: "EUR", configurable: true });
    try {
      const { citrn, calls } = client();
      await citrn.addresses.take(address);
      assert.deepEqual(JSON.parse(Buffer.from(calls[0].init.body)), address);
    } finally {
      delete Object.prototype.convert_to;
    }
  });

  for (const [what, currencies, sent] of [
    ["a list", ["BTC", "EUR"], "BTC,EUR"],
    ["a list of another realm", runInNewContext('["BTC", "EUR"]'), "BTC,EUR"],
    ["a list under array", { array: ["BTC", "EUR"] }, ["BTC", "EUR"]],
  ]) {
    test(`currencies may be ${what}`, async () => {
      const { citrn, calls } = client();
      await citrn.balances.list({ currencies }).catch(() => {});
      assert.deepEqual(JSON.parse(Buffer.from(calls[0].init.body)), { currencies: sent });
    });
  }
  for (const [what, currencies, message] of [
    ["holds a number", ["BTC", 1], /must hold only text/],
    ["has nothing but holes", new Array(2 ** 32 - 1), /must hold only text/],
    ["holds half a surrogate pair", [LONE], /well-formed/],
    [
      "throws",
      {
        get array() {
          return explode();
        },
      },
      /boom/,
    ],
    ["throws at its items", new Proxy(["BTC"], { get: explode }), /boom/],
    ["is no list", { array: "BTC" }, /must be text/],
  ]) {
    test(`currencies that ${what} are refused`, () =>
      refused((citrn) => citrn.balances.list({ currencies }), CitrnParameterError, "currencies", message));
  }
});

describe("request", () => {
  for (const [what, params, message] of [
    ["whose toJSON gives nothing", { toJSON() {} }, /toJSON gives nothing/],
    ["whose toJSON throws", { toJSON: explode }, /boom/],
    ["with a bigint", { a: 1n }, /BigInt/],
    ["with half a surrogate pair", { a: [LONE] }, /well-formed/],
    ["with half a surrogate pair after a backslash", { a: "\\\udfff" }, /well-formed/],
    ["with half a surrogate pair in a name", { [LONE]: 1 }, /well-formed/],
    [
      "that throw something hostile",
      {
        toJSON() {
          throw trap({});
        },
      },
      /cannot be written as JSON/,
    ],
  ]) {
    test(`params ${what} are refused`, () =>
      refused((citrn) => citrn.request("/x", params), CitrnParameterError, "params", message));
  }

  test("a parameter's name with half a surrogate pair is refused", () =>
    refused((citrn) => citrn.addresses.take({ [LONE]: "BTC" }), CitrnParameterError, "parameters", /well-formed/));

  test("a path with half a surrogate pair is refused", () =>
    refused((citrn) => citrn.request(`/${LONE}`), CitrnParameterError, "path"));

  test("whole pairs, and text that only looks like an escape, go out as they are", async () => {
    const params = { a: "\u{1f600}", b: "\\ud800", c: "\\\\udfff" };
    const { citrn, calls } = client();
    await citrn.request("/x", params);
    assert.equal(Buffer.from(calls[0].init.body).toString(), JSON.stringify(params));
  });
});

describe("a fetch", () => {
  const bytes = new TextEncoder().encode(JSON.stringify(replies.body));
  const detached = () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  };
  const answering = (arrayBuffer, rest = {}) => ({ status: 200, headers: new Headers(), arrayBuffer, ...rest });
  const call = (fetch) => client({ fetch }).citrn.addresses.take(address);

  for (const [what, fetch, message] of [
    ["throws at once", explode, /boom/],
    ["gives a Proxy that throws", () => trap({}), /boom/],
    [
      "gives a promise whose constructor throws",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: explode }),
      /boom/,
    ],
    [
      "gives what throws as thenable",
      () => ({
        get then() {
          return explode();
        },
      }),
      /boom/,
    ],
    [
      "gives a status that throws",
      () => ({
        get status() {
          return explode();
        },
      }),
      /boom/,
    ],
    [
      "gives a status that is no number",
      () => answering(() => bytes, { status: { valueOf: () => 200 } }),
      /without a status/,
    ],
    ["gives headers that throw", () => answering(() => bytes, { headers: { get: explode } }), /boom/],
    ["gives a body that throws", () => answering(explode), /boom/],
    ["gives a body as a thenable that throws", () => answering(() => ({ then: explode })), /boom/],
    ["gives a body as text", () => answering(() => "text"), /without an ArrayBuffer/],
    ["gives a body as a list", () => answering(() => [1, 2]), /without an ArrayBuffer/],
    [
      "gives what only says that it is a buffer",
      () => answering(() => ({ [Symbol.toStringTag]: "ArrayBuffer", length: 2 ** 40 })),
      /./,
    ],
    ["gives a detached body", () => answering(detached), /detached/],
    ["gives a body beyond the limit", () => answering(() => new ArrayBuffer(1024 * 1024 + 1)), /more than 1 MiB/],
  ]) {
    test(`that ${what} is a network error`, async () => {
      const error = await call(fetch).then(
        () => assert.fail("the call succeeded"),
        (error) => error,
      );
      assert.ok(error instanceof CitrnConnectionError, error?.stack);
      assert.deepEqual([error.code, error.executed], ["network_error", "unknown"]);
      assert.ok(error.cause instanceof Error);
      assert.match(error.cause.message, message);
    });
  }

  for (const [what, body] of [
    ["a Buffer of a pool", Buffer.from(bytes)],
    ["a view of part of a buffer", Uint8Array.from([0, ...bytes, 0]).subarray(1, -1)],
    ["a DataView", new DataView(bytes.buffer)],
    ["a buffer of another realm", runInNewContext(`new Uint8Array([${bytes}]).buffer`)],
  ]) {
    test(`may give ${what}`, async () => assert.equal((await call(() => answering(async () => body))).address, "bc1q"));
  }

  test("is called without this, and its Retry-After is read", async () => {
    const seen = [];
    function fetch() {
      seen.push(this);
      return answering(() => bytes, { status: 429, headers: new Headers({ "Retry-After": "7" }) });
    }
    await assert.rejects(call(fetch), { code: "rate_limited", retryAfter: 7 });
    assert.deepEqual(seen, [undefined]);
  });

  test("may give headers that hold no text", async () => {
    const error = await call(() => answering(() => bytes, { status: 429, headers: { get: () => Symbol("s") } })).catch(
      (error) => error,
    );
    assert.deepEqual([error.code, error.retryAfter], ["rate_limited", undefined]);
  });
});

describe("a signer", () => {
  for (const [what, signer, message] of [
    [
      "throws null",
      () => {
        throw null;
      },
      /the signer gave no reason/,
    ],
    ["rejects with a symbol", () => Promise.reject(Symbol("s")), /the signer gave no reason/],
    [
      "throws a Proxy that throws",
      () => {
        throw trap({});
      },
      /./,
    ],
    [
      "gives a promise whose constructor throws",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: explode }),
      /boom/,
    ],
    [
      "gives what throws as thenable",
      () => ({
        get then() {
          return explode();
        },
      }),
      /boom/,
    ],
    ["gives a Proxy that throws", () => trap({}), /boom/],
    ["gives a symbol", () => Symbol("s"), /did not give text/],
  ]) {
    test(`that ${what} stops the call before it is sent`, async () => {
      const { fetch, calls } = fetchOf(() => replies);
      const error = await new Citrn({ apiKey, signer, fetch }).addresses.take(address).catch((error) => error);
      assert.deepEqual([error.name, error.code, error.executed], ["CitrnConfigurationError", "signer_failed", "no"]);
      assert.match(error.message, message);
      assert.equal(calls.length, 0);
    });
  }
});

describe("a signal", () => {
  const like = (own) => ({ aborted: false, addEventListener() {}, removeEventListener() {}, ...own });
  for (const [what, signal] of [
    ["null", null],
    ["without removeEventListener", like({ removeEventListener: undefined })],
    ["without addEventListener", like({ addEventListener: undefined })],
    ["without aborted", like({ aborted: undefined })],
    ["whose aborted throws", Object.defineProperty(like(), "aborted", { get: explode })],
    ["that cannot be listened to", like({ addEventListener: explode })],
    ["that is a Proxy that throws", trap({})],
  ]) {
    test(`${what} is refused`, () =>
      refused((citrn) => citrn.addresses.take(address, { signal }), CitrnConfigurationError, "signal"));
  }

  test("that will not let go of a listener does no harm", async () => {
    const { citrn } = client();
    assert.equal(
      (await citrn.addresses.take(address, { signal: like({ removeEventListener: explode }) })).address,
      "bc1q",
    );
  });

  test("that is only like one stops the call, with its reason", async () => {
    let abort;
    const removed = [];
    const signal = like({
      addEventListener: (_type, listener) => (abort = listener),
      removeEventListener: (_type, listener) => removed.push(listener),
    });
    const { citrn } = client({
      fetch: () => {
        signal.reason = boom;
        abort();
        return new Promise(() => {});
      },
    });
    const error = await citrn.addresses.take(address, { signal }).catch((error) => error);
    assert.ok(error instanceof CitrnAbortError);
    assert.deepEqual([error.cause, error.executed], [boom, "unknown"]);
    assert.deepEqual(removed, [abort]);
  });

  test("that was aborted and whose reason throws: nothing is sent", async () => {
    const signal = Object.defineProperty(like({ aborted: true }), "reason", { get: explode });
    await refused((citrn) => citrn.addresses.take(address, { signal }), CitrnAbortError, undefined);
  });

  test("keeps no listener, whatever the call comes to", async () => {
    const { signal } = new AbortController();
    await client().citrn.addresses.take(address, { signal });
    await client({ fetch: explode })
      .citrn.addresses.take(address, { signal })
      .catch(() => {});
    await client()
      .citrn.addresses.take({ foreign_id: "" }, { signal })
      .catch(() => {});
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("options that throw are refused by name", async () => {
    await refused(
      (citrn) =>
        citrn.ping({
          get timeoutMs() {
            return explode();
          },
        }),
      CitrnConfigurationError,
      "timeoutMs",
      /boom/,
    );
    await refused((citrn) => citrn.ping(trap({})), CitrnConfigurationError, "options");
  });
});

test("options that are inherited are not read", async () => {
  Object.prototype.signal = AbortSignal.abort();
  try {
    const { citrn, calls } = client();
    await citrn.addresses.take(address);
    await citrn.request("/x");
    await citrn.addresses.take(address, {});
    assert.equal(calls.length, 3);
  } finally {
    delete Object.prototype.signal;
  }
});

describe("settings", () => {
  test("that throw are refused by name", () => {
    const hostile = (given, field) => assert.throws(() => new Citrn(given), { name: "CitrnConfigurationError", field });
    hostile(
      {
        get secret() {
          return explode();
        },
      },
      "secret",
    );
    hostile(trap({}), "settings");
    hostile(
      {
        baseUrl: {
          get io() {
            return explode();
          },
          com: "",
        },
      },
      "io",
    );
    hostile({ callbackSecrets: revoked([]) }, "callbackSecrets");
    hostile({ toString: "x" }, "toString");
  });

  test("that are inherited are not read", async () => {
    Object.prototype.baseUrl = "https://thief.example/api";
    Object.prototype.secret = "inherited";
    Object.prototype.timeoutMs = "soon";
    try {
      const { fetch, calls } = fetchOf(() => replies);
      await new Citrn({ apiKey, signer: (bytes) => hmac(secret, bytes), fetch }).addresses.take(address, {});
      assert.equal(calls[0].url, "https://app.citrn.io/api/addresses/take");
      assert.equal(calls[0].init.headers["X-Process-Signature"], hmac(secret, calls[0].init.body));
    } finally {
      for (const name of ["baseUrl", "secret", "timeoutMs"]) delete Object.prototype[name];
    }
  });

  test("changing baseUrl afterwards changes nothing", async () => {
    const baseUrl = { io: "https://io.example/api", com: "https://com.example/api" };
    const { citrn, calls } = client({ baseUrl });
    baseUrl.io = "https://thief.example/api";
    await citrn.addresses.take(address);
    assert.equal(calls[0].url, "https://io.example/api/addresses/take");
  });
});

describe("callbacks", () => {
  const citrn = new Citrn({ apiKey, secret });
  const body = '{"id":1,"status":"confirmed","raw":"theirs","constructor":"c"}';
  const signature = hmac(secret, body);

  for (const [what, value] of [
    ["a number", 7],
    ["a symbol", Symbol("s")],
    ["an object that throws as text", { toString: explode }],
    ["an empty list", []],
    ["a list of other things", [{ toString: () => signature }]],
    ["a Proxy that throws", trap({})],
  ]) {
    test(`${what} is no signature`, () => {
      const name = "X-Process-Signature";
      for (const headers of [{ [name]: value }, { get: () => value }, [[name, value]]]) {
        assert.throws(() => citrn.callbacks.verify(body, headers), {
          name: "CitrnCallbackError",
          code: "invalid_signature",
        });
      }
    });
  }

  test("a list from get counts by its first text", () => {
    assert.equal(citrn.callbacks.verify(body, { get: () => [signature] }).id, "1");
  });

  for (const [what, headers] of [
    ["that throw", { get: explode }],
    ["that are a Proxy that throws", trap({})],
    ["whose names are no text", [[7, signature]]],
    ["whose pairs are none", [undefined]],
  ]) {
    test(`headers ${what} are refused`, () => {
      assert.throws(() => citrn.callbacks.verify(body, headers), { name: "CitrnParameterError", field: "headers" });
    });
  }

  test("bodies that cannot be read are refused", () => {
    const detached = new Uint8Array(8);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const lying = { [Symbol.toStringTag]: "ArrayBuffer", length: 3 };
    for (const hostile of [detached.buffer, detached, lying, trap({}), revoked({})]) {
      assert.throws(() => citrn.callbacks.verify(hostile, { "x-process-signature": signature }), {
        name: "CitrnParameterError",
        field: "rawBody",
      });
    }
    assert.throws(() => citrn.callbacks.sign(detached.buffer), { name: "CitrnParameterError", field: "body" });
  });

  test("a field named raw does not make the text enumerable", () => {
    const callback = citrn.callbacks.verify(body, { "x-process-signature": signature });
    assert.equal(callback.raw, body);
    assert.ok(!Object.keys(callback).includes("raw"));
    assert.equal(callback.constructor, "c");
  });
});
