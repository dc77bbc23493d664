import assert from "node:assert/strict";
import { test } from "node:test";
import { Citrn } from "citrn";
import { ADDRESSES, balance, data, merchantFor, sandboxFor, sign, withdrawal } from "./gateway.mjs";

const UUID = /^[0-9a-f-]{36}$/;

/** Starts a sandbox and a merchant's server, and takes a deposit address. */
async function shop(t, { currency = "USDTT", convert_to, answer, secret } = {}) {
  const merchant = await merchantFor(t, answer);
  const sandbox = await sandboxFor(t, { callbackUrl: merchant.url, ...(secret && { secret }) });
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  const address = await data(sandbox, "addresses/take", { foreign_id: "customer-17", currency, convert_to });
  const target = { address: address.address, memo: address.memo ?? undefined };
  return { merchant, sandbox, address, target, received: merchant.received };
}

test("a deposit sends not_confirmed and, after its confirmations, confirmed, signed over the exact bytes", async (t) => {
  const { sandbox, address, target, received } = await shop(t);
  const { id, ...seen } = await sandbox.deposits.create({ ...target, amount: "50" });
  assert.deepEqual([seen.status, seen.confirmations, seen.required_confirmations], ["not_confirmed", 0, 19]);
  assert.equal(await balance(sandbox, "USDTT"), "0.00000000");
  assert.equal((await sandbox.deposits.addConfirmations(id, { count: 18 })).status, "not_confirmed");
  assert.equal(received.length, 1);
  assert.equal((await sandbox.deposits.addConfirmations(id)).status, "confirmed");
  assert.equal(await balance(sandbox, "USDTT"), "49.50000000");
  assert.deepEqual(
    received.map(({ json }) => [json.id, json.status]),
    [
      [id, "not_confirmed"],
      [id, "confirmed"],
    ],
  );
  for (const { headers, body } of received) {
    assert.equal(headers["x-process-key"], sandbox.apiKey);
    assert.equal(headers["x-process-signature"], sign(sandbox.secret, body));
    assert.equal(headers["content-type"], "application/json");
  }
  const { json } = received[1];
  assert.match(json.transactions[0].id, UUID);
  assert.notEqual(json.transactions[0].id, id);
  assert.match(json.transactions[0].txid, /^[0-9a-f]{64}$/);
  assert.match(json.transactions[0].senders[0], /^T/);
  assert.deepEqual(json, {
    id,
    type: "deposit",
    crypto_address: {
      id: address.id,
      currency: "USDTT",
      address: address.address,
      memo: null,
      foreign_id: "customer-17",
    },
    currency_sent: { currency: "USDTT", amount: "50.00000000" },
    currency_received: { currency: "USDTT", amount: "50.000000", amount_minus_fee: "49.500000" },
    transactions: [
      {
        id: json.transactions[0].id,
        currency: "USDTT",
        transaction_type: "blockchain",
        type: "deposit",
        address: address.address,
        tag: null,
        amount: "50.00000000",
        txid: json.transactions[0].txid,
        riskscore: null,
        confirmation: 19,
        senders: json.transactions[0].senders,
      },
    ],
    fees: null,
    error: "",
    risk: {},
    status: "confirmed",
  });
  await assert.rejects(sandbox.deposits.confirm(id), { httpStatus: 409 });
});

/** Causes each kind of callback once: deposits and withdrawals, with and without exchange, in each status. */
async function eachCallback(sandbox) {
  await sandbox.settings.set({ automatic_withdrawals: false, automatic_confirmations: false });
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  for (const convert_to of [undefined, "USDTT"]) {
    await data(sandbox, "addresses/take", { foreign_id: `payer-${convert_to}`, currency: "BTC", convert_to });
    const order = { foreign_id: `payer-${convert_to}`, currency: "BTC", amount: "0.5" };
    const [confirmed, cancelled] = [await sandbox.deposits.create(order), await sandbox.deposits.create(order)];
    await sandbox.deposits.confirm(confirmed.id);
    await sandbox.deposits.cancel(cancelled.id);
    const change = convert_to && { address: ADDRESSES.bitcoin, convert_to: "BTC" };
    const payouts = [
      await data(sandbox, "withdrawal/crypto", withdrawal(change)),
      await data(sandbox, "withdrawal/crypto", withdrawal(change)),
    ];
    await sandbox.withdrawals.confirm(payouts[0].id);
    await sandbox.withdrawals.cancel(payouts[1].id);
  }
}

