import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESSES, balance, data, get, post, sandboxFor, withdrawal } from "./gateway.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("GET /ping answers without a key", async (t) => {
  const { status, text } = await get(await sandboxFor(t), "ping");
  assert.deepEqual([status, text], [200, '{"message":"OK"}']);
});

test("POST /balances: lists all, or those in either form of a list, and refuses unknown currencies", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "BTC", amount: "0.51" });
  const all = await data(sandbox, "balances");
  assert.deepEqual(
    all.find(({ currency }) => currency === "BTC"),
    { currency: "BTC", type: "crypto", balance: "0.51000000" },
  );
  assert.deepEqual(
    all.find(({ currency }) => currency === "EUR"),
    { currency: "EUR", type: "fiat", balance: "0.00000000" },
  );
  const codes = async (currencies) => (await data(sandbox, "balances", { currencies })).map(({ currency }) => currency);
  assert.deepEqual(await codes("USDT, ETH, BTC"), ["BTC", "ETH", "USDTE", "USDTB", "USDTT"]);
  assert.deepEqual(await codes(["EUR", "BTC"]), ["BTC", "EUR"]);
  assert.deepEqual(await codes("NOPE"), []);
  assert.deepEqual(
    await codes(""),
    all.map(({ currency }) => currency),
  );
});

test("POST /balances: a past day's balance is that of 23:59 UTC", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.clock.freeze("2027-03-01T23:00:00Z");
  await sandbox.balances.credit({ currency: "EUR", amount: "1" });
  await sandbox.clock.freeze("2027-03-01T23:59:59Z");
  await sandbox.balances.credit({ currency: "EUR", amount: "2" });
  await sandbox.clock.freeze("2027-03-02T00:00:00Z");
  await sandbox.balances.credit({ currency: "EUR", amount: "4" });
  await sandbox.clock.freeze("2027-03-04T12:00:00Z");
  const on = async (date) => (await data(sandbox, "balances", { date, currencies: "EUR" }))[0].balance;
  const dates = ["2027-02-28", "2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"];
  assert.deepEqual(
    await Promise.all(dates.map(on)),
    ["0", "3", "7", "7", "7"].map((whole) => `${whole}.00000000`),
  );
  for (const date of ["2027-03-05", "2027-02-29", "01.03.2027", 20270301]) {
    const { status, json } = await post(sandbox, "balances", { date });
    assert.equal(status, 400);
    assert.equal(typeof json.errors.date, "string");
  }
});

test("POST /addresses/take: the same customer and currency give the same address, for life", async (t) => {
  const sandbox = await sandboxFor(t);
  const first = await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "USDTT" });
  assert.match(first.id, UUID);
  assert.match(first.address, /^T[1-9A-HJ-NP-Za-km-z]{33}$/);
  assert.deepEqual(
    { ...first, id: 0, address: 0 },
    { id: 0, currency: "USDTT", address: 0, memo: null, foreign_id: "user-17" },
  );
  assert.deepEqual(await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "USDTT" }), first);
  const converting = await data(sandbox, "addresses/take", {
    foreign_id: "user-17",
    currency: "USDTT",
    convert_to: "EUR",
  });
  assert.deepEqual(converting, { ...first, convert_to: "EUR" });
  const others = await Promise.all([
    data(sandbox, "addresses/take", { foreign_id: "user-18", currency: "USDTT" }),
    data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "TRX" }),
  ]);
  assert.equal(new Set([first, ...others].map(({ address }) => address)).size, 3);
});

test("POST /addresses/take: customers share an address if a memo distinguishes them", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const currency of ["XRP", "TON"]) {
    const [one, two] = await Promise.all(
      ["a", "b"].map((foreign_id) => data(sandbox, "addresses/take", { foreign_id, currency })),
    );
    assert.equal(one.address, two.address);
    assert.match(one.memo, /^\d+$/);
    assert.notEqual(one.memo, two.memo);
  }
});

