import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { merchantFor, sandboxFor } from "./gateway.mjs";
import { shopFor, sum } from "./scenario-shop.mjs";

const listing = await startSandbox();
const scenarios = await listing.scenarios.list();
await listing.close();

/** Makes a control call over HTTP, and returns the `data` of its answer. */
async function control(sandbox, path, body) {
  const init = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
  assert.equal(response.status, 200);
  return (await response.json()).data;
}

/** Returns the callbacks that arrived, in the form of those that a scenario expects. */
function received(run, arrivals) {
  return arrivals.map(({ at, body, json }) => {
    const { transaction_id } = run.callbacks.find((callback) => callback.body === body);
    return {
      after_seconds: (Date.parse(at) - Date.parse(run.started_at)) / 1000,
      transaction: run.transaction_ids.indexOf(transaction_id) + 1,
      type: json.type,
      status: json.status,
    };
  });
}

/** Returns amounts by currency. */
const byCurrency = (ledger) => Object.fromEntries(ledger.map(({ currency, amount }) => [currency, sum(amount, "0")]));

for (const profile of ["documented-new", "documented-old", "family-2020", "family-2026", "random"]) {
  describe(`with the profile ${profile}`, () => {
    for (const { name, expected } of scenarios) {
      test(`${name} ends in its expected callbacks and ledger`, async (t) => {
        const { sandbox, arrivals, credits, payouts } = await shopFor(t, { profile });
        const { id } = await control(sandbox, `scenarios/${name}`, {});
        const run = await control(sandbox, `scenarios/${name}/runs/${id}`);
        assert.deepEqual(run.expected, expected);
        assert.deepEqual(received(run, arrivals), expected.callbacks);
        const ledger = byCurrency(expected.ledger);
        assert.deepEqual(credits, Object.keys(ledger).length > 0 ? { [run.customer_id]: ledger } : {});
        assert.deepEqual(payouts, expected.payout ? { [run.payout_id]: expected.payout.state } : {});
        for (const { state } of run.callbacks) assert.equal(state, "delivered");
      });
    }
  });
}

test("the package reads each callback of the scenarios, and credits the expected amounts", async (t) => {
  const { sandbox, arrivals } = await shopFor(t);
  const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret });
  for (const { name, expected } of scenarios) {
    arrivals.length = 0;
    const { customer_id } = await sandbox.scenarios.run(name);
    const [keys, credited, reviews] = [new Set(), {}, new Set()];
    for (const { body, headers } of arrivals) {
      const callback = citrn.callbacks.verify(body, headers);
      assert.equal(callback.isUnexpectedCurrency, name === "cross-currency-deposit", name);
      if (callback.needsReview) reviews.add(callback.needsReview);
      if (!callback.isFinal || keys.has(callback.id)) continue;
      keys.add(callback.id);
      if (!callback.credit) continue;
      assert.equal(callback.customerId, customer_id);
      const { currency, amount } = callback.credit;
      credited[currency] = sum(credited[currency] ?? "0", amount);
    }
    assert.deepEqual(credited, byCurrency(expected.ledger), name);
    assert.deepEqual([...reviews], name === "payment-request" ? ["payment_request"] : [], name);
  }
});

/** Runs one scenario, and returns the run and the callbacks. */
async function runOne(t, name) {
  const { sandbox, arrivals } = await shopFor(t);
  const run = await sandbox.scenarios.run(name);
  return { sandbox, run, callbacks: arrivals.map(({ json }) => json), bodies: arrivals.map(({ body }) => body) };
}

/** Returns what the gateway's ledger owes the merchant in a currency. */
async function merchantBalance(sandbox, currency) {
  const { accounts } = await sandbox.ledger.get();
  return accounts.find((entry) => entry.account === "merchant" && entry.currency === currency)?.balance;
}

test("the callback of a deposit below the minimum names the minimum, and has amounts without a fee", async (t) => {
  const { sandbox, callbacks } = await runOne(t, "deposit-below-minimum");
  assert.match(callbacks[0].error, /minimum of 2\.0* USDTT/);
  assert.deepEqual(callbacks[0].currency_received, {
    currency: "USDTT",
    amount: "1.500000",
    amount_minus_fee: "1.500000",
  });
  assert.equal(await merchantBalance(sandbox, "USDTT"), undefined);
});

