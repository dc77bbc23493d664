// The amount that a callback credits, and which callbacks need a review.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { CitrnCallbackError } from "citrn";
import { verified } from "./callback.mjs";
import { seeded } from "./seeded.mjs";

/** A confirmed deposit with this `currency_received`. */
const deposited = (received, rest = {}) =>
  verified({ id: 1, type: "deposit", status: "confirmed", currency_received: received, ...rest });

for (const [what, callback, needsReview, field] of [
  ...["1,5", ".5", "5.", " 0.5 ", "+0.5", "-0.5", "NaN", "1e999999999", "1".repeat(101), -1, 1e300].map((amount) => [
    `the amount ${JSON.stringify(amount).slice(0, 20)}`,
    () => deposited({ currency: "BTC", amount }),
    "amount_unreadable",
    "currency_received.amount",
  ]),
  [
    "the amount after fees 1,5",
    () => deposited({ currency: "BTC", amount: "2", amount_minus_fee: "1,5" }),
    "amount_unreadable",
    "currency_received.amount_minus_fee",
  ],
  ["no amount at all", () => deposited(undefined), "amount_unreadable", "currency_received"],
  ...["", " ", "\n"].map((currency) => [
    `the currency ${JSON.stringify(currency)}`,
    () => deposited({ currency, amount: "2", amount_minus_fee: "1" }),
    "amount_unreadable",
    "currency_received.currency",
  ]),
  ...[undefined, null, "", "deposits", "top_up"].map((type) => [
    `the type ${JSON.stringify(type)}`,
    () => deposited({ currency: "BTC", amount: "2" }, { type }),
    "type_unknown",
    "type",
  ]),
  [
    "fees and no amount after fees",
    () => deposited({ currency: "BTC", amount: "2" }, { fees: [{ type: "deposit", amount: "0.1" }] }),
    "fees_unclear",
    "fees",
  ],
  [
    "a field named credit",
    () => deposited({ currency: "BTC", amount: "x" }, { credit: { currency: "BTC", amount: "9" } }),
    "amount_unreadable",
    "currency_received.amount",
  ],
]) {
  test(`a confirmed callback with ${what} needs review, and reading its credit throws`, () => {
    const unclear = callback();
    assert.equal(unclear.needsReview, needsReview);
    assert.deepEqual([unclear.isFinal, unclear.isDeposit], [true, needsReview !== "type_unknown"]);
    for (const _ of [1, 2]) {
      assert.throws(
        () => unclear.credit,
        (error) =>
          error instanceof CitrnCallbackError &&
          error.code === "invalid_callback" &&
          error.field === field &&
          error.message.startsWith(field),
      );
    }
    const written = JSON.parse(JSON.stringify(unclear));
    assert.deepEqual([written.needsReview, "credit" in written], [needsReview, false]);
    const copy = { ...unclear };
    assert.deepEqual([copy.needsReview, "credit" in copy], [needsReview, false]);
    assert.equal(structuredClone(unclear).needsReview, needsReview);
    for (const options of [{}, { showHidden: true }]) assert.match(inspect(unclear, options), new RegExp(needsReview));
  });
}

test("a credit is enumerable, and null only if there is nothing to credit", () => {
  for (const [callback, credit] of [
    [deposited({ currency: "BTC", amount: "0.5" }), { customerId: null, currency: "BTC", amount: "0.5" }],
    [
      deposited({ currency: "BTC", amount: "0.5" }, { crypto_address: { foreign_id: "user-17" } }),
      { customerId: "user-17", currency: "BTC", amount: "0.5" },
    ],
    [deposited({ currency: "BTC", amount: "2", amount_minus_fee: "0.00" }), null],
    [deposited({ currency: "BTC", amount: "1,5" }, { status: "not_confirmed" }), null],
    [deposited({ currency: "BTC", amount: "1,5" }, { status: "canceled" }), null],
    [deposited({ currency: "BTC", amount: "1,5" }, { type: "withdrawal" }), null],
  ]) {
    assert.deepEqual([JSON.parse(JSON.stringify(callback)).credit, callback.needsReview], [credit, null]);
  }
});

test("a deposit in another currency than that of its address is marked, and credited in the received currency", () => {
  for (const [crypto_address, currency, isUnexpected] of [
    [{ currency: "USDC" }, "USDC", false],
    [{ currency: "USDC" }, "ETH", true],
    [{ currency: "ETH", cross_currency: true, expected_currency: "USDC" }, "ETH", true],
    [{ currency: "USDTT" }, "USDT", false],
    [null, "ETH", false],
  ]) {
    const callback = deposited({ currency, amount: "2" }, { crypto_address });
    assert.deepEqual([callback.isUnexpectedCurrency, callback.credit.currency], [isUnexpected, currency]);
    assert.equal(callback.needsReview, null);
  }
  const withdrawal = deposited(
    { currency: "ETH", amount: "2" },
    { type: "withdrawal", crypto_address: { currency: "USDC" } },
  );
  assert.equal(withdrawal.isUnexpectedCurrency, false);
});

test("an exponent of an amount is written out exactly, and nothing else is changed", () => {
  const { below } = seeded(20);
  const digits = (length) => Array.from({ length }, () => below(10)).join("");
  for (let round = 0; round < 2_000; round++) {
    const whole = digits(1 + below(20)).replace(/^0+(?=\d)/, "");
    const fraction = digits(below(20));
    const exponent = below(181) - 90;
    const number = `${whole}${fraction && "."}${fraction}${"eE"[below(2)]}${exponent >= 0 && below(2) ? "+" : ""}${exponent}`;
    const written = below(2) ? number : `"${number}"`;
    const body = `{"id":${written},"type":"deposit","status":"confirmed","block":${written},"currency_received":{"currency":"BTC","amount":${written}}}`;
    const callback = verified(body);
    assert.deepEqual([callback.raw, callback.id, callback.block], [body, number, number]);
    // The number is an integer divided by a power of ten, whose exponent is the number of decimals.
    const decimals = Math.max(0, fraction.length - exponent);
    const units = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, exponent - fraction.length));
    const padded = String(units).padStart(decimals + 1, "0");
    const plain = decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
    if (plain.length > 100) assert.equal(callback.needsReview, "amount_unreadable", number);
    else assert.equal(callback.credit?.amount ?? null, units === 0n ? null : plain, number);
  }
});
