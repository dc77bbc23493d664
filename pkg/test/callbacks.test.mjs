// Callbacks: verified over the raw bytes, from any framework's headers, under several secrets.
import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, test } from "node:test";
import { Citrn, CitrnCallbackError } from "citrn";
import { deposit, verified } from "./callback.mjs";
import { apiKey, hmac, secret } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

const citrn = new Citrn({ apiKey, secret });

const signed = hmac(secret, deposit);

describe("verify", () => {
  for (const [what, headers] of [
    ["Headers", new Headers({ "x-process-signature": signed })],
    ["Node's headers", { host: "a", "x-process-signature": signed }],
    ["headers in the gateway's spelling", { "X-Process-Signature": signed }],
    ["headers in capitals", { "X-PROCESS-SIGNATURE": signed }],
    ["headers with lists", { "x-process-signature": [signed] }],
    [
      "pairs",
      [
        ["Host", "a"],
        ["X-Process-Signature", signed],
      ],
    ],
    ["a Map", new Map([["X-Process-Signature", signed]])],
    ["anything with get", { get: (name) => (name.toLowerCase() === "x-process-signature" ? signed : null) }],
    ["capital hex with white space", { "x-process-signature": ` ${signed.toUpperCase()} ` }],
  ]) {
    test(`accepts ${what}`, () => {
      assert.equal(citrn.callbacks.verify(deposit, headers).status, "confirmed");
    });
  }

  const bytes = new TextEncoder().encode(deposit);
  const larger = new Uint8Array(bytes.length + 20);
  larger.set(bytes, 10);
  for (const [what, body] of [
    ["text", deposit],
    ["bytes", bytes],
    ["a Buffer", Buffer.from(deposit)],
    ["an ArrayBuffer", bytes.buffer],
    ["a view of part of a buffer", larger.subarray(10, 10 + bytes.length)],
    ["a DataView", new DataView(larger.buffer, 10, bytes.length)],
  ]) {
    test(`accepts ${what} as the body`, () => {
      const callback = citrn.callbacks.verify(body, { "x-process-signature": signed });
      assert.equal(callback.raw, deposit);
      assert.ok(!Object.keys(callback).includes("raw"));
    });
  }

  test("returns the gateway's fields and the derived ones", () => {
    const callback = citrn.callbacks.verify(deposit, { "x-process-signature": signed });
    assert.equal(callback.id, "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22");
    assert.equal(callback.type, "deposit_exchange");
    assert.equal(callback.transactions[0].confirmation, 3);
    assert.equal(callback.exchange.rate, "26967.40200000");
    assert.deepEqual(callback.risk, {}, "unknown fields survive");
    assert.equal(callback.isFinal, true);
    assert.equal(callback.isDeposit, true);
    assert.equal(callback.customerId, "user-17");
    assert.deepEqual(callback.credit, { customerId: "user-17", currency: "USDTT", amount: "98.154731" });
  });

  test("nothing is credited before the deposit is confirmed", () => {
    const body = JSON.stringify({ ...JSON.parse(deposit), status: "not_confirmed" });
    const callback = citrn.callbacks.verify(body, citrn.callbacks.sign(body));
    assert.deepEqual([callback.isFinal, callback.credit], [false, null]);
  });

  test("reads the older form of callbacks, and unknown statuses and types", () => {
    const body =
      '{"id":186961,"internal_id":434088,"type":"refund","status":"declined","crypto_address":{"id":1,"tag":12345678901234567890}}';
    const callback = citrn.callbacks.verify(body, citrn.callbacks.sign(body));
    assert.deepEqual(
      [callback.id, callback.internal_id, callback.type, callback.status],
      ["186961", "434088", "refund", "declined"],
    );
    assert.equal(callback.crypto_address.memo, "12345678901234567890");
  });

  test("a declined withdrawal is final, whatever its other fields are", () => {
    for (const type of ["withdrawal", "withdrawal_exchange", "deposit"]) {
      const read = (status) => verified({ id: 7, type, status, foreign_id: "payout-881", error: "by the owner" });
      assert.deepEqual(
        [read("pending").isFinal, read("declined").isFinal, read("declined").credit],
        [false, true, null],
        type,
      );
    }
  });

  for (const [status, read] of [
    ["canceled", "cancelled"],
    ["confirmed\n", "confirmed"],
    [" Confirmed ", "confirmed"],
    ["\ufeffCANCELED\u00a0", "cancelled"],
    ["Declined\r\n", "declined"],
  ]) {
    test(`reads the status ${JSON.stringify(status)}, and keeps it in raw`, () => {
      const body = JSON.stringify({ ...JSON.parse(deposit), status });
      const callback = verified(body);
      assert.deepEqual(
        [callback.status, callback.isFinal, callback.credit !== null],
        [read, true, read === "confirmed"],
      );
      assert.equal(callback.raw, body);
    });
  }

  test("a payment request has its own id and is never credited", () => {
    for (const [status, isFinal] of [
      ["created", false],
      ["processing", false],
      ["paid", true],
      ["failed", true],
      ["expired", true],
    ]) {
      const callback = verified({ payment_request_id: 17, foreign_id: "order-1", status });
      assert.deepEqual([callback.id, callback.payment_request_id], ["payment_request_id:17", 17]);
      assert.deepEqual(
        [callback.status, callback.isFinal, callback.credit, callback.needsReview],
        [status, isFinal, null, "payment_request"],
      );
    }
    const confirmed = verified({ ...JSON.parse(deposit), id: null, payment_request_id: "2c9f" });
    assert.deepEqual(
      [confirmed.id, confirmed.credit, confirmed.needsReview],
      ["payment_request_id:2c9f", null, "payment_request"],
    );
    const transaction = verified({ ...JSON.parse(deposit), id: 17, payment_request_id: 18 });
    assert.deepEqual([transaction.id, transaction.credit.amount, transaction.needsReview], ["17", "98.154731", null]);
  });

  test("an undocumented status is passed on", () => {
    const { status, isFinal } = verified({ id: 1, status: " on hold\n" });
    assert.deepEqual([status, isFinal], ["on hold", false]);
  });

  test("accepts all secrets of a rotation and no other", () => {
    const rotating = new Citrn({ apiKey, secret: "new", callbackSecrets: ["old", "older"] });
    for (const key of ["new", "old", "older"]) {
      assert.equal(
        rotating.callbacks.verify(deposit, { "x-process-signature": hmac(key, deposit) }).customerId,
        "user-17",
      );
    }
    assert.throws(() => rotating.callbacks.verify(deposit, { "x-process-signature": hmac("other", deposit) }), {
      code: "invalid_signature",
    });
    assert.equal(rotating.callbacks.sign(deposit)["X-Process-Signature"], hmac("new", deposit));
  });

  for (const [what, body, headers] of [
    ["no header", deposit, {}],
    ["a header that is not hex", deposit, { "x-process-signature": "nonsense" }],
    ["half a signature", deposit, { "x-process-signature": signed.slice(0, 64) }],
    ["a wrong digit", deposit, { "x-process-signature": `${signed.slice(0, 127)}${signed.endsWith("0") ? "1" : "0"}` }],
    ["another body", `${deposit} `, { "x-process-signature": signed }],
    [
      "JSON that was parsed and serialised again",
      JSON.stringify(JSON.parse(`{"b":1.0,"a":2}`)),
      { "x-process-signature": hmac(secret, `{"b":1.0,"a":2}`) },
    ],
  ]) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => citrn.callbacks.verify(body, headers),
        (error) => {
          assert.ok(error instanceof CitrnCallbackError);
          assert.equal(error.code, "invalid_signature");
          for (const shown of [error.message, JSON.stringify(error), error.stack]) {
            assert.ok(
              !shown.includes(secret) && !shown.includes(hmac(secret, body)),
              "the right signature is never shown",
            );
          }
          return true;
        },
      );
    });
  }

  test("a valid signature of a body that is no callback is invalid_callback", () => {
    for (const body of ["not json", "[]", "{}", '{"id":1}']) {
      assert.throws(() => citrn.callbacks.verify(body, citrn.callbacks.sign(body)), {
        name: "CitrnCallbackError",
        code: "invalid_callback",
      });
    }
  });

  test("parsed JSON is refused with advice to pass the raw body", () => {
    for (const body of [JSON.parse(deposit), undefined, null, 5, [1, 2]]) {
      assert.throws(() => citrn.callbacks.verify(body, {}), {
        name: "CitrnParameterError",
        field: "rawBody",
        message: /raw body/,
      });
    }
    for (const headers of [undefined, null, "x"]) {
      assert.throws(() => citrn.callbacks.verify(deposit, headers), { name: "CitrnParameterError", field: "headers" });
    }
  });
});

