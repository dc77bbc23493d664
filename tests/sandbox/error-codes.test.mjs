import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ADDRESSES, data, get, post, sandboxFor, withdrawal } from "./gateway.mjs";

const quota = (change = {}) => ({
  from_coin: "BTC",
  to_coin: "EUR",
  request_amount: "0.1",
  request_coin: "BTC",
  ...change,
});
const address = (currency) => ({ foreign_id: "user-17", currency });
const payment = (coin_name) => ({ foreign_id: "user-17", coin_name, return_url: "https://shop.example/thanks" });

/** Requests a payment's page as JSON. */
async function page(sandbox, session) {
  const response = await fetch(`${sandbox.url}/pay/${session}`, { headers: { Accept: "application/json" } });
  return { status: response.status, json: await response.json() };
}

/** The causes of each code: a call, and the preparation for it. */
const CAUSES = {
  coin_not_found: [
    ["addresses/take", address("NOPE")],
    ["exchange/create-quota", quota({ from_coin: "NOPE", request_coin: "NOPE" })],
    ["exchange/create-quota", quota({ to_coin: "USDTZ" })],
    ["payments/create-payment", payment("NOPE")],
    ["payments/create-payment", payment("USDTZ")],
    ["withdrawal/crypto", withdrawal({ currency: "NOPE" })],
    ["withdrawal/crypto", withdrawal({ currency: "XMR" })],
    ["withdrawal/crypto", withdrawal({ convert_to: "NOPE" })],
    ["currencies/pairs", { currency_from: "NOPE" }],
    ["currencies/pairs", { currency_to: "USDTZ" }],
    ["currencies/rates", { currency_to: "NOPE" }],
  ],
  network_not_found: [
    ["addresses/take", address("USDTZ")],
    ["withdrawal/crypto", withdrawal({ currency: "USDTZ" })],
  ],
  address_not_found: [
    ["withdrawal/crypto", withdrawal({ address: "" })],
    ["withdrawal/crypto", withdrawal({ address: undefined })],
  ],
  invalid_address: [
    ["withdrawal/crypto", withdrawal({ address: ADDRESSES.tron.replace("TR7", "TR8") })],
    ["withdrawal/crypto", withdrawal({ address: ADDRESSES.bitcoin })],
    [
      "withdrawal/crypto",
      withdrawal({ currency: "ETH", amount: "1", address: ADDRESSES.ethereum.replace("5aA", "5aa") }),
    ],
    ["withdrawal/crypto", withdrawal({ convert_to: "BTC" })],
  ],
  resource_not_found: [["exchange/make-exchange", { quote_id: "00000000-0000-4000-8000-000000000000" }]],
  coin_not_supported: [
    ["addresses/take", address("XMR")],
    ["addresses/take", address("EUR")],
    ["payments/create-payment", payment("XMR")],
  ],
  balance_not_enough: [
    ["withdrawal/crypto", withdrawal({ amount: "1000000" })],
    [
      "exchange/make-exchange",
      async (sandbox) => ({
        quote_id: (await data(sandbox, "exchange/create-quota", quota({ request_amount: "1000" }))).quote_id,
      }),
    ],
  ],
  network_not_available: [
    [
      "addresses/take",
      async (sandbox) => {
        await sandbox.networks.set("tron", { available: false });
        return address("USDTT");
      },
    ],
    [
      "withdrawal/crypto",
      async (sandbox) => {
        await sandbox.networks.set("tron", { available: false });
        return withdrawal();
      },
    ],
  ],
  withdraw_disabled: [
    [
      "withdrawal/crypto",
      async (sandbox) => {
        await sandbox.settings.set({ withdrawals_enabled: false });
        return withdrawal();
      },
    ],
    [
      "withdrawal/crypto",
      async (sandbox) => {
        await sandbox.currencies.set("USDTT", { withdrawals_enabled: false });
        return withdrawal();
      },
    ],
  ],
  duplication_request: [
    [
      "withdrawal/crypto",
      async (sandbox) => {
        const order = withdrawal();
        await data(sandbox, "withdrawal/crypto", order);
        // The repetition is reported even if the call now has other faults.
        return { ...order, amount: "1000000", address: "" };
      },
    ],
    [
      "exchange/make-exchange",
      async (sandbox) => {
        const { quote_id } = await data(sandbox, "exchange/create-quota", quota());
        await data(sandbox, "exchange/make-exchange", { quote_id });
        return { quote_id };
      },
    ],
  ],
  amount_too_low: [
    ["withdrawal/crypto", withdrawal({ amount: "1.999999" })],
    ["exchange/create-quota", quota({ request_amount: "0.00299999" })],
  ],
  invalid_amount: ["0", "-1", "1e3", "ten", "", "1.", ".5", "1,5", "25.0000001", 25].flatMap((amount) => [
    ["withdrawal/crypto", withdrawal({ amount })],
    ...(amount === "25.0000001"
      ? []
      : [["exchange/create-quota", quota({ request_amount: amount === 25 ? 0.1 : amount })]]),
  ]),
  withdrawal_virtual_coin: [["withdrawal/crypto", withdrawal({ currency: "TESTCOIN", address: ADDRESSES.ethereum })]],
  withdrawal_base_coin_mismatch: [
    ["withdrawal/crypto", withdrawal({ currency: "DOGE", convert_to: "ADA" })],
    ["withdrawal/crypto", withdrawal({ convert_to: "TESTCOIN" })],
    ["withdrawal/crypto", withdrawal({ currency: "EUR" })],
  ],
  commission_not_found: [
    [
      "withdrawal/crypto",
      async (sandbox) => {
        await sandbox.currencies.set("USDTT", { withdrawal_fee_percent: null });
        return withdrawal();
      },
    ],
    [
      "exchange/create-quota",
      async (sandbox) => {
        await sandbox.currencies.set("BTC", { exchange_fee_percent: null });
        return quota();
      },
    ],
  ],
  create_quota_error: [["exchange/create-quota", quota({ to_coin: "BTC" })]],
  process_exchange_quota_error: [
    [
      "exchange/make-exchange",
      async (sandbox) => {
        const { quote_id } = await data(sandbox, "exchange/create-quota", quota());
        await sandbox.clock.advance({ seconds: 60 });
        return { quote_id };
      },
    ],
  ],
};

