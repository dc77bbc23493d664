// The npm client under every reply profile: it reads the same replies, refusals and callbacks as under the default one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { ADDRESSES, get, merchantFor, post, sandboxFor, withdrawal } from "./gateway.mjs";

const SEED = "profiles";
const PROFILES = [
  ...["documented-old", "family-2020", "family-2026"].map((profile) => [profile, SEED]),
  ...Array.from({ length: 8 }, (_, seed) => ["random", String(seed)]),
];

/** Starts a sandbox whose callbacks a merchant records, and returns both with a client. */
async function shopFor(t, profile, seed) {
  const merchant = await merchantFor(t);
  const sandbox = await sandboxFor(t, { profile, seed, callbackUrl: merchant.url });
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  for (const currency of ["BTC", "USDTT", "EUR"]) await sandbox.balances.credit({ currency, amount: "1000.5" });
  const { apiKey, secret, baseUrl } = sandbox;
  return { sandbox, merchant, citrn: new Citrn({ apiKey, secret, baseUrl }) };
}

/** Returns a value without ids, with numbers as text, and decimals without zeros at their end. */
function comparable(value) {
  if (Array.isArray(value)) return value.map(comparable);
  if (value !== null && typeof value === "object") {
    const hidden = [
      "id",
      "session_id",
      "quote_id",
      "internal_id",
      "redirect_url",
      "url",
      "tag",
      "fees",
      "confirmations",
    ];
    const fields = Object.entries(value).filter(([name, field]) => field !== null && !hidden.includes(name));
    return Object.fromEntries(fields.map(([name, field]) => [name, comparable(field)]));
  }
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}

/** Calls every method, and returns the replies. */
async function replies({ citrn, sandbox }) {
  const seventeen = { foreign_id: "user-17" };
  const quote = await citrn.exchange.createQuota({
    from_coin: "BTC",
    to_coin: "EUR",
    request_amount: "0.1",
    request_coin: "BTC",
  });
  const payment = await citrn.payments.create({
    ...seventeen,
    coin_name: "TON",
    return_url: "https://shop.example/",
  });
  assert.ok(payment.session_id && payment.redirect_url.startsWith(`${sandbox.url}/pay/`));
  assert.equal((await sandbox.payments.get(payment.session_id)).status, "open");
  const payout = await citrn.withdrawals.create(withdrawal({ foreign_id: "payout-1" }));
  assert.equal((await sandbox.withdrawals.get(payout.id)).foreign_id, "payout-1");
  const converting = { foreign_id: "payout-2", address: ADDRESSES.bitcoin, convert_to: "BTC", amount: "50" };
  return {
    ping: (await citrn.ping()).message,
    balances: (await citrn.balances.list({ currencies: ["BTC", "EUR"] })).data,
    accounts: (await citrn.accounts.list()).data,
    currencies: (await citrn.currencies.list()).data,
    pairs: (await citrn.currencies.pairs()).data,
    pairRates: (await citrn.currencies.rates()).data,
    rates: (await citrn.rates.list()).data,
    address: await citrn.addresses.take({ ...seventeen, currency: "USDTT" }),
    withMemo: await citrn.addresses.take({ ...seventeen, currency: "XRP", convert_to: "EUR" }),
    quote,
    exchange: await citrn.exchange.makeExchange({ quote_id: quote.quote_id }),
    payout,
    conversion: await citrn.withdrawals.create(withdrawal(converting)),
  };
}

/** Returns the fields of replies that a shop reads: the named ones, not the additional ones of a profile. */
const NAMED = ["currency", "convert_to", "address", "memo", "foreign_id", "type", "status", "amount"]
  .concat(["sender_amount", "sender_currency", "receiver_amount", "receiver_currency"])
  .concat(["from_coin", "to_coin", "from_amount", "to_amount", "rate", "fee_amount", "fee_currency", "price"]);
const named = (reply) =>
  Object.fromEntries(NAMED.flatMap((name) => (reply[name] == null ? [] : [[name, reply[name]]])));
const shown = (all) =>
  comparable(
    Object.fromEntries(
      Object.entries(all).map(([name, reply]) => [name, "httpStatus" in Object(reply) ? named(reply) : reply]),
    ),
  );

/** Causes a callback of each type, and returns them as the client reads them. */
async function callbacks({ sandbox, merchant, citrn }) {
  for (const [currency, amount] of [
    ["USDTT", "50"],
    ["XRP", "100"],
  ]) {
    const { id } = await sandbox.deposits.create({ foreign_id: "user-17", currency, amount });
    await sandbox.deposits.confirm(id);
  }
  const cancelled = await sandbox.deposits.create({ foreign_id: "user-17", currency: "USDTT", amount: "7" });
  await sandbox.deposits.cancel(cancelled.id);
  for (const { id } of await sandbox.withdrawals.list()) await sandbox.withdrawals.confirm(id);
  return merchant.received.map(({ body, headers }) => citrn.callbacks.verify(body, headers));
}

const meaning = ({ type, status, isFinal, customerId, foreign_id, crypto_address, credit, currency_sent, error }) =>
  comparable({
    ...{ type, status, isFinal, customerId, foreign_id, error, credit, currency_sent },
    to: [crypto_address.address, crypto_address.memo],
  });

