// The setting `required_fields`: a gateway that demands fields besides the documented ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { post, sandboxFor, withdrawal } from "./gateway.mjs";

const CALLS = [
  ["addresses/take", { foreign_id: "user-17", currency: "USDTT" }],
  ["payments/create-payment", { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/" }],
  ["withdrawal/crypto", withdrawal({ foreign_id: "payout-required" })],
];

test("calls with a foreign_id are refused without a required field, which changes nothing", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
  assert.deepEqual((await sandbox.settings.get()).required_fields, []);
  await sandbox.settings.set({ required_fields: ["end_user_reference", "sender_data"] });
  const before = await sandbox.ledger.get();
  for (const [path, parameters] of CALLS) {
    for (const [extra, missing] of [
      [{}, "end_user_reference"],
      [{ end_user_reference: null }, "end_user_reference"],
      [{ end_user_reference: "" }, "end_user_reference"],
      [{ end_user_reference: "u-17", sender_data: null }, "sender_data"],
    ]) {
      const { status, json } = await post(sandbox, path, { ...parameters, ...extra });
      assert.deepEqual([status, json], [400, { errors: { [missing]: "is required" } }], path);
    }
  }
  assert.deepEqual(await sandbox.ledger.get(), before);
  assert.deepEqual(await sandbox.payments.list(), []);
  assert.ok(!JSON.stringify((await sandbox.requests.list()).map(({ reason }) => reason)).includes("u-17"));
  for (const [path, parameters] of CALLS) {
    const extra = { end_user_reference: "u-17", sender_data: { first_name: "Ann" } };
    assert.equal((await post(sandbox, path, { ...parameters, ...extra })).status, 200, path);
  }
});

test("names that are no list of texts are refused by the name of the setting", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [names, message] of [
    ["end_user_reference", /^`required_fields` is invalid: .*expected a sequence/],
    [["end_user_reference", 1], /^`required_fields\[1\]` is invalid: .*expected a string/],
    [[""], /^`required_fields` must contain names of fields, none of them empty$/],
  ]) {
    await assert.rejects(sandbox.settings.set({ required_fields: names }), { httpStatus: 400, message });
  }
  const message = /^`profile` is invalid: unknown variant `citron`, expected one of `documented-old`, .*`random`/;
  await assert.rejects(sandbox.settings.set({ profile: "citron" }), { httpStatus: 400, message });
  assert.deepEqual((await sandbox.settings.get()).required_fields, []);
});

test("other calls do not need the required fields", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.settings.set({ required_fields: ["end_user_reference"] });
  for (const path of ["balances", "accounts/list", "currencies/list", "currencies/pairs"]) {
    assert.equal((await post(sandbox, path)).status, 200, path);
  }
  const quote = { from_coin: "BTC", to_coin: "EUR", request_coin: "BTC", request_amount: "1" };
  assert.equal((await post(sandbox, "exchange/create-quota", quote)).status, 200);
});