const STATUS = { payment_expired: 410 };
for (const code of [
  "coin_not_found",
  "network_not_found",
  "address_not_found",
  "resource_not_found",
  "payment_not_found",
]) {
  STATUS[code] = 404;
}
for (const code of ["invalid_address", "invalid_amount", "amount_too_low"]) STATUS[code] = 400;

for (const [code, causes] of Object.entries(CAUSES)) {
  test(`${code} is returned for its causes, and nothing changes`, async (t) => {
    for (const [path, cause] of causes) {
      const sandbox = await sandboxFor(t);
      await sandbox.clock.freeze();
      await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
      await sandbox.balances.credit({ currency: "BTC", amount: "1" });
      const body = typeof cause === "function" ? await cause(sandbox) : cause;
      const before = await visibleState(sandbox);
      const { status, json } = await post(sandbox, path, body);
      assert.equal(json.error_code, code, `${path} ${JSON.stringify(body)}: ${JSON.stringify(json)}`);
      assert.equal(status, STATUS[code] ?? 422);
      assert.equal(typeof json.message, "string");
      assert.deepEqual(await visibleState(sandbox), before);
    }
  });
}

test("no endpoint returns a code that the endpoint table does not list for it", () => {
  const { endpoints } = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));
  for (const [code, causes] of Object.entries(CAUSES)) {
    for (const [path] of causes) {
      const { errors } = endpoints.find((endpoint) => endpoint.path === `/${path}`);
      assert.ok(errors.includes(code), `${path} ${code}`);
    }
  }
});

test("the pay page returns payment_not_found and payment_expired", async (t) => {
  const sandbox = await sandboxFor(t);
  const unknown = await page(sandbox, "00000000-0000-4000-8000-000000000000");
  assert.deepEqual([unknown.status, unknown.json.error_code], [404, "payment_not_found"]);
  const { session_id } = await data(sandbox, "payments/create-payment", payment("BTC"));
  assert.equal((await page(sandbox, session_id)).json.data.status, "open");
  await sandbox.clock.advance({ minutes: 30 });
  const expired = await page(sandbox, session_id);
  assert.deepEqual([expired.status, expired.json.error_code], [410, "payment_expired"]);
});

test("each of the 19 codes can be forced for the next calls of an endpoint", async (t) => {
  const sandbox = await sandboxFor(t);
  const codes = [...Object.keys(CAUSES), "payment_not_found", "payment_expired"];
  assert.equal(new Set(codes).size, 19);
  for (const code of codes) {
    await sandbox.faults.add({ kind: "error_code", endpoint: "withdrawal/crypto", code, times: 2 });
    const order = withdrawal();
    assert.equal((await post(sandbox, "accounts/list")).status, 200);
    for (let call = 0; call < 2; call++) {
      const { status, json } = await post(sandbox, "withdrawal/crypto", order);
      assert.deepEqual([status, json.error_code], [STATUS[code] ?? 422, code]);
    }
    await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
    assert.equal((await post(sandbox, "withdrawal/crypto", order)).status, 200, code);
  }
});

test("a forced code applies only to signed calls, and its status can be set", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.faults.add({ kind: "error_code", code: "coin_not_found", status: 200, times: 2 });
  assert.equal((await post(sandbox, "accounts/list", {}, { "X-Process-Key": "other" })).json.code, "bad_header_key");
  const { status, json } = await post(sandbox, "accounts/list");
  assert.deepEqual([status, json.error_code], [200, "coin_not_found"]);
});

/** Returns all state of the gateway that a merchant or a test can read. */
async function visibleState(sandbox) {
  return JSON.stringify(
    await Promise.all([
      sandbox.ledger.get(),
      sandbox.deposits.list(),
      sandbox.withdrawals.list(),
      sandbox.payments.list(),
      sandbox.callbacks.list(),
      get(sandbox, "rates").then(({ text }) => text),
    ]),
  );
}
