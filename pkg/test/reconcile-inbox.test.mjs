// What `citrn reconcile` derives from the inbox: movements of balances and deposits to credit.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";
import { internals } from "./internals.mjs";
import { seeded } from "./seeded.mjs";

const { transactionsOf } = await internals("src/cli/reconcile/transactions.ts");
const { effectOf } = await internals("src/cli/reconcile/effect.ts");
const { numbersAsText } = await internals("src/cli/reconcile/inbox.ts");
const { formatDecimal, parseDecimal } = await internals("src/cli/decimal.ts");
const citrn = new Citrn({ apiKey, secret });

const FINAL = ["confirmed", "cancelled", "declined"];
let clock = 0;

/** Returns an event of the inbox with a body. */
function event(body, more = {}) {
  const text = JSON.stringify({ id: "17", status: "confirmed", ...body });
  const callback = citrn.callbacks.verify(text, citrn.callbacks.sign(text));
  const { id: transaction, status } = callback;
  const at = ++clock;
  const isFinal = FINAL.includes(status);
  const flags = { isFinal, isConflict: false, isRepeated: false, hasBody: true };
  return { id: `event-${at}`, transaction, status, at, effect: effectOf(callback), ...flags, ...more };
}

const usdt = (amount, more = {}) => ({ currency: "USDTT", amount, ...more });
const deposit = (more = {}) => ({
  type: "deposit",
  crypto_address: { foreign_id: "user-17" },
  currency_received: usdt("50", { amount_minus_fee: "49.5" }),
  ...more,
});
const withdrawal = (more = {}) => ({
  type: "withdrawal",
  foreign_id: "payout-881",
  currency_sent: usdt("25"),
  currency_received: usdt("25"),
  fees: [{ type: "withdrawal", ...usdt("0.25") }],
  ...more,
});

/** Returns the sum of the movements of each currency, and the reasons of unclear events. */
function summary(events) {
  const sums = {};
  const { movements, unclear } = transactionsOf(events);
  for (const { currency, amount } of movements) sums[currency] = (sums[currency] ?? 0n) + amount;
  const shown = Object.entries(sums).map(([currency, amount]) => `${formatDecimal(amount)} ${currency}`);
  return [...shown.sort(), ...unclear.map(({ reason }) => reason)];
}

describe("the balance changes", () => {
  for (const [name, bodies, expected] of [
    ["by a deposit after fees", [deposit()], ["49.5 USDTT"]],
    ["by a deposit without fees", [deposit({ currency_received: usdt("50") })], ["50 USDTT"]],
    ["by a deposit without a customer", [deposit({ crypto_address: null })], ["49.5 USDTT"]],
    ["not by a deposit that is only seen", [deposit({ status: "not_confirmed" })], []],
    [
      "once by a deposit that is repeated",
      [deposit({ status: "not_confirmed" }), deposit(), deposit()],
      ["49.5 USDTT"],
    ],
    ["by a deposit of zero not at all", [deposit({ currency_received: usdt("0") })], []],
    ["back by a deposit that is cancelled later", [deposit(), deposit({ status: "cancelled" })], ["0 USDTT"]],
    ["by a deposit that is confirmed after all", [deposit({ status: "cancelled" }), deposit()], ["49.5 USDTT"]],
    ["by a withdrawal and its fees", [withdrawal()], ["-25.25 USDTT"]],
    [
      "by a fee in another currency",
      [withdrawal({ fees: [{ type: "mining", currency: "TRX", amount: "1.1" }] })],
      ["-1.1 TRX", "-25 USDTT"],
    ],
    ["by a withdrawal that lists no fees", [withdrawal({ fees: null })], ["-25 USDTT"]],
    [
      "not by a cancelled or declined withdrawal",
      [withdrawal({ status: "cancelled" }), withdrawal({ id: "18", status: "declined" })],
      [],
    ],
    ["not by a pending withdrawal", [withdrawal({ status: "pending" })], []],
    [
      "by the debited currency of an exchange",
      [withdrawal({ type: "withdrawal_exchange", currency_sent: { currency: "EUR", amount: "381" }, fees: [] })],
      ["-381 EUR"],
    ],
    [
      "by the steps of a withdrawal without amounts",
      [withdrawal({ currency_sent: null, currency_received: null, transactions: [usdt("25")] })],
      ["-25.25 USDTT"],
    ],
    [
      "by the exchange step of a withdrawal without amounts",
      [
        withdrawal({
          type: "withdrawal_exchange",
          currency_sent: null,
          fees: [],
          transactions: [usdt("25"), { transaction_type: "exchange", currency: "EUR", amount: "24" }],
        }),
      ],
      ["-24 EUR"],
    ],
    [
      "in an unclear way by a withdrawal without any amount",
      [withdrawal({ currency_sent: null, currency_received: null, transactions: null })],
      ["amount_unreadable"],
    ],
    ["in an unclear way by a fee without currency", [withdrawal({ fees: [{ amount: "1" }] })], ["amount_unreadable"]],
    [
      "in an unclear way by a deposit with an unreadable amount",
      [deposit({ currency_received: usdt("1,5") })],
      ["amount_unreadable"],
    ],
    [
      "in an unclear way by a deposit with unclear fees",
      [deposit({ currency_received: usdt("50"), fees: [usdt("1")] })],
      ["fees_unclear"],
    ],
    ["in an unclear way by an unknown type", [deposit({ type: "swap" })], ["type_unknown"]],
    ["not by a payment request", [{ id: undefined, payment_request_id: 17, status: "paid" }], []],
  ]) {
    test(name, () => assert.deepEqual(summary(bodies.map((body) => event(body))), expected));
  }

  test("by an amount to its last digit", () => {
    const amount = "123456789012345678.000000000000000001";
    assert.deepEqual(summary([event(deposit({ currency_received: usdt(amount) }))]), [`${amount} USDTT`]);
  });

  test("by a withdrawal when it was first reported", () => {
    const [pending, confirmed] = [event(withdrawal({ status: "pending" })), event(withdrawal())];
    assert.deepEqual(
      transactionsOf([pending, confirmed]).movements.map(({ at }) => at),
      [pending.at],
    );
  });
});

