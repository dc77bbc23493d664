// `citrn rehearse` against handlers written by hand: a correct one passes, and each bug is found where it belongs.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { handWritten, rehearseShop, SECRET } from "./rehearsal.mjs";

const hmac = (raw) => createHmac("sha512", SECRET).update(raw).digest("hex");
const KNOWN_FIELDS = [
  ...["id", "internal_id", "foreign_id", "type", "status", "error", "fees", "risk", "exchange"],
  ...["crypto_address", "currency_sent", "currency_received", "transactions"],
];
const isConfirmed = ({ status, type }) => status === "confirmed" && /^deposit/.test(type);

/** The code of the fault in the scenario that the bug is about. */
const PLANTED = {
  "credits not_confirmed": [
    { isCredited: ({ type }) => /^deposit/.test(type), isFinal: () => true },
    ["not-confirmed", "credit_unexpected"],
  ],
  "credits twice": [{ keyOf: () => Math.random() }, ["repeated", "credit_repeated"]],
  "credits twice if callbacks arrive concurrently": [
    {
      async commit(store, key, credit) {
        if (store.keys.has(key)) return false;
        await setImmediate();
        store.keys.add(key);
        if (credit) store.credits.push(credit);
        return true;
      },
    },
    ["concurrent", "credit_repeated"],
  ],
  "ignores the currency": [
    { currencyOf: ({ crypto_address }) => crypto_address.currency },
    ["deposit-exchange", "credit_missing", "credit_unexpected"],
  ],
  "verifies after parsing": [
    {
      isSigned: (raw, headers) =>
        hmac(JSON.stringify(JSON.parse(raw.toString()))) === (headers["x-process-signature"] ?? ""),
    },
    ["deposit", "wrong_status"],
  ],
  "rejects unknown fields": [
    {
      validate(callback) {
        for (const field of Object.keys(callback)) if (!KNOWN_FIELDS.includes(field)) throw new Error(field);
      },
    },
    ["unknown-fields", "wrong_status"],
  ],
  "trusts amount instead of the amount after fees": [
    { amountOf: ({ currency_received }) => currency_received?.amount },
    ["deposit", "credit_wrong"],
  ],
  "treats declined as paid": [
    { isCredited: ({ status, type }) => /^(confirmed|declined)$/.test(status) && /^deposit/.test(type) },
    ["declined", "credit_unexpected"],
  ],
  "breaks on null fees": [
    { amountOf: ({ currency_received, fees }) => (fees.length > 9 ? "0" : currency_received?.amount_minus_fee) },
    ["null-fees", "wrong_status"],
  ],
  "breaks on integer ids": [{ keyOf: ({ id }) => id.toLowerCase() }, ["integer-id", "wrong_status"]],
  "breaks on \\/": [
    {
      isSigned: (raw, headers) =>
        hmac(raw.toString().replaceAll("\\/", "/")) === (headers["x-process-signature"] ?? ""),
    },
    ["php-escapes", "wrong_status"],
  ],
};

