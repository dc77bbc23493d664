// Any value from a caller that cannot be used rejects the call with an error that names it, and nothing is sent.
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

/** Returns a Proxy that throws on every operation. */
const trap = (target) =>
  new Proxy(target, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, explode])));
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** Returns a client and the list of its requests. */
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

/** Asserts that a call is refused and sends nothing. */
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
    ["a lone surrogate", LONE, /well-formed Unicode/],
    ["a Proxy that throws", trap({}), /cannot be read: boom/],
    ["a revoked Proxy", revoked([]), /cannot be read/],
  ]) {
    test(`${what} as a value is refused with the parameter's name`, () =>
      refused(
        (citrn) => citrn.addresses.take({ ...address, foreign_id: value }),
        CitrnParameterError,
        "foreign_id",
        message,
      ));
  }

  test("a getter that throws is named, and its error is the cause", async () => {
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
    ["with undefined for an optional parameter", { ...address, convert_to: undefined }],
    ["with null for an optional parameter", { ...address, convert_to: null }],
  ]) {
    test(`an object ${what} is accepted`, async () => {
      const { citrn, calls } = client();
      await citrn.addresses.take(given);
      assert.deepEqual(JSON.parse(Buffer.from(calls[0].init.body)), address);
    });
  }

  test("inherited properties are not read", async () => {
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
    ["holds a number", ["BTC", 1], /must contain only text/],
    ["has only holes", new Array(2 ** 32 - 1), /must contain only text/],
    ["holds a lone surrogate", [LONE], /well-formed/],
    [
      "throws",
      {
        get array() {
          return explode();
        },
      },
      /boom/,
    ],
    ["throws when an item is read", new Proxy(["BTC"], { get: explode }), /boom/],
    ["is not a list", { array: "BTC" }, /must be text/],
  ]) {
    test(`currencies that ${what} are refused`, () =>
      refused((citrn) => citrn.balances.list({ currencies }), CitrnParameterError, "currencies", message));
  }
});