describe("events without a readable body", () => {
  test("are unclear if they may have changed a balance", () => {
    const empty = { effect: undefined, hasBody: false };
    assert.deepEqual(summary([event(deposit(), empty)]), ["body_dropped"]);
    assert.deepEqual(summary([event(deposit(), empty), event(deposit(), empty)]), ["body_dropped"]);
    assert.deepEqual(summary([event(deposit()), event(deposit(), empty)]), ["49.5 USDTT"]);
    assert.deepEqual(summary([event(deposit({ status: "not_confirmed" }), empty)]), []);
    assert.deepEqual(summary([event(deposit(), { effect: undefined, transaction: null })]), ["unreadable"]);
    assert.deepEqual(summary([event(deposit(), { effect: undefined })]), ["unreadable"]);
  });
});

describe("deposits", () => {
  const depositsOf = (events) =>
    [...transactionsOf(events).deposits.values()].map(({ id, customer, credit, isDue }) => [
      id,
      customer,
      credit ? formatDecimal(credit.amount) : undefined,
      isDue,
    ]);

  test("are due from their first confirmation", () => {
    const events = [deposit({ status: "not_confirmed" }), deposit(), deposit({ id: "18" })].map((body) => event(body));
    assert.deepEqual(depositsOf(events), [
      ["17", "user-17", "49.5", true],
      ["18", "user-17", "49.5", true],
    ]);
  });

  test("with two final statuses are for a person", () => {
    const conflict = { isConflict: true };
    const later = [event(deposit()), event(deposit({ status: "cancelled" }), conflict)];
    const earlier = [event(deposit({ status: "cancelled" })), event(deposit(), conflict)];
    for (const events of [later, earlier]) assert.deepEqual(depositsOf(events), [["17", "user-17", "49.5", false]]);
  });

  test("have no amount if it is unclear, and may be any confirmed event without a body", () => {
    const unclear = event(deposit({ currency_received: null }));
    const dropped = event(deposit({ id: "18" }), { effect: undefined, hasBody: false });
    assert.deepEqual(depositsOf([unclear, dropped]), [
      ["17", "user-17", undefined, true],
      ["18", null, undefined, true],
    ]);
  });

  test("are neither withdrawals nor payment requests", () => {
    assert.deepEqual(depositsOf([event(withdrawal()), event({ id: undefined, payment_request_id: 1 })]), []);
  });
});

test("open withdrawals, and those without fees, are named", () => {
  const { openWithdrawals, withoutFees, withdrawals } = transactionsOf([
    event(withdrawal({ id: "1", foreign_id: "open", status: "pending" })),
    event(withdrawal({ id: "2", foreign_id: "done", status: "pending" })),
    event(withdrawal({ id: "2", foreign_id: "done", fees: null })),
    event(withdrawal({ id: "2", foreign_id: "done", status: "pending" })),
  ]);
  assert.deepEqual([openWithdrawals, withoutFees, withdrawals.length], [["open"], ["done"], 1]);
});

describe("numbers as text", () => {
  test("keep every digit, also beside numbers in text", () => {
    const json = String.raw`{"a":0.1234567890123456789012,"b":"1 \" 2","c\\":[-1e-7,true,null,"\\"],"17":{"d":-0}}`;
    assert.deepEqual(JSON.parse(numbersAsText(json)), {
      a: "0.1234567890123456789012",
      b: '1 " 2',
      "c\\": ["-1e-7", true, null, "\\"],
      17: { d: "-0" },
    });
  });

  test("change nothing else", () => {
    const { below, pick } = seeded(3);
    const value = (depth) =>
      [
        () => below(1e9) / 1000,
        () => pick(["", '"', "\\", "7", '\\"7', "é\n", "-1"]),
        () => pick([true, false, null]),
        () => Array.from({ length: below(4) }, () => value(depth - 1)),
        () => Object.fromEntries(Array.from({ length: below(4) }, () => [pick(["a", '"1', "2\\"]), value(depth - 1)])),
      ][below(depth > 0 ? 5 : 3)]();
    for (let round = 0; round < 500; round++) {
      const original = value(4);
      const withText = JSON.parse(numbersAsText(JSON.stringify(original)), (_, one) => one);
      const expected = JSON.parse(JSON.stringify(original), (_, one) => (typeof one === "number" ? String(one) : one));
      assert.deepEqual(withText, expected);
    }
  });
});

test("amounts are compared as numbers, not as text", () => {
  assert.equal(parseDecimal("49.500000"), parseDecimal("49.5"));
  assert.equal(parseDecimal("1e-7"), undefined);
});