test("POST /addresses/take: invalid fields are refused", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [body, field] of [
    [{ currency: "BTC" }, "foreign_id"],
    [{ foreign_id: "", currency: "BTC" }, "foreign_id"],
    [{ foreign_id: 17, currency: "BTC" }, "foreign_id"],
    [{ foreign_id: "x".repeat(256), currency: "BTC" }, "foreign_id"],
    [{ foreign_id: "a" }, "currency"],
  ]) {
    const { status, json } = await post(sandbox, "addresses/take", body);
    assert.deepEqual([status, Object.keys(json.errors)], [400, [field]]);
  }
  assert.equal((await post(sandbox, "addresses/take", { foreign_id: "ä".repeat(255), currency: "BTC" })).status, 200);
});

test("POST /withdrawal/crypto: debits amount and fee, and returns them if it fails", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
  const order = withdrawal();
  const reply = await data(sandbox, "withdrawal/crypto", order);
  assert.match(reply.id, UUID);
  assert.deepEqual(
    { ...reply, id: 0 },
    {
      id: 0,
      foreign_id: order.foreign_id,
      type: "withdrawal",
      status: "processing",
      amount: "25.00000000",
      sender_amount: "25.00000000",
      sender_currency: "USDTT",
      receiver_amount: "25.00000000",
      receiver_currency: "USDTT",
      fee_amount: "0.25000000",
      fee_currency: "USDTT",
    },
  );
  assert.equal(await balance(sandbox, "USDTT"), "74.75000000");
  assert.equal((await sandbox.withdrawals.cancel(reply.id)).status, "cancelled");
  assert.equal(await balance(sandbox, "USDTT"), "100.00000000");
});

test("POST /withdrawal/crypto: convert_to is accepted in both directions", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.rates.set({ BTCUSDT: "20000", BTCEUR: "18000" });
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  await sandbox.balances.credit({ currency: "EUR", amount: "1000" });
  const converted = await data(
    sandbox,
    "withdrawal/crypto",
    withdrawal({ amount: "100", convert_to: "BTC", address: ADDRESSES.bitcoin }),
  );
  assert.equal(converted.type, "withdrawal_exchange");
  assert.deepEqual([converted.sender_amount, converted.sender_currency], ["100.00000000", "USDTT"]);
  assert.deepEqual([converted.receiver_amount, converted.receiver_currency], ["0.00500000", "BTC"]);
  const citron = await data(
    sandbox,
    "withdrawal/crypto",
    withdrawal({ amount: "0.01", currency: "BTC", convert_to: "EUR", address: ADDRESSES.bitcoin }),
  );
  assert.deepEqual([citron.sender_amount, citron.sender_currency], ["180.00000000", "EUR"]);
  assert.deepEqual([citron.receiver_amount, citron.receiver_currency], ["0.01000000", "BTC"]);
  assert.equal(await balance(sandbox, "EUR"), "818.20000000");
});

test("POST /withdrawal/crypto: TON needs a memo, and an empty one is a deliberate choice", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "TON", amount: "10" });
  const order = withdrawal({ currency: "TON", amount: "1", address: ADDRESSES.ton });
  const { status, json } = await post(sandbox, "withdrawal/crypto", order);
  assert.deepEqual([status, Object.keys(json.errors)], [400, ["memo"]]);
  assert.equal((await post(sandbox, "withdrawal/crypto", { ...order, memo: "" })).status, 200);
});

test("POST /withdrawal/crypto: amounts are exact to the last digit", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.currencies.set("ETH", { withdrawal_fee_percent: "0" });
  const whole = "99999999999999999999";
  await sandbox.balances.credit({ currency: "ETH", amount: `${whole}.000000000000000001` });
  const order = withdrawal({ currency: "ETH", address: ADDRESSES.ethereum, amount: `${whole}.000000000000000002` });
  assert.equal((await post(sandbox, "withdrawal/crypto", order)).json.error_code, "balance_not_enough");
  const reply = await data(sandbox, "withdrawal/crypto", { ...order, amount: `${whole}.000000000000000001` });
  assert.equal(reply.amount, `${whole}.000000000000000001`);
  assert.equal(await balance(sandbox, "ETH"), "0.00000000");
});