for (const [profile, seed] of PROFILES) {
  test(`replies and callbacks are read the same under ${profile}, seed ${seed}`, async (t) => {
    const [expected, read] = await Promise.all(
      ["documented-new", profile].map(async (name) => {
        const shop = await shopFor(t, name, seed);
        return { replies: shown(await replies(shop)), callbacks: (await callbacks(shop)).map(meaning) };
      }),
    );
    assert.deepEqual(
      [read.replies.payout.amount, read.replies.withMemo.convert_to, read.replies.balances[0].balance],
      ["25", "EUR", "1000.5"],
    );
    assert.deepEqual(read.replies, expected.replies);
    assert.deepEqual(read.callbacks, expected.callbacks);
    assert.deepEqual(
      [...new Set(read.callbacks.map(({ type }) => type))],
      ["deposit", "deposit_exchange", "withdrawal", "withdrawal_exchange"],
    );
    assert.ok(read.callbacks.some(({ credit }) => credit?.amount === "49.5" && credit.currency === "USDTT"));
  });
}

test("refusals have the same code, executed and field under every profile", async (t) => {
  const sandbox = await sandboxFor(t, { seed: "3" });
  const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret, baseUrl: sandbox.baseUrl });
  const take = (currency) => citrn.addresses.take({ foreign_id: "user-17", currency });
  for (const profile of ["documented-new", ...new Set(PROFILES.map(([name]) => name))]) {
    await sandbox.settings.set({ profile, required_fields: [] });
    await assert.rejects(take("XMR"), { code: "coin_not_supported", executed: "no", retryable: false }, profile);
    await assert.rejects(
      citrn.withdrawals.create(withdrawal({ amount: "1000000" })),
      { code: "balance_not_enough", executed: "no" },
      profile,
    );
    await assert.rejects(
      citrn.exchange.makeExchange({ quote_id: "none" }),
      { code: "resource_not_found", executed: "no" },
      profile,
    );
    await sandbox.settings.set({ required_fields: ["end_user_reference"] });
    await assert.rejects(
      take("BTC"),
      { code: "request_refused", executed: "no", field: "end_user_reference" },
      profile,
    );
  }
});

test("every scenario means the same under every profile", async (t) => {
  const outcome = async (profile, seed) => {
    const { sandbox, merchant, citrn } = await shopFor(t, profile, seed);
    for (const { name } of await sandbox.scenarios.list()) {
      await sandbox.scenarios.run(name, { customer_id: `customer-of-${name}` });
    }
    return merchant.received.map(({ body, headers }) => {
      const { status, customerId, credit, isFinal } = citrn.callbacks.verify(body, headers);
      return comparable({ status, customerId, credit, isFinal });
    });
  };
  for (const [profile, seed] of PROFILES.filter(([name, seed]) => name !== "random" || seed === "1")) {
    const expected = await outcome("documented-new", seed);
    assert.ok(expected.length > 10);
    assert.deepEqual(await outcome(profile, seed), expected, profile);
  }
});

describe("the setting", () => {
  test("is listed with its switches, applies at once, and survives a reset", async (t) => {
    const sandbox = await sandboxFor(t, { profile: "family-2020" });
    assert.deepEqual(Object.keys(await sandbox.profiles.list()).sort(), [
      "documented-new",
      "documented-old",
      "family-2020",
      "family-2026",
      "random",
    ]);
    assert.equal((await sandbox.profiles.list())["family-2020"].envelope, "status_and_data");
    const { profile, callback_generation } = await sandbox.settings.get();
    assert.deepEqual([profile, callback_generation], ["family-2020", "older"]);
    assert.equal((await get(sandbox, "ping")).text, "OK");
    assert.equal((await sandbox.settings.set({ profile: "documented-new" })).callback_generation, "newer");
    assert.equal((await get(sandbox, "ping")).text, '{"message":"OK"}');
    await sandbox.reset();
    assert.equal((await post(sandbox, "addresses/take", { foreign_id: "a", currency: "BTC" })).status, 201);
  });

  test("the generation of callbacks can differ from the profile's", async (t) => {
    const { sandbox, merchant } = await shopFor(t, "family-2026", SEED);
    await sandbox.settings.set({ callback_generation: "newer" });
    const order = { foreign_id: "user-17", currency: "USDTT", amount: "50", confirmed: true };
    const { json } = await post(sandbox, "addresses/take", order);
    assert.equal(typeof json.data.id, "number");
    await sandbox.deposits.create(order);
    const [{ json: callback }] = merchant.received;
    assert.equal(typeof callback.id, "string");
    assert.deepEqual([callback.crypto_address.memo, callback.transactions[0].confirmations], [null, "19"]);
  });

  test("another name is refused, with the names that there are", async (t) => {
    await assert.rejects(startSandbox({ profile: "family-2021" }), {
      name: "TypeError",
      message: /^`profile` must be one of documented-old, documented-new, family-2020, family-2026, random\.$/,
    });
    const sandbox = await sandboxFor(t);
    await assert.rejects(sandbox.settings.set({ profile: "nope" }), /documented-old/);
  });

  test("the family repeats a callback after its own 12 gaps", async (t) => {
    const merchant = await merchantFor(t, () => 500);
    const sandbox = await sandboxFor(t, { profile: "family-2026", callbackUrl: merchant.url });
    await sandbox.clock.freeze("2027-01-01T00:00:00Z");
    await post(sandbox, "addresses/take", { foreign_id: "user-17", currency: "USDTT" });
    await sandbox.deposits.create({ foreign_id: "user-17", currency: "USDTT", amount: "50", confirmed: true });
    await sandbox.clock.advance({ days: 2 });
    const [{ attempts, state }] = await sandbox.callbacks.list();
    const times = attempts.map(({ at }) => Date.parse(at) / 60_000);
    assert.deepEqual(
      times.slice(1).map((time, index) => time - times[index]),
      [1, 5, 15, 30, 60, 90, 120, 180, 240, 240, 240, 240],
    );
    assert.equal(state, "given_up");
  });
});
