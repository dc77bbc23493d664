// Replaced `fetch` functions and response objects: a response is read by its members, and a missing one is named.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

const withdrawal = { address: "TXYZ", foreign_id: "payout-881", amount: "25", currency: "USDTT" };
const accepted = JSON.stringify({ data: { id: 17, foreign_id: "payout-881", status: "processing" } });
const refused = JSON.stringify({ error_code: "balance_not_enough" });
const bytes = (text) => new TextEncoder().encode(text);
const boom = () => {
  throw new Error("boom");
};

const RealResponse = Response;
const real = ["fetch", "Response", "Request"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
afterEach(() => {
  for (const [name, descriptor] of real) Object.defineProperty(globalThis, name, descriptor);
});

/** Calls a method while the global `fetch` returns the result of `answer`. Returns the outcome and the call count. */
async function under(answer, call = (citrn) => citrn.withdrawals.create(withdrawal), settings = {}) {
  let sent = 0;
  globalThis.fetch = async (_url, init) => {
    sent++;
    return answer(init);
  };
  const citrn = new Citrn({ apiKey, secret, ...settings });
  const outcome = await call(citrn).then(
    (reply) => ({ reply }),
    (error) => ({ error }),
  );
  return { ...outcome, sent };
}

/** Response objects like those of several libraries. */
const LOOKALIKES = {
  "another realm's Response": (status, text) =>
    Object.assign(runInNewContext("({})"), {
      status,
      headers: new Headers(),
      body: null,
      arrayBuffer: async () => bytes(text),
    }),
  // node-fetch, cross-fetch: the body is a Node stream.
  "node-fetch": (status, text) => ({
    status,
    headers: { get: () => null },
    bodyUsed: false,
    body: {
      pipe() {},
      async *[Symbol.asyncIterator]() {
        yield bytes(text);
      },
    },
    arrayBuffer: async () => bytes(text).buffer,
  }),
  // undici: another class with another stream.
  undici: (status, text) =>
    new (class Response {
      get status() {
        return status;
      }
      get headers() {
        return new Headers();
      }
      get body() {
        return new Blob([text]).stream();
      }
    })(),
  "a mock that is a plain object": (status, text) => ({
    ok: status < 300,
    status,
    headers: new Map(),
    arrayBuffer: async () => bytes(text).buffer,
  }),
  "a mock whose body is text": (status, text) => ({
    status,
    headers: new Headers(),
    body: text,
    arrayBuffer: async () => bytes(text),
  }),
  // A stream may reuse one buffer for all chunks.
  "a reader that reuses its buffer": (status, text) => {
    const [rest, buffer] = [[...bytes(text)], new Uint8Array(7)];
    const read = async () => {
      const chunk = rest.splice(0, buffer.length);
      buffer.set(chunk);
      return { done: chunk.length === 0, value: buffer.subarray(0, chunk.length) };
    };
    return { status, headers: new Headers(), body: { getReader: () => ({ read, cancel: async () => {} }) } };
  },
  "a Response with chunks": (status, text) =>
    new RealResponse(
      new ReadableStream({
        start(controller) {
          for (const byte of bytes(text)) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
      { status },
    ),
};

describe("with the global fetch replaced by one that answers as", () => {
  for (const [what, like] of Object.entries(LOOKALIKES)) {
    test(`${what} does, a withdrawal succeeds`, async () => {
      const { reply, error, sent } = await under(() => like(200, accepted));
      assert.deepEqual([reply?.id, error, sent], ["17", undefined, 1]);
    });
    test(`${what} does, a refusal is reported as one`, async () => {
      const { error, sent } = await under(() => like(400, refused));
      assert.deepEqual([error.code, error.executed, error.httpStatus, sent], ["balance_not_enough", "no", 400, 1]);
    });
    test(`${what} does, given as the setting fetch, a withdrawal succeeds`, async () => {
      const citrn = new Citrn({ apiKey, secret, fetch: () => like(200, accepted) });
      assert.equal((await citrn.withdrawals.create(withdrawal)).id, "17");
    });
  }

  test("the runtime does, while Response is another class, a withdrawal succeeds", async () => {
    globalThis.Response = class Response {};
    const { reply } = await under(() => new RealResponse(accepted));
    assert.equal(reply.id, "17");
  });
});

describe("with Request replaced by", () => {
  for (const [what, descriptor] of [
    ["a function without a prototype", { value: () => {} }],
    // biome-ignore lint/complexity/useArrowFunction: an arrow function has no prototype.
    ["a function whose prototype is null", { value: Object.assign(function () {}, { prototype: null }) }],
    ["an object", { value: {} }],
    ["a getter that throws", { get: boom }],
  ]) {
    test(`${what}, a withdrawal is sent once`, async () => {
      Object.defineProperty(globalThis, "Request", { configurable: true, ...descriptor });
      const { reply, error, sent } = await under(() => new RealResponse(accepted));
      assert.deepEqual([reply?.id, error, sent], ["17", undefined, 1]);
    });
  }
});

describe("the global fetch", () => {
  test("is looked up on every call", async () => {
    const citrn = new Citrn();
    for (const message of ["one", "two"]) {
      globalThis.fetch = async () => RealResponse.json({ message });
      assert.equal((await citrn.ping()).message, message);
    }
  });

  for (const [what, value] of [
    ["undefined", undefined],
    ["null", null],
    ["an object", {}],
    ["text", "fetch"],
  ]) {
    test(`that is ${what} sends nothing, and the error names the setting`, async () => {
      globalThis.fetch = value;
      const citrn = new Citrn({ apiKey, secret });
      for (const call of [() => citrn.withdrawals.create(withdrawal), () => citrn.balances.list()]) {
        const error = await call().catch((error) => error);
        assert.deepEqual(
          [error.name, error.code, error.field, error.executed, error.retryable],
          ["CitrnConfigurationError", "invalid_configuration", "fetch", "no", false],
        );
      }
    });
  }

  test("that is a getter which throws sends nothing", async () => {
    Object.defineProperty(globalThis, "fetch", { configurable: true, get: boom });
    await assert.rejects(new Citrn({ apiKey, secret }).withdrawals.create(withdrawal), {
      code: "invalid_configuration",
      executed: "no",
    });
  });

  test("that throws synchronously leaves the outcome unknown", async () => {
    globalThis.fetch = boom;
    await assert.rejects(new Citrn({ apiKey, secret }).withdrawals.create(withdrawal), {
      code: "network_error",
      executed: "unknown",
      retryable: false,
    });
  });
});

describe("an unreadable answer", () => {
  const good = () => ({ status: 200, headers: new Headers(), arrayBuffer: async () => bytes(accepted).buffer });
  for (const [what, answer, named] of [
    ["without headers", () => ({ ...good(), headers: undefined }), /headers/],
    ["with headers that are a plain object", () => ({ ...good(), headers: {} }), /headers\.get/],
    ["without a status", () => ({ ...good(), status: undefined }), /status/],
    ["with a status as text", () => ({ ...good(), status: "200" }), /status/],
    ["with a status that is NaN", () => ({ ...good(), status: NaN }), /status/],
    [
      "with a status that throws",
      () => ({
        ...good(),
        get status() {
          return boom();
        },
      }),
      /status.*boom/,
    ],
    ["without a body", () => ({ ...good(), arrayBuffer: undefined, body: null }), /body.*arrayBuffer/],
    ["that is undefined", () => undefined, /status/],
    ["that is text", () => accepted, /status/],
    [
      "whose body was read before",
      async () => {
        const response = new RealResponse(accepted);
        await response.text();
        return response;
      },
      /body.*read already/,
    ],
    [
      "whose body is a stream of text",
      () => new RealResponse(new ReadableStream({ start: (controller) => controller.enqueue("text") })),
      /bytes/,
    ],
    [
      "whose body is locked",
      () => {
        const response = new RealResponse(accepted);
        response.body.getReader();
        return response;
      },
      /getReader/,
    ],
    ["whose body has no reader", () => ({ ...good(), body: { getReader: () => null } }), /getReader\(\)\.read/],
    [
      "whose body has a reader of nothing",
      () => ({ ...good(), body: { getReader: () => ({}) } }),
      /getReader\(\)\.read/,
    ],
    [
      "whose body gives no chunk",
      () => ({ ...good(), body: { getReader: () => ({ read: async () => undefined }) } }),
      /bytes/,
    ],
  ]) {
    test(`${what} is named in the error, not retried, and the outcome is unknown`, async () => {
      for (const [call, executed] of [
        [undefined, "unknown"],
        [(citrn) => citrn.balances.list(), "no"],
      ]) {
        const { error, sent } = await under(answer, call);
        assert.deepEqual([error.code, error.executed, error.retryable, sent], ["network_error", executed, false, 1]);
        assert.match(error.message, named);
      }
    });
  }
});

describe("answers of any kind", () => {
  /** Variants of each part of a response, with the name of the missing member, if any. */
  const STATUSES = [
    [200, undefined],
    [200, undefined],
    [400, undefined],
    ["200", "status"],
    [undefined, "status"],
    [NaN, "status"],
    [boom, "status"],
  ];
  const HEADERS = [
    [() => new Headers(), undefined],
    [() => new Map(), undefined],
    [() => ({ get: () => null }), undefined],
    [() => ({}), "headers.get"],
    [() => undefined, "headers.get"],
    [() => [], "headers.get"],
    [boom, "headers"],
  ];
  const BODIES = [
    [(text) => ({ body: new Blob([text]).stream() }), undefined],
    [(text) => ({ body: new Blob([text]).stream(), arrayBuffer: boom }), undefined],
    [(text) => ({ arrayBuffer: () => bytes(text).buffer }), undefined],
    [(text) => ({ body: null, arrayBuffer: async () => bytes(text) }), undefined],
    [(text) => ({ body: text, arrayBuffer: async () => Buffer.from(text) }), undefined],
    [() => ({}), "body"],
    [() => ({ body: null }), "body"],
    [() => ({ body: { getReader: boom } }), "body.getReader"],
    [(text) => ({ text: async () => text, json: async () => JSON.parse(text) }), "body"],
    [() => ({ arrayBuffer: () => "text" }), "ArrayBuffer"],
  ];
  /** Kinds of objects with these members. A member that is `boom` throws when it is read. */
  const SHAPES = {
    "own properties": (members) => withGetters({}, members),
    "getters of a prototype": (members) => Object.create(withGetters({}, members)),
    "a null prototype": (members) => withGetters(Object.create(null), members),
    "a frozen object": (members) => Object.freeze(withGetters({}, members)),
    "a Proxy": (members) => new Proxy({}, { get: (_, name) => (members[name] === boom ? boom() : members[name]) }),
    "a subclass of Response": (members) => withGetters(new (class extends RealResponse {})(), members),
    "a function": (members) => withGetters(() => {}, members),
  };
  function withGetters(object, members) {
    for (const name of ["status", "headers", "body", "bodyUsed", "arrayBuffer"]) {
      const value = members[name];
      const isTrap = value === boom && name !== "arrayBuffer";
      Object.defineProperty(object, name, { enumerable: true, configurable: true, get: isTrap ? boom : () => value });
    }
    return object;
  }

  test("are read, or the first missing member is named; a withdrawal is sent once", async () => {
    const random = seeded(857);
    let read = 0;
    for (let round = 0; round < 600; round++) {
      const [status, statusMissing] = random.pick(STATUSES);
      const [headers, headersMissing] = random.pick(HEADERS);
      const [body, bodyMissing] = random.pick(BODIES);
      const shape = random.pick(Object.keys(SHAPES));
      const isOwn = random.below(2) === 1;
      const missing = statusMissing ?? headersMissing ?? bodyMissing;
      const answer = () =>
        SHAPES[shape]({
          status,
          headers: headers === boom ? boom : headers(),
          ...body(status === 400 ? refused : accepted),
        });
      let sent = 0;
      const fetch = () => {
        sent++;
        return answer();
      };
      globalThis.fetch = fetch;
      const citrn = new Citrn({ apiKey, secret, ...(isOwn && { fetch }) });
      const outcome = await citrn.withdrawals.create(withdrawal).catch((error) => error);
      const row = `round ${round}: ${shape}, status ${String(status)}, missing ${missing}: ${outcome.message}`;
      assert.equal(sent, 1, row);
      if (missing !== undefined) {
        assert.deepEqual(
          [outcome.code, outcome.executed, outcome.retryable, outcome.foreign_id],
          ["network_error", "unknown", false, "payout-881"],
          row,
        );
        assert.ok(outcome.message.includes(missing), row);
      } else if (status === 400) {
        assert.deepEqual([outcome.code, outcome.executed], ["balance_not_enough", "no"], row);
      } else {
        read++;
        assert.equal(outcome.id, "17", row);
      }
    }
    assert.ok(read > 10, `${read} were read`);
  });
});