for (const callback_generation of ["newer", "older"]) {
  test(`each callback of the ${callback_generation} generation verifies as received, but not after parsing and serialising it`, async (t) => {
    const { sandbox, received } = await shop(t);
    await sandbox.settings.set({ callback_generation });
    await eachCallback(sandbox);
    const statuses = (type) => received.filter(({ json }) => json.type === type).map(({ json }) => json.status);
    for (const type of ["deposit", "deposit_exchange"])
      assert.deepEqual(statuses(type), ["not_confirmed", "not_confirmed", "confirmed", "cancelled"]);
    for (const type of ["withdrawal", "withdrawal_exchange"])
      assert.deepEqual(statuses(type), ["confirmed", "cancelled"]);
    const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret });
    for (const { headers, body, json } of received) {
      assert.equal(citrn.callbacks.verify(body, headers).id, String(json.id));
      assert.ok(!/[^\\]\/|[^\x20-\x7e]/.test(body), `slashes and characters beyond ASCII are escaped: ${body}`);
      for (const again of [
        JSON.stringify(json),
        JSON.stringify(json, null, 2),
        JSON.stringify(json).replaceAll("/", "\\/"),
      ]) {
        assert.throws(() => citrn.callbacks.verify(again, headers), { code: "invalid_signature" }, body);
      }
    }
  });
}

test("a handler that verifies the serialised body refuses each callback, and the callback is repeated", async (t) => {
  const { sandbox, received } = await shop(t, {
    secret: "the-shop-s-secret",
    answer: (_, json, headers) => {
      try {
        new Citrn({ callbackSecrets: "the-shop-s-secret" }).callbacks.verify(JSON.stringify(json), headers);
        return 200;
      } catch (error) {
        return error.code === "invalid_signature" ? 401 : 500;
      }
    },
  });
  await eachCallback(sandbox);
  assert.equal(received.length, 12);
  for (const { state, attempts } of await sandbox.callbacks.list())
    assert.deepEqual([state, attempts[0].http_status], ["waiting", 401]);
});

test("a deposit with exchange has the arithmetic of the documented example", async (t) => {
  const { sandbox, target, received } = await shop(t, { currency: "BTC", convert_to: "USDTT" });
  await sandbox.rates.set({ BTCUSDT: "26967.402" });
  await sandbox.deposits.create({ ...target, amount: "0.00367652", confirmed: true });
  assert.equal(received.length, 1, "a deposit that is confirmed at once has one callback only");
  const { json } = received[0];
  assert.deepEqual([json.type, json.status], ["deposit_exchange", "confirmed"]);
  assert.deepEqual(json.currency_sent, { currency: "BTC", amount: "0.00367652" });
  assert.deepEqual(json.currency_received, { currency: "USDTT", amount: "99.146193", amount_minus_fee: "98.154731" });
  assert.deepEqual(json.exchange, { ticker: "BTCUSDT", rate: "26967.40200000", exchanged_amount: "99.14619280" });
  assert.equal(await balance(sandbox, "USDTT"), "98.15473100");
  assert.equal(await balance(sandbox, "BTC"), "0.00000000");
});

test("the older generation has integer ids, internal_id and tag", async (t) => {
  const { sandbox, target, received } = await shop(t, { currency: "XRP" });
  await sandbox.settings.set({ callback_generation: "older" });
  await sandbox.deposits.create({ ...target, amount: "5", confirmed: true });
  const { json } = received[0];
  for (const id of [json.id, json.internal_id, json.crypto_address.id]) assert.ok(Number.isInteger(id));
  assert.equal(json.transactions[0].id, json.id);
  assert.equal(json.crypto_address.tag, target.memo);
  assert.ok(!("memo" in json.crypto_address));
  await sandbox.settings.set({ callback_generation: "newer" });
  await sandbox.deposits.create({ ...target, amount: "5", confirmed: true });
  const newer = received[1].json;
  assert.equal(newer.crypto_address.memo, target.memo);
  assert.ok(!("tag" in newer.crypto_address) && !("internal_id" in newer));
});

test("a cancelled deposit credits nothing", async (t) => {
  const { sandbox, target, received } = await shop(t);
  const { id } = await sandbox.deposits.create({ ...target, amount: "50" });
  await sandbox.deposits.cancel(id, { reason: "double spend" });
  assert.deepEqual(
    received.map(({ json }) => [json.status, json.error]),
    [
      ["not_confirmed", ""],
      ["cancelled", "double spend"],
    ],
  );
  assert.equal(await balance(sandbox, "USDTT"), "0.00000000");
});

test("a deposit below the minimum is lost: it is not credited, and no callback reports it", async (t) => {
  const { sandbox, target, received } = await shop(t);
  const { id, status } = await sandbox.deposits.create({ ...target, amount: "1.999999", confirmed: true });
  assert.equal(status, "lost");
  await sandbox.clock.advance({ days: 1 });
  assert.equal((await sandbox.deposits.get(id)).status, "lost");
  assert.equal(received.length, 0);
});

