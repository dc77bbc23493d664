// The core's signatures equal those of Node's HMAC over the exact bytes that are sent.
import assert from "node:assert/strict";
import { createHmac, randomInt } from "node:crypto";
import { test } from "node:test";
import { Citrn } from "citrn";
import { fetchOf, hmac } from "./gateway.mjs";

/** Returns random text from all planes of Unicode, without quotes, control characters and lone surrogates. */
function text(length) {
  const points = Array.from({ length }, () => {
    const point = [
      randomInt(0x20, 0x7f),
      randomInt(0x01, 0x300),
      randomInt(0x300, 0xd800),
      randomInt(0xe000, 0x10ffff),
    ][randomInt(4)];
    return String.fromCodePoint(point);
  });
  return points.join("");
}

/** Returns random text that is a valid secret: without white space at its ends. */
const key = (length) => `k${text(length)}k`;

/** Returns random text that is a valid id: also without invisible characters. */
const id = (length) => key(length).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");

/** Random parameters for each method, in the order of the endpoint table. */
const CALLS = [
  [
    "addresses",
    "take",
    () => ({
      foreign_id: id(randomInt(1, 253)),
      currency: text(randomInt(1, 12)),
      ...(randomInt(2) && { convert_to: text(randomInt(12)) }),
    }),
  ],
  [
    "payments",
    "create",
    () => ({
      foreign_id: id(randomInt(1, 253)),
      coin_name: text(randomInt(1, 9)),
      return_url: `https://shop.example/${encodeURIComponent(text(randomInt(30)))}`,
    }),
  ],
  [
    "withdrawals",
    "create",
    () => ({
      address: text(randomInt(1, 90)),
      foreign_id: id(randomInt(1, 40)),
      amount: `${randomInt(1, 2 ** 40)}.${randomInt(2 ** 40)}`,
      currency: text(4),
      ...(randomInt(2) && { memo: text(randomInt(99)) }),
    }),
  ],
  ["balances", "list", () => (randomInt(2) ? {} : { currencies: text(randomInt(1, 50)) })],
];

test("ten thousand random requests have the same signatures as by node:crypto", async () => {
  let expected;
  const { fetch } = fetchOf((_url, { body, headers }) => {
    assert.equal(Buffer.from(body).toString(), expected.body);
    assert.equal(headers["X-Process-Signature"], hmac(expected.secret, body));
    return {
      body: { data: { address: "a", id: 1, redirect_url: "https://pay.example/1", currency: "BTC", balance: "1" } },
    };
  });
  for (let clients = 0; clients < 100; clients++) {
    // Lengths on both sides of the hash's block: a longer key is hashed first.
    const secret = key(randomInt(1, 300));
    const citrn = new Citrn({ apiKey: "key", secret, fetch, allowOtherCurrency: true });
    for (let calls = 0; calls < 100; calls++) {
      const [namespace, method, make] = CALLS[randomInt(CALLS.length)];
      const parameters = make();
      expected = { secret, body: JSON.stringify(parameters) };
      await citrn[namespace][method](parameters);
    }
  }
});

test("random bodies verify, and fail with one bit changed", () => {
  for (let round = 0; round < 1000; round++) {
    const secret = key(randomInt(1, 200));
    const citrn = new Citrn({ callbackSecrets: secret });
    const body = Buffer.from(JSON.stringify({ id: text(randomInt(1, 400)), status: "confirmed" }));
    const signature = createHmac("sha512", secret).update(body).digest("hex");
    assert.equal(citrn.callbacks.sign(body)["X-Process-Signature"], signature);
    citrn.callbacks.verify(body, { "x-process-signature": signature });
    const flipped = Buffer.from(body);
    flipped[randomInt(flipped.length)] ^= 1 << randomInt(8);
    assert.throws(() => citrn.callbacks.verify(flipped, { "x-process-signature": signature }), {
      code: "invalid_signature",
    });
  }
});

test("bodies of any length are signed in turn, even if the core's memory grows for them", () => {
  const secret = "AbCdEfG123456";
  const citrn = new Citrn({ apiKey: "key", callbackSecrets: [secret, "another"] });
  for (const length of [10, 65_000, 10, 70_000, 10, 3_000_000, 10, 9_000_000, 22_000, 10]) {
    const body = JSON.stringify({ id: "\u00fc".repeat(length), status: "confirmed" });
    const signature = hmac(secret, body);
    assert.equal(citrn.callbacks.sign(body)["X-Process-Signature"], signature);
    const { raw } = citrn.callbacks.verify(Buffer.from(body), { "x-process-signature": signature });
    assert.ok(raw === body, `the text of ${length} characters`);
    // With the second key, while the first one is in the cache.
    citrn.callbacks.authenticate(body, { "x-process-signature": hmac("another", body) });
  }
});

test("the example in the gateway's documentation has the documented signature", () => {
  const { "X-Process-Signature": signature } = new Citrn({ callbackSecrets: "AbCdEfG123456" }).callbacks.sign(
    '{"currency":"BTC","foreign_id":"123456"}',
  );
  assert.equal(
    signature,
    "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec",
  );
});