describe("headers in any shape", () => {
  /** Representations of headers in runtimes and frameworks. */
  const shapes = {
    Headers: (pairs) => new Headers(pairs),
    "a plain object": (pairs) => Object.fromEntries(pairs),
    "an object without a prototype": (pairs) => Object.assign(Object.create(null), Object.fromEntries(pairs)),
    "an object of lists": (pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, [value]])),
    pairs: (pairs) => pairs,
    "a Map": (pairs) => new Map(pairs),
    "a generator": function* (pairs) {
      yield* pairs;
    },
    "anything with get": (pairs) => ({
      get: (wanted) => pairs.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1] ?? null,
    }),
  };
  const { below } = seeded(15);
  const anyCase = (text) =>
    [...text].map((letter) => (below(2) ? letter.toUpperCase() : letter.toLowerCase())).join("");
  const others = [
    "host",
    "headers",
    "request",
    "req",
    "raw",
    "then",
    "get-",
    "content-type",
    "x-process-key",
    "x-signature",
    "accept",
    "cookie",
  ];
  /** Returns random other headers, with the signature among them if there is one. */
  const pairsWith = (value) => {
    const pairs = others.filter(() => below(2)).map((name) => [anyCase(name), `v${below(1000)}`]);
    if (value !== undefined) pairs.splice(below(pairs.length + 1), 0, [anyCase("x-process-signature"), value]);
    return pairs;
  };

  for (const [what, shape] of Object.entries(shapes)) {
    test(`${what}: the signature is found among other headers, and reported if missing`, () => {
      for (let round = 0; round < 100; round++) {
        const pairs = pairsWith(signed);
        citrn.callbacks.authenticate(deposit, shape(pairs));
        const without = pairsWith(undefined);
        assert.throws(
          () => citrn.callbacks.authenticate(deposit, shape(without)),
          { name: "CitrnCallbackError", code: "invalid_signature" },
          JSON.stringify(without),
        );
      }
    });
  }

  const headers = { host: "a", "x-process-signature": signed };
  const incoming = new IncomingMessage(new Socket());
  Object.assign(incoming.headers, headers);
  for (const [what, given] of [
    ["a Request", new Request("https://shop.example/", { headers })],
    ["a Response", new Response("", { headers })],
    ["Node's IncomingMessage", incoming],
    ["an event that has headers", { headers, body: deposit }],
    ["an event that has a request", { request: new Request("https://shop.example/", { headers }) }],
    [
      "a framework's context",
      { req: { header: () => signed, raw: new Request("https://shop.example/", { headers }) } },
    ],
    ["a framework's request", { header: () => signed, raw: new Request("https://shop.example/", { headers }) }],
    ["a flat list", ["Host", "a", "X-Process-Signature", signed]],
    ["a flat list of one header", ["X-Process-Signature", signed]],
    ["a flat list of two letters", ["aa", "bb"]],
    ["a Set of names", new Set(["X-Process-Signature"])],
    ["a list of objects", [{ name: "X-Process-Signature", value: signed }]],
    ["bytes", new TextEncoder().encode(signed)],
    ["a promise of headers", Promise.resolve(new Headers(headers))],
    ["undefined", undefined],
    ["null", null],
    ["text", `X-Process-Signature: ${signed}`],
    ["a function", () => headers],
  ]) {
    test(`${what} is refused with the advice to pass request.headers`, () => {
      for (const call of ["verify", "authenticate"]) {
        assert.throws(() => citrn.callbacks[call](deposit, given), {
          name: "CitrnParameterError",
          field: "headers",
          message: /pass request\.headers/,
        });
      }
    });
  }
});