test("confirmations increase as time passes", async (t) => {
  const { sandbox, target, received } = await shop(t);
  const { id } = await sandbox.deposits.create({ ...target, amount: "50" });
  await sandbox.clock.advance({ seconds: 3 * 18 });
  assert.deepEqual([(await sandbox.deposits.get(id)).confirmations, received.length], [18, 1]);
  await sandbox.clock.advance({ seconds: 3 });
  assert.deepEqual([(await sandbox.deposits.get(id)).status, received.length], ["confirmed", 2]);
});

test("a withdrawal has one callback, confirmed or cancelled", async (t) => {
  const { sandbox, received } = await shop(t);
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  const order = withdrawal();
  const { id } = await data(sandbox, "withdrawal/crypto", order);
  assert.equal(received.length, 0);
  await sandbox.clock.advance({ seconds: 5 });
  const { json } = received[0];
  assert.deepEqual(
    [json.id, json.foreign_id, json.type, json.status],
    [id, order.foreign_id, "withdrawal", "confirmed"],
  );
  assert.deepEqual(json.crypto_address, {
    id: json.crypto_address.id,
    currency: "USDTT",
    address: order.address,
    memo: null,
  });
  assert.deepEqual(json.currency_sent, { currency: "USDTT", amount: "25.00000000" });
  assert.deepEqual(json.currency_received, { currency: "USDTT", amount: "25.00000000" });
  assert.deepEqual(json.fees, [{ type: "withdrawal", currency: "USDTT", amount: "0.25000000" }]);
  const second = await data(sandbox, "withdrawal/crypto", withdrawal());
  await sandbox.withdrawals.cancel(second.id, { reason: "rejected" });
  const cancelled = received[1].json;
  assert.deepEqual(
    [cancelled.status, cancelled.error, cancelled.transactions[0].txid],
    ["cancelled", "rejected", null],
  );
  assert.ok(!("currency_sent" in cancelled) && !("currency_received" in cancelled));
  await sandbox.clock.advance({ days: 1 });
  assert.equal(received.length, 2);
  await assert.rejects(sandbox.withdrawals.confirm(second.id), { httpStatus: 409 });
});

test("a withdrawal waits until it is confirmed if withdrawals are not automatic", async (t) => {
  const { sandbox, received } = await shop(t);
  await sandbox.settings.set({ automatic_withdrawals: false });
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  const { id } = await data(sandbox, "withdrawal/crypto", withdrawal());
  await sandbox.clock.advance({ days: 30 });
  assert.deepEqual([(await sandbox.withdrawals.get(id)).status, received.length], ["processing", 0]);
  await sandbox.withdrawals.confirm(id);
  assert.equal(received[0].json.status, "confirmed");
});

test("a callback is repeated on the 13-step schedule, to the minute, until the merchant answers 200", async (t) => {
  const { sandbox, target, received } = await shop(t, { answer: (count) => (count <= 13 ? 500 : 200) });
  const start = Date.parse((await sandbox.clock.get()).now);
  await sandbox.deposits.create({ ...target, amount: "50", confirmed: true });
  assert.equal(received.length, 1);
  await sandbox.clock.advance({ days: 2 });
  const [callback] = await sandbox.callbacks.list();
  assert.equal(callback.state, "delivered");
  const minutes = callback.attempts.map(({ at }) => (Date.parse(at) - start) / 60_000);
  const gaps = minutes.slice(1).map((minute, index) => minute - minutes[index]);
  assert.deepEqual(gaps, [1, 5, 10, 15, 20, 30, 60, 90, 120, 150, 180, 210, 240]);
  assert.deepEqual(
    callback.attempts.map(({ http_status }) => http_status),
    [...Array(13).fill(500), 200],
  );
  assert.equal(new Set(received.map(({ body }) => body)).size, 1, "every attempt carries the same bytes");
});

test("after the schedule a callback is given up, and can be sent by hand", async (t) => {
  let status = 201;
  const { sandbox, target, received } = await shop(t, { answer: () => status });
  await sandbox.deposits.create({ ...target, amount: "50", confirmed: true });
  await sandbox.clock.advance({ days: 30 });
  const [{ id, state, attempts }] = await sandbox.callbacks.list();
  assert.deepEqual([state, attempts.length], ["given_up", 14]);
  status = 200;
  await sandbox.callbacks.resend(id);
  const resent = await sandbox.callbacks.get(id);
  assert.deepEqual([resent.state, resent.attempts.length, resent.attempts.at(-1).manual], ["delivered", 15, true]);
  assert.equal(received.length, 15);
});