describe("request", () => {
  for (const [what, params, message] of [
    ["whose toJSON returns nothing", { toJSON() {} }, /toJSON returned nothing/],
    ["whose toJSON throws", { toJSON: explode }, /boom/],
    ["with a bigint", { a: 1n }, /BigInt/],
    ["with a lone surrogate", { a: [LONE] }, /well-formed/],
    ["with a lone surrogate after a backslash", { a: "\\\udfff" }, /well-formed/],
    ["with a lone surrogate in a name", { [LONE]: 1 }, /well-formed/],
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

  test("a parameter's name with a lone surrogate is refused", () =>
    refused((citrn) => citrn.addresses.take({ [LONE]: "BTC" }), CitrnParameterError, "parameters", /well-formed/));

  test("a path with a lone surrogate is refused", () =>
    refused((citrn) => citrn.request(`/${LONE}`), CitrnParameterError, "path"));

  test("surrogate pairs, and text that only looks like an escape, are sent unchanged", async () => {
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
    ["throws synchronously", explode, /boom/],
    ["returns a Proxy that throws", () => trap({}), /boom/],
    [
      "returns a promise whose constructor throws",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: explode }),
      /boom/,
    ],
    [
      "returns a thenable that throws",
      () => ({
        get then() {
          return explode();
        },
      }),
      /boom/,
    ],
    [
      "returns a status that throws",
      () => ({
        get status() {
          return explode();
        },
      }),
      /boom/,
    ],
    [
      "returns a status that is not a number",
      () => answering(() => bytes, { status: { valueOf: () => 200 } }),
      /without a status/,
    ],
    ["returns headers that throw", () => answering(() => bytes, { headers: { get: explode } }), /boom/],
    ["returns a body that throws", () => answering(explode), /boom/],
    ["returns a body as a thenable that throws", () => answering(() => ({ then: explode })), /boom/],
    ["returns a body as text", () => answering(() => "text"), /without an ArrayBuffer/],
    ["returns a body as a list", () => answering(() => [1, 2]), /without an ArrayBuffer/],
    [
      "returns an object that only has the tag of a buffer",
      () => answering(() => ({ [Symbol.toStringTag]: "ArrayBuffer", length: 2 ** 40 })),
      /./,
    ],
    ["returns a detached body", () => answering(detached), /detached/],
    ["returns a body beyond the limit", () => answering(() => new ArrayBuffer(1024 * 1024 + 1)), /more than 1 MiB/],
  ]) {
    test(`that ${what} causes a network error`, async () => {
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
    test(`may return ${what}`, async () =>
      assert.equal((await call(() => answering(async () => body))).address, "bc1q"));
  }

  test("is called without a this value, and its Retry-After is read", async () => {
    const seen = [];
    function fetch() {
      seen.push(this);
      return answering(() => bytes, { status: 429, headers: new Headers({ "Retry-After": "7" }) });
    }
    await assert.rejects(call(fetch), { code: "rate_limited", retryAfter: 7 });
    assert.deepEqual(seen, [undefined]);
  });

  test("may return headers whose values are not text", async () => {
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
      /no reason was given/,
    ],
    ["rejects with a symbol", () => Promise.reject(Symbol("s")), /no reason was given/],
    [
      "throws a Proxy that throws",
      () => {
        throw trap({});
      },
      /./,
    ],
    [
      "returns a promise whose constructor throws",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: explode }),
      /boom/,
    ],
    [
      "returns a thenable that throws",
      () => ({
        get then() {
          return explode();
        },
      }),
      /boom/,
    ],
    ["returns a Proxy that throws", () => trap({}), /boom/],
    ["returns a symbol", () => Symbol("s"), /must return 128 hex digits as a string/],
  ]) {
    test(`that ${what} fails the call before it is sent`, async () => {
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
    ["whose addEventListener throws", like({ addEventListener: explode })],
    ["that is a Proxy that throws", trap({})],
  ]) {
    test(`${what} is refused`, () =>
      refused((citrn) => citrn.addresses.take(address, { signal }), CitrnConfigurationError, "signal"));
  }

  test("that throws when a listener is removed does not fail the call", async () => {
    const { citrn } = client();
    assert.equal(
      (await citrn.addresses.take(address, { signal: like({ removeEventListener: explode }) })).address,
      "bc1q",
    );
  });

  test("that only resembles an AbortSignal aborts the call, with its reason", async () => {
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

  test("that is aborted and whose reason throws aborts the call before it is sent", async () => {
    const signal = Object.defineProperty(like({ aborted: true }), "reason", { get: explode });
    await refused((citrn) => citrn.addresses.take(address, { signal }), CitrnAbortError, undefined);
  });

  test("keeps no listener, whatever the outcome of the call", async () => {
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

  test("options that throw are refused with their name", async () => {
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

test("inherited options are not read", async () => {
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
  test("that throw are refused with their name", () => {
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

  test("changing the baseUrl object afterwards has no effect", async () => {
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
    ["an object whose toString throws", { toString: explode }],
    ["an empty list", []],
    ["a list of objects", [{ toString: () => signature }]],
    ["a Proxy that throws", trap({})],
  ]) {
    test(`${what} is not accepted as a signature`, () => {
      const name = "X-Process-Signature";
      for (const headers of [{ [name]: value }, { get: () => value }, [[name, value]]]) {
        assert.throws(() => citrn.callbacks.verify(body, headers), {
          name: "CitrnCallbackError",
          code: "invalid_signature",
        });
      }
    });
  }

  test("of a list returned by get, the first text is used", () => {
    assert.equal(citrn.callbacks.verify(body, { get: () => [signature] }).id, "1");
  });

  for (const [what, headers] of [
    ["that throw", { get: explode }],
    ["that are a Proxy that throws", trap({})],
    ["whose names are not text", [[7, signature]]],
    ["whose pairs are undefined", [undefined]],
  ]) {
    test(`headers ${what} are refused`, () => {
      assert.throws(() => citrn.callbacks.verify(body, headers), { name: "CitrnParameterError", field: "headers" });
    });
  }

  test("unreadable bodies are refused", () => {
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

  test("a field named raw does not make the exact text enumerable", () => {
    const callback = citrn.callbacks.verify(body, { "x-process-signature": signature });
    assert.equal(callback.raw, body);
    assert.ok(!Object.keys(callback).includes("raw"));
    assert.equal(callback.constructor, "c");
  });
});