test("POST /currencies/list: lists currencies, of a type if given", async (t) => {
  const sandbox = await sandboxFor(t);
  const all = await data(sandbox, "currencies/list");
  assert.deepEqual(
    all.find(({ currency }) => currency === "USDTT"),
    {
      id: 12,
      type: "crypto",
      currency: "USDTT",
      minimum_amount: "2.00000000",
      deposit_fee_percent: "0.010000",
      withdrawal_fee_percent: "0.010000",
      precision: 6,
    },
  );
  const codes = async (type) => (await data(sandbox, "currencies/list", { type })).map(({ currency }) => currency);
  assert.deepEqual(await codes("fiat"), ["EUR"]);
  assert.equal((await codes("crypto")).length, all.length - 1);
  assert.deepEqual(Object.keys((await post(sandbox, "currencies/list", { type: "metal" })).json.errors), ["type"]);
});

test("GET /rates: lists rates without a key", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.rates.set({ BTCUSDT: "26967.402" });
  const { status, json } = await get(sandbox, "rates");
  assert.equal(status, 200);
  assert.equal(json.data.BTCUSDT, "26967.40200000");
  assert.ok(Object.values(json.data).every((rate) => /^\d+\.\d{8,}$/.test(rate)));
});

test("POST /currencies/pairs: lists pairs, by currency if given", async (t) => {
  const sandbox = await sandboxFor(t);
  assert.deepEqual(await data(sandbox, "currencies/pairs", { currency_from: "BTC", currency_to: "EUR" }), [
    {
      currency_from: {
        currency: "BTC",
        type: "crypto",
        min_amount: "0.00300000",
        min_amount_deposit_with_exchange: "0.00010000",
      },
      currency_to: { currency: "EUR", type: "fiat" },
      rate_from: "1",
      rate_to: "50274.54545455",
    },
  ]);
  const from = await data(sandbox, "currencies/pairs", { currency_from: "BTC" });
  assert.ok(from.length > 5 && from.every((pair) => pair.currency_from.currency === "BTC"));
  assert.ok((await data(sandbox, "currencies/pairs")).length > from.length);
});

test("POST /currencies/rates: answers with an array even for one pair", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.rates.set({ BTCEUR: "55000" });
  assert.deepEqual(await data(sandbox, "currencies/rates", { currency_from: "BTC", currency_to: "EUR" }), [
    {
      currency_from: { currency: "BTC", type: "crypto" },
      currency_to: { currency: "EUR", type: "fiat" },
      rate_from: "1",
      rate_to: "55000.00000000",
    },
  ]);
});

test("POST /accounts/list: includes zero balances", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "USDTT", amount: "980.15" });
  const accounts = await data(sandbox, "accounts/list");
  assert.deepEqual(
    accounts.find(({ currency }) => currency === "USDTT"),
    {
      currency: "USDTT",
      type: "crypto",
      balance: "980.15000000",
    },
  );
  assert.ok(accounts.some(({ balance }) => balance === "0.00000000"));
});

test("POST /exchange/create-quota: the amount of the requested side is fixed, for either side", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  await sandbox.rates.set({ BTCUSDT: "20000" });
  const ask = { from_coin: "BTC", to_coin: "USDTT" };
  const given = await data(sandbox, "exchange/create-quota", { ...ask, request_amount: "0.01", request_coin: "BTC" });
  assert.match(given.quote_id, UUID);
  assert.deepEqual(
    { ...given, quote_id: 0 },
    {
      quote_id: 0,
      from_coin: "BTC",
      to_coin: "USDTT",
      request_coin: "BTC",
      request_amount: "0.01000000",
      from_amount: "0.01000000",
      to_amount: "198.00000000",
      fee_amount: "2.00000000",
      fee_currency: "USDTT",
      rate: "20000.00000000",
      expires_at: "2027-01-01T00:01:00Z",
    },
  );
  const got = await data(sandbox, "exchange/create-quota", { ...ask, request_amount: "198", request_coin: "USDTT" });
  assert.deepEqual([got.from_amount, got.to_amount, got.fee_amount], ["0.01000000", "198.00000000", "2.00000000"]);
  const { status, json } = await post(sandbox, "exchange/create-quota", {
    ...ask,
    request_amount: "1",
    request_coin: "EUR",
  });
  assert.deepEqual([status, Object.keys(json.errors)], [400, ["request_coin"]]);
});