test("a body with a byte-order mark verifies as bytes, and raw keeps the mark", () => {
  const marked = `\ufeff${deposit}`;
  const headers = { "x-process-signature": hmac(secret, marked) };
  for (const body of [marked, new TextEncoder().encode(marked)]) {
    const callback = citrn.callbacks.verify(body, headers);
    assert.deepEqual([callback.customerId, callback.raw], ["user-17", marked]);
    citrn.callbacks.authenticate(callback.raw, headers);
  }
});

describe("authenticate", () => {
  test("checks the signature of unreadable bodies too", () => {
    for (const body of [deposit, "not json", "", new Uint8Array([0xff, 0])]) {
      assert.equal(citrn.callbacks.authenticate(body, citrn.callbacks.sign(body)), undefined);
      assert.throws(() => citrn.callbacks.authenticate(body, { "x-process-signature": "0".repeat(128) }), {
        name: "CitrnCallbackError",
        code: "invalid_signature",
      });
    }
    assert.throws(() => new Citrn().callbacks.authenticate(deposit, { "x-process-signature": signed }), {
      code: "secret_required",
    });
  });

  test("accepts all secrets of a rotation and no other", () => {
    const rotating = new Citrn({ callbackSecrets: ["old", "older"] });
    for (const key of ["old", "older"])
      rotating.callbacks.authenticate(deposit, { "x-process-signature": hmac(key, deposit) });
    assert.throws(() => rotating.callbacks.authenticate(deposit, { "x-process-signature": signed }), {
      code: "invalid_signature",
    });
  });
});