test("a cross-currency deposit names the currency that its address expects", async (t) => {
  const { sandbox, run, callbacks } = await runOne(t, "cross-currency-deposit");
  for (const { crypto_address, currency_sent, currency_received } of callbacks) {
    assert.equal(crypto_address.currency, "USDC");
    assert.deepEqual([crypto_address.cross_currency, crypto_address.expected_currency], [true, "USDC"]);
    assert.deepEqual([currency_sent.currency, currency_received.currency], ["USDTE", "USDTE"]);
  }
  const deposit = await sandbox.deposits.get(run.transaction_ids[0]);
  assert.deepEqual([deposit.currency, deposit.expected_currency], ["USDTE", "USDC"]);
});

test("a deposit that is cancelled later leaves the merchant's balance", async (t) => {
  const { sandbox, callbacks } = await runOne(t, "deposit-cancelled-later");
  assert.equal(new Set(callbacks.map(({ id }) => id)).size, 1);
  assert.equal(callbacks.at(-1).error, "double spend");
  assert.equal(await merchantBalance(sandbox, "BTC"), "0.00000000");
});

test("a declined withdrawal has its reasons in error, and its money returns", async (t) => {
  const { sandbox, run, callbacks } = await runOne(t, "withdrawal-declined");
  for (const callback of callbacks) {
    assert.notEqual(callback.error, "");
    assert.equal(callback.foreign_id, run.payout_id);
    assert.equal(callback.transactions[0].txid, null);
    assert.ok(!("currency_sent" in callback) && !("currency_received" in callback));
  }
  assert.equal((await sandbox.withdrawals.get(run.transaction_ids[0])).status, "declined");
  assert.equal(await merchantBalance(sandbox, "USDTT"), "25.25000000");
});

test("an approved withdrawal is sent, and has no error", async (t) => {
  const { sandbox, callbacks } = await runOne(t, "withdrawal-approved");
  const [pending, confirmed] = callbacks;
  assert.notEqual(pending.error, "");
  assert.equal(confirmed.error, "");
  assert.match(confirmed.transactions[0].txid, /^[0-9a-f]{64}$/);
  assert.equal(confirmed.currency_sent.amount, "25.00000000");
  assert.equal(await merchantBalance(sandbox, "USDTT"), "0.00000000");
});

test("a confirmed withdrawal without amounts has a transaction id", async (t) => {
  const { callbacks } = await runOne(t, "withdrawal-without-amounts");
  assert.ok(!("currency_sent" in callbacks[0]) && !("currency_received" in callbacks[0]));
  assert.match(callbacks[0].transactions[0].txid, /^[0-9a-f]{64}$/);
});

test("the callbacks of a payment request have payment_request_id and no id", async (t) => {
  const { run, callbacks } = await runOne(t, "payment-request");
  for (const callback of callbacks) {
    assert.ok(!("id" in callback));
    assert.equal(callback.payment_request_id, run.transaction_ids[0]);
    assert.deepEqual(callback.payment_request_address.currency, { iso: "USDTT", network_name: "tron" });
  }
  assert.deepEqual(
    callbacks.map(({ currency_sent }) => currency_sent.received_amount),
    [null, null, "30.00000000"],
  );
});

test("every text of the escaped callbacks has an escape, and so have the customer's id and a reason", async (t) => {
  const { run, callbacks, bodies } = await runOne(t, "php-escapes");
  for (const body of bodies) {
    const texts = body.match(/"(?:[^"\\]|\\.)*"/g).filter((text) => text !== `""`);
    assert.ok(texts.length > 40);
    for (const text of texts) assert.match(text, /\\(?:\/|u[0-9a-f]{4})/);
    assert.match(body, /kundin\\\/\\u00fc-\\u20ac-\\ud83d\\ude00-/);
  }
  assert.equal(callbacks[0].crypto_address.foreign_id, run.customer_id);
  assert.match(run.customer_id, /^kundin\/ü-€-😀-[0-9a-f]{8}$/);
  assert.equal(callbacks.at(-1).error, "double spend: 2/2, «ungültig»");
});

test("the same seed gives the same callbacks, and each run has its own customer", async (t) => {
  const bodies = [];
  for (let count = 0; count < 2; count += 1) {
    const { sandbox, arrivals } = await shopFor(t, { secret: "s" });
    const runs = [await sandbox.scenarios.run("callbacks-late"), await sandbox.scenarios.run("callbacks-late")];
    assert.notEqual(runs[0].customer_id, runs[1].customer_id);
    bodies.push(arrivals.map(({ body }) => body));
  }
  assert.deepEqual(bodies[0], bodies[1]);
});