/** More bugs of hand-written handlers. */
const MORE = {
  "credits payouts": [
    {
      isCredited: ({ status }) => status === "confirmed",
      customerOf: ({ crypto_address, foreign_id }) => crypto_address?.foreign_id ?? foreign_id,
      amountOf: ({ currency_received: received }) => received?.amount_minus_fee ?? received?.amount,
    },
    ["payout", "credit_unexpected"],
  ],
  "credits every type": [{ isCredited: ({ status }) => status === "confirmed" }, ["type-unknown", "credit_unexpected"]],
  "subtracts listed fees from the amount after fees": [
    {
      amountOf: ({ currency_received: received, fees }) =>
        fees?.length > 0
          ? (Number(received?.amount_minus_fee) - Number(fees[0].amount)).toFixed(6)
          : received?.amount_minus_fee,
    },
    ["listed-fees", "credit_wrong"],
  ],
  "credits everything but not_confirmed": [
    { isCredited: ({ type }) => /^deposit/.test(type) },
    ["cancelled", "credit_unexpected"],
  ],
  "credits an unknown customer": [
    { customerOf: ({ crypto_address }) => String(crypto_address?.foreign_id) },
    ["customer-missing"],
    { strangers: true },
  ],
  "credits the id of the address": [
    { customerOf: ({ crypto_address }) => String(crypto_address.id) },
    ["deposit", "credit_missing"],
    { strangers: true },
  ],
  "makes ids of customers lower case": [
    { customerOf: ({ crypto_address }) => crypto_address?.foreign_id?.toLowerCase() },
    ["deposit", "credit_missing"],
    { strangers: true },
  ],
  "trims the body": [
    { isSigned: (raw, headers) => hmac(raw.toString().trim()) === headers["x-process-signature"] },
    ["pretty-printed", "wrong_status"],
  ],
  "reads the body as latin1": [
    { isSigned: (raw, headers) => hmac(raw.toString("latin1")) === headers["x-process-signature"] },
    ["plain-json", "wrong_status"],
  ],
  "credits only after not_confirmed": [
    {
      isFinal({ id, status }) {
        this.seen ??= new Set();
        if (status === "not_confirmed") this.seen.add(id);
        return status !== "not_confirmed";
      },
      isCredited(callback) {
        return isConfirmed(callback) && this.seen?.has(callback.id);
      },
    },
    ["confirmed-immediately", "credit_missing"],
  ],
  "forgets cancelled": [
    { isFinal: ({ status }) => status === "confirmed" },
    ["cancelled-before-confirmed", "credit_unexpected"],
  ],
  "identifies deposits by their txid": [
    { keyOf: ({ transactions, id }) => transactions[0]?.txid ?? id },
    ["one-blockchain-transaction", "credit_wrong"],
  ],
  "identifies deposits by customer and amount": [
    { keyOf: (callback) => `${callback.crypto_address?.foreign_id} ${callback.currency_received?.amount}` },
    ["several-deposits", "credit_wrong"],
  ],
  "identifies events by the body": [
    { keyOf: (callback) => JSON.stringify(callback) },
    ["confirmed-again", "credit_repeated"],
  ],
  "identifies events by id and status": [
    { keyOf: ({ id, status }) => `${id} ${status}` },
    ["cancelled-before-confirmed", "credit_unexpected"],
  ],
  "takes not_confirmed for final": [{ isFinal: () => true }, ["deposit", "credit_missing"]],
  "loses concurrent changes of a balance": [
    {
      async commit(store, key, { customer_id, currency, amount } = {}) {
        if (store.keys.has(key)) return false;
        store.keys.add(key);
        if (amount === undefined) return true;
        if (!store.credits.some((one) => one.customer_id === customer_id))
          store.credits.push({ customer_id, currency, amount: "0" });
        const row = store.credits.find((one) => one.customer_id === customer_id);
        const before = Number(row.amount);
        await setTimeout(5);
        row.amount = (before + Number(amount)).toFixed(8);
        return true;
      },
    },
    ["burst", "credit_wrong"],
  ],
  "makes floats of amounts": [
    { amountOf: ({ currency_received }) => String(Number(currency_received.amount_minus_fee)) },
    ["long-amount", "credit_wrong"],
  ],
  "drops the fraction": [
    { amountOf: ({ currency_received }) => currency_received?.amount_minus_fee?.replace(/\..*/, "") },
    ["deposit", "credit_wrong"],
  ],
  "guesses the amount if fees are unclear": [
    { amountOf: ({ currency_received: received }) => received?.amount_minus_fee ?? received?.amount },
    ["fees-unclear", "credit_unexpected"],
  ],
  "answers 409 to a repeated callback": [{ duplicate: () => 409 }, ["repeated", "wrong_status"]],
  "answers 204": [{ duplicate: () => 204 }, ["repeated", "wrong_status"]],
  "answers 200 to a forgery": [{ refused: () => 200 }, ["wrong-signature", "forgery_accepted"]],
  "fails on a forgery": [{ refused: () => 500 }, ["unsigned", "wrong_status"]],
  "accepts callbacks without a signature": [
    {
      isSigned: (raw, headers) => !headers["x-process-signature"] || hmac(raw) === headers["x-process-signature"],
    },
    ["unsigned", "forgery_accepted"],
  ],
  "accepts the beginning of a signature": [
    { isSigned: (raw, headers) => hmac(raw).startsWith(headers["x-process-signature"] || "-") },
    ["wrong-signature", "forgery_accepted"],
  ],
  "accepts every signature": [{ isSigned: () => true }, ["altered-body", "forgery_accepted", "credit_wrong"]],
  "takes the key before it checks the signature": [
    {
      isSigned(raw, headers) {
        const { id } = JSON.parse(raw.toString());
        this.seen ??= new Set();
        if (hmac(raw) === headers["x-process-signature"]) return true;
        this.seen.add(id);
        return false;
      },
      isCredited(callback) {
        return isConfirmed(callback) && !this.seen?.has(callback.id);
      },
    },
    ["unsigned", "credit_missing"],
  ],
};