test("POST /exchange/make-exchange: moves the amounts of the quote", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.rates.set({ BTCUSDT: "20000" });
  await sandbox.balances.credit({ currency: "BTC", amount: "0.05" });
  const ask = { from_coin: "BTC", to_coin: "USDTT", request_amount: "0.01", request_coin: "BTC" };
  const { quote_id } = await data(sandbox, "exchange/create-quota", ask);
  assert.equal(await balance(sandbox, "BTC"), "0.05000000");
  await sandbox.rates.set({ BTCUSDT: "1" });
  const reply = await data(sandbox, "exchange/make-exchange", { quote_id });
  assert.deepEqual(
    { ...reply, id: 0 },
    {
      id: 0,
      quote_id,
      type: "exchange",
      status: "processing",
      sender_amount: "0.01000000",
      sender_currency: "BTC",
      receiver_amount: "198.00000000",
      receiver_currency: "USDTT",
      fee_amount: "2.00000000",
      fee_currency: "USDTT",
      price: "20000.00000000",
    },
  );
  assert.deepEqual([await balance(sandbox, "BTC"), await balance(sandbox, "USDTT")], ["0.04000000", "198.00000000"]);
  const { sums } = await sandbox.ledger.get();
  assert.deepEqual(sums, { BTC: "0.00000000", USDTT: "0.00000000" });
});

test("POST /payments/create-payment: creates a new session each time", async (t) => {
  const sandbox = await sandboxFor(t);
  const ask = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
  const one = await data(sandbox, "payments/create-payment", ask);
  const two = await data(sandbox, "payments/create-payment", ask);
  assert.match(one.session_id, UUID);
  assert.notEqual(one.session_id, two.session_id);
  assert.equal(one.redirect_url, `${sandbox.url}/pay/${one.session_id}`);
  for (const [field, value] of [
    ["return_url", "/thanks"],
    ["return_url", "javascript:alert(1)"],
    ["return_url", ""],
    ["coin_name", undefined],
    ["foreign_id", undefined],
  ]) {
    const { status, json } = await post(sandbox, "payments/create-payment", { ...ask, [field]: value });
    assert.deepEqual([status, Object.keys(json.errors)], [400, [field]]);
  }
});

test("the same seed and requests give the same bytes, and another seed other bytes", async (t) => {
  const run = async (seed) => {
    const sandbox = await sandboxFor(t, { seed });
    await sandbox.clock.freeze("2030-01-01T00:00:00Z");
    await sandbox.balances.credit({ currency: "BTC", amount: "1" });
    const texts = [];
    for (const [path, body] of [
      ["addresses/take", { foreign_id: "a", currency: "BTC" }],
      ["addresses/take", { foreign_id: "a", currency: "XRP" }],
      ["exchange/create-quota", { from_coin: "BTC", to_coin: "EUR", request_amount: "0.1", request_coin: "BTC" }],
      ["withdrawal/crypto", { foreign_id: "w", currency: "BTC", amount: "0.1", address: ADDRESSES.bitcoin }],
      ["payments/create-payment", { foreign_id: "a", coin_name: "ETH", return_url: "https://shop.example/" }],
    ]) {
      texts.push((await post(sandbox, path, body)).text.replaceAll(sandbox.url, ""));
    }
    return texts;
  };
  const [one, same, other] = [await run("s"), await run("s"), await run("t")];
  assert.deepEqual(one, same);
  for (const [index, text] of one.entries()) assert.notEqual(text, other[index]);
});