test("customer and payout can be those of the shop", async (t) => {
  const { sandbox, credits, payouts } = await shopFor(t);
  // The address may have an exchange: a scenario neither uses nor changes it.
  const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret, baseUrl: sandbox.baseUrl });
  await citrn.addresses.take({ foreign_id: "user-17", currency: "USDTT", convert_to: "EUR" });
  for (let count = 0; count < 2; count += 1) {
    const run = await sandbox.scenarios.run("callbacks-twice", { customer_id: "user-17", payout_id: "unused" });
    assert.deepEqual([run.customer_id, run.payout_id], ["user-17", null]);
  }
  assert.deepEqual(credits, { "user-17": { USDTT: "99" } });
  await sandbox.deposits.create({ foreign_id: "user-17", currency: "USDTT", amount: "5", confirmed: true });
  assert.equal((await sandbox.deposits.list()).at(-1).received_currency, "EUR");

  const run = await sandbox.scenarios.run("withdrawal-declined", { payout_id: "payout-17" });
  assert.equal(run.payout_id, "payout-17");
  assert.deepEqual(payouts, { "payout-17": "not_paid" });
  const again = sandbox.scenarios.run("withdrawal-approved", { payout_id: "payout-17" });
  await assert.rejects(again, { httpStatus: 409, message: /payout_id/ });
});

test("a scenario that cannot run is refused, and changes nothing", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.currencies.set("USDC", { supported: false });
  await assert.rejects(sandbox.scenarios.run("cross-currency-deposit"), { httpStatus: 409, message: /USDC/ });
  const names = /no such scenario; choose one of deposit-below-minimum, .*, php-escapes$/;
  await assert.rejects(sandbox.scenarios.run("nope"), { httpStatus: 404, message: names });
  await assert.rejects(sandbox.scenarios.run("callbacks-late", { customer_id: "" }), { httpStatus: 400 });
  await assert.rejects(sandbox.scenarios.run("callbacks-late", { payout_id: "x".repeat(256) }), { httpStatus: 400 });
  await assert.rejects(sandbox.scenarios.run("callbacks-late", { customer: "a" }), { httpStatus: 400 });
  assert.deepEqual(await sandbox.callbacks.list(), []);
});

test("a run advances the clock to its end, and leaves it running", async (t) => {
  const { url } = await merchantFor(t);
  const sandbox = await sandboxFor(t, { callbackUrl: url });
  const { started_at } = await sandbox.scenarios.run("deposit-cancelled-later");
  const { now, frozen } = await sandbox.clock.get();
  assert.equal(frozen, false);
  const seconds = (Date.parse(now) - Date.parse(started_at)) / 1000;
  assert.ok(seconds >= 86_400 && seconds < 86_430, `${seconds} s`);
});

test("a run reports what a faulty shop answered", async (t) => {
  const { url, received: bodies } = await merchantFor(t, (count) => (count === 1 ? 500 : 200));
  const sandbox = await sandboxFor(t, { callbackUrl: url });
  const { callbacks } = await sandbox.scenarios.run("several-deposits");
  const [first, ...others] = callbacks.map(({ attempts }) => attempts.map(({ http_status }) => http_status));
  // The schedule repeats it after a minute, within the run.
  assert.deepEqual(first, [500, 200]);
  assert.deepEqual(others, Array(5).fill([200]));
  assert.equal(bodies.length, 7);
});

test("without a callback URL a run records its callbacks", async (t) => {
  const sandbox = await sandboxFor(t);
  const { callbacks } = await sandbox.scenarios.run("withdrawal-approved");
  assert.deepEqual(
    callbacks.map(({ status, state }) => [status, state]),
    [
      ["pending", "not_sent"],
      ["confirmed", "not_sent"],
    ],
  );
});

test("a handler may start a scenario without waiting for it", async (t) => {
  let sandbox;
  const { url, received: bodies } = await merchantFor(t, async (count) => {
    if (count === 1) await sandbox.scenarios.run("callbacks-late", { wait: false });
    return 200;
  });
  sandbox = await sandboxFor(t, { callbackUrl: url });
  await sandbox.scenarios.run("deposit-below-minimum");
  await sandbox.clock.advance({ seconds: 1 });
  assert.deepEqual(
    bodies.map(({ json }) => json.status),
    ["cancelled", "not_confirmed", "confirmed"],
  );
});