test("a correct handler passes, with a ledger and without", async () => {
  for (const withLedger of [true, false]) {
    const { failed, strangers, results } = await rehearseShop(handWritten(), { withLedger });
    assert.deepEqual(failed, {});
    assert.deepEqual(strangers, []);
    assert.ok(results.length > 40);
  }
});

for (const [title, bugs] of Object.entries({ "the ten planted bugs": PLANTED, "other bugs": MORE })) {
  describe(title, () => {
    for (const [name, [rules, [scenario, ...codes], { strangers = false } = {}]] of Object.entries(bugs)) {
      test(name, async () => {
        const found = await rehearseShop(handWritten(rules), { only: [scenario] });
        for (const code of codes)
          assert.ok(found.failed[scenario]?.has(code), `${scenario}: ${[...(found.failed[scenario] ?? [])]}`);
        assert.equal(found.strangers.length > 0, strangers, JSON.stringify(found.strangers));
      });
    }
  });
}

describe("without a ledger", () => {
  test("bugs that change answers are found, and those that change only credits are not", async () => {
    const find = async (name) =>
      Object.keys((await rehearseShop(handWritten(PLANTED[name][0]), { withLedger: false })).failed);
    assert.ok((await find("rejects unknown fields")).includes("unknown-fields"));
    assert.deepEqual(await find("credits twice"), []);
  });
});

describe("a handler that is slow or gone", () => {
  test("is reported where it takes too long, and the rest is not run once it no longer answers", async () => {
    const { credits, handle } = handWritten();
    let calls = 0;
    const slow = (raw, headers) => ((calls += 1) === 3 ? setTimeout(1500, 200) : handle(raw, headers));
    const once = await rehearseShop({ credits, handle: slow }, { timeoutMs: 1000 });
    assert.deepEqual(Object.keys(once.failed), ["deposit-exchange"]);
    const [{ message }] = once.results.flatMap(({ faults }) => faults);
    assert.equal(message, 'callback "not_confirmed": no answer within 1 s');

    const always = await rehearseShop({ credits, handle: () => setTimeout(700, 200) }, { timeoutMs: 300 });
    assert.ok(always.results.every(({ faults: [fault] }) => /^(no_answer|not_run)$/.test(fault.code)));

    const never = (raw, headers) => ((calls += 1) > 2 ? setTimeout(1000, 200) : handle(raw, headers));
    calls = 0;
    const { results } = await rehearseShop({ credits, handle: never }, { timeoutMs: 700 });
    const codes = results.map(({ faults: [fault] }) => fault?.code);
    assert.deepEqual(codes.slice(0, 5), [undefined, "no_answer", "no_answer", "no_answer", "not_run"]);
    assert.equal(codes.at(-1), "not_run");
  });

  test("a failure of one of several concurrent copies is no fault if it does not last", async () => {
    const { credits, handle } = handWritten();
    const busy = new Set();
    let refusals = 0;
    const locking = async (raw, headers) => {
      const body = raw.toString();
      if (busy.has(body)) return (refusals += 1) % 2 ? 503 : 409;
      busy.add(body);
      await setTimeout(20);
      const status = await handle(raw, headers);
      busy.delete(body);
      return status;
    };
    assert.deepEqual((await rehearseShop({ credits, handle: locking })).failed, {});
  });
});

test("credits may come after the answer", async () => {
  const { credits, handle } = handWritten();
  const queue = async (raw, headers) => {
    const copy = await handle(raw, { ...headers, "x-process-signature": "" }).catch(() => 401);
    const isSigned = hmac(raw) === headers["x-process-signature"];
    if (isSigned) void setTimeout(100).then(() => handle(raw, headers).catch(() => {}));
    return isSigned ? 200 : copy;
  };
  assert.deepEqual((await rehearseShop({ credits, handle: queue }, { quietMs: 900 })).failed, {});
});