test("more secrets than the key cache holds can be used in turn", () => {
  const clients = Array.from({ length: 50 }, (_, number) => ({
    name: `secret-${number}`,
    client: new Citrn({ apiKey, secret: `secret-${number}` }),
  }));
  for (const body of ["{}", deposit]) {
    for (const { name, client } of clients) {
      const headers = client.callbacks.sign(body);
      assert.equal(headers["X-Process-Signature"], hmac(name, body));
      client.callbacks.authenticate(body, headers);
    }
  }
});

test("text of any length and alphabet is signed as UTF-8", () => {
  for (const length of [1, 127, 128, 129, 6_666, 19_999, 20_001, 70_000, 300_000]) {
    for (const letter of ["x", "\u00fc", "\u20ac", "\u{1f34b}"]) {
      const text = letter.repeat(length);
      assert.equal(citrn.callbacks.sign(text)["X-Process-Signature"], hmac(secret, text), `${length} times ${letter}`);
      citrn.callbacks.authenticate(text, { "x-process-signature": hmac(secret, text) });
    }
  }
});

test("headers whose get method signs another body do not disturb verification", () => {
  const meanwhile = { get: () => citrn.callbacks.sign("{}") && signed };
  assert.equal(citrn.callbacks.verify(deposit, meanwhile).customerId, "user-17");
  assert.throws(() => citrn.callbacks.verify(`${deposit} `, meanwhile), { code: "invalid_signature" });
});

test("sign returns the headers that the gateway sends", () => {
  assert.deepEqual(citrn.callbacks.sign(deposit), {
    "Content-Type": "application/json",
    "X-Process-Key": apiKey,
    "X-Process-Signature": signed,
  });
  assert.equal("X-Process-Key" in new Citrn({ callbackSecrets: secret }).callbacks.sign("{}"), false);
});