test("an attempt to reach an unreachable merchant records the reason", async (t) => {
  const sandbox = await sandboxFor(t, { callbackUrl: "http://127.0.0.1:9/" });
  await data(sandbox, "addresses/take", { foreign_id: "a", currency: "USDTT" });
  await sandbox.deposits.create({ foreign_id: "a", currency: "USDTT", amount: "5", confirmed: true });
  const [{ state, attempts }] = await sandbox.callbacks.list();
  assert.equal(state, "waiting");
  assert.equal(attempts[0].http_status, null);
  assert.equal(typeof attempts[0].error, "string");
});

test("without a callback URL callbacks are logged, and can be sent once a URL is set", async (t) => {
  const merchant = await merchantFor(t);
  const sandbox = await sandboxFor(t);
  await data(sandbox, "addresses/take", { foreign_id: "a", currency: "USDTT" });
  await sandbox.deposits.create({ foreign_id: "a", currency: "USDTT", amount: "5", confirmed: true });
  const [{ id, state }] = await sandbox.callbacks.list();
  assert.equal(state, "not_sent");
  await assert.rejects(sandbox.callbacks.resend(id), { httpStatus: 409 });
  await sandbox.settings.set({ callback_url: merchant.url });
  await sandbox.callbacks.resend(id);
  assert.equal(merchant.received[0].json.status, "confirmed");
});

test("events during an advance of the clock happen in order of time", async (t) => {
  const { sandbox, received } = await shop(t, { answer: (count) => (count === 1 ? 500 : 200) });
  await data(sandbox, "addresses/take", { foreign_id: "b", currency: "BTC" });
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  await sandbox.deposits.create({ foreign_id: "customer-17", currency: "USDTT", amount: "50" });
  await sandbox.deposits.create({ foreign_id: "b", currency: "BTC", amount: "1" });
  await data(sandbox, "withdrawal/crypto", withdrawal());
  await sandbox.clock.advance({ hours: 1 });
  assert.deepEqual(
    received.map(({ json }) => `${json.type} ${json.currency_sent.currency} ${json.status}`),
    [
      "deposit USDTT not_confirmed",
      "deposit BTC not_confirmed",
      "withdrawal USDTT confirmed",
      "deposit USDTT confirmed",
      "deposit USDTT not_confirmed",
      "deposit BTC confirmed",
    ],
  );
  assert.equal((await sandbox.clock.get()).now, "2027-01-01T01:00:00Z");
});

test("the fault duplicate_callback sends a callback twice", async (t) => {
  const { sandbox, target, received } = await shop(t);
  await sandbox.faults.add({ kind: "duplicate_callback" });
  await sandbox.deposits.create({ ...target, amount: "50", confirmed: true });
  assert.equal(received.length, 2);
  assert.equal(received[0].body, received[1].body);
  await sandbox.deposits.create({ ...target, amount: "50", confirmed: true });
  assert.equal(received.length, 3);
});

test("the fault callbacks_out_of_order sends the final callback first", async (t) => {
  const { sandbox, target, received } = await shop(t);
  await sandbox.faults.add({ kind: "callbacks_out_of_order" });
  const { id } = await sandbox.deposits.create({ ...target, amount: "50" });
  assert.deepEqual([received.length, (await sandbox.callbacks.list())[0].state], [0, "held"]);
  await sandbox.deposits.confirm(id);
  assert.deepEqual(
    received.map(({ json }) => json.status),
    ["confirmed", "not_confirmed"],
  );
});

test("a held callback that is not overtaken is sent after a minute", async (t) => {
  const { sandbox, target, received } = await shop(t);
  await sandbox.settings.set({ automatic_confirmations: false });
  await sandbox.faults.add({ kind: "callbacks_out_of_order" });
  await sandbox.deposits.create({ ...target, amount: "50" });
  await sandbox.clock.advance({ seconds: 59 });
  assert.equal(received.length, 0);
  await sandbox.clock.advance({ seconds: 1 });
  assert.deepEqual(
    received.map(({ json }) => json.status),
    ["not_confirmed"],
  );
});

test("a callback's handler may make control calls that do not wait", async (t) => {
  let sandbox;
  const {
    sandbox: started,
    target,
    received,
  } = await shop(t, {
    answer: async (count, { id }) => {
      if (count === 1) await sandbox.deposits.confirm(id, { wait: false });
      return 200;
    },
  });
  sandbox = started;
  await sandbox.deposits.create({ ...target, amount: "50" });
  assert.deepEqual(
    received.map(({ json }) => json.status),
    ["not_confirmed", "confirmed"],
  );
});
