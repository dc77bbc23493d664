// One short run of a shop under every reply profile of the sandbox: payment, address, checkout from link to confirmed
// deposit, withdrawal, and a callback of each type through the Worker to the shop.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { CitrnWorker } from "citrn/worker";
import { ADDRESSES, withdrawal } from "../sandbox/gateway.mjs";
import { makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { checkoutSecret, makePayer } from "./checkout.mjs";
import { startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "https://pay.shop.example";
const { settings, tokens } = makeSettings();
const KEYS = { apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET };
let sandbox, merchant, server, worker, caller, payer, citrn;

before(async () => {
  sandbox = await startSandbox({ ...KEYS, seed: "525" });
  merchant = await startMerchant();
  server = await startWorker({
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: ORIGIN,
    MERCHANT_NAME: "Shop",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  });
  worker = new CitrnWorker({ url: server.url, token: tokens.all });
  caller = makeCaller(server, tokens.all);
  payer = makePayer(server, tokens.all, ORIGIN);
  citrn = new Citrn({ ...KEYS, baseUrl: sandbox.baseUrl });
});
after(async () => {
  await server?.stop();
  await merchant?.close();
  await sandbox?.close();
});

it("random differs most from the other profiles under this seed", async () => {
  const { envelope, reply_amounts, callback_amounts, fees, code_status } = (await sandbox.profiles.list()).random;
  assert.deepEqual(
    [envelope, reply_amounts, callback_amounts, fees, code_status],
    ["root", "number", "number", "null", "ok"],
  );
});

/** Returns the deposits on a status page: amount and state. @param {string} text */
const deposits = (text) => [...text.matchAll(/<h2>(\d[^<]+)<\/h2><p>([^<]+)\.<\/p>/g)].map(([, ...shown]) => shown);

for (const profile of ["documented-old", "documented-new", "family-2020", "family-2026", "random"]) {
  describe(profile, () => {
    beforeEach(() => {
      merchant.deliveries.length = 0;
    });

    before(async () => {
      await sandbox.settings.set({ profile, callback_url: `${server.url}/callbacks`, automatic_withdrawals: false });
      await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
    });

    it("creates a payment whose page opens, and passes refusals on", async () => {
      const { session_id, redirect_url } = await worker.payments.create(PAYMENT);
      assert.equal((await sandbox.payments.get(session_id)).foreign_id, PAYMENT.foreign_id);
      assert.equal((await fetch(redirect_url)).status, 200);
      const refused = await caller.post("/v1/payments", { ...PAYMENT, coin_name: "XMR" });
      const { code, executed, retryable } = refused.json;
      assert.deepEqual([refused.status, code, executed, retryable], [422, "coin_not_supported", "no", false]);
    });

    it("takes an address with its memo", async () => {
      const order = { foreign_id: `${profile}-memo`, currency: "XRP" };
      const { address, memo } = await worker.addresses.take(order);
      assert.match(address, /^r/);
      assert.match(memo, /^\d+$/);
      assert.deepEqual(await worker.addresses.take(order), { address, memo, ...order });
    });

    it("shows a deposit in the checkout until it is confirmed", async () => {
      const foreign_id = `${profile}-checkout`;
      const { path } = await payer.link({ foreign_id, mode: "address", coins: ["USDTT"] });
      const page = await payer.visit(path, { coin: "USDTT" });
      assert.equal(page.status, 200, page.text);
      const [address] = /\bT[1-9A-HJ-NP-Za-km-z]{33}\b/.exec(page.text);
      const { id } = await sandbox.deposits.create({ address, amount: "50", automatic: false });
      assert.deepEqual(deposits((await payer.visit(`${path}/status`)).text), [
        ["50 USDT on Tron", "Seen, waiting for the network to confirm it"],
      ]);
      await sandbox.deposits.confirm(id);
      assert.deepEqual(deposits((await payer.visit(`${path}/status`)).text), [
        ["50 USDT on Tron", "Confirmed by the network"],
      ]);
      // Both callbacks have reached the shop before the next test counts its own.
      await merchant.taken(2);
    });

    it("delivers a callback of each type to the shop", async () => {
      const customer_id = `${profile}-customer`;
      await worker.addresses.take({ foreign_id: customer_id, currency: "USDTT" });
      await worker.addresses.take({ foreign_id: customer_id, currency: "BTC", convert_to: "EUR" });
      for (const [currency, amount] of [
        ["USDTT", "50"],
        ["BTC", "0.01"],
      ]) {
        await sandbox.deposits.create({ foreign_id: customer_id, currency, amount, confirmed: true });
      }
      const conversion = { address: ADDRESSES.bitcoin, convert_to: "BTC", amount: "50" };
      for (const order of [withdrawal(), withdrawal(conversion)]) {
        const { id, foreign_id, status } = await citrn.withdrawals.create(order);
        assert.deepEqual([foreign_id, status], [order.foreign_id, "processing"]);
        await sandbox.withdrawals.confirm(id);
      }
      const events = (await merchant.taken(4)).map(({ body }) => JSON.parse(body).data);
      const read = events.map(({ callback, credit, review, status, is_final }) => {
        const plain = credit && { ...credit, amount: credit.amount.replace(/0+$/, "") };
        return [callback.type, status, is_final, plain ?? null, review ?? null];
      });
      const byType = (one, two) => one[0].localeCompare(two[0]);
      assert.deepEqual(read.sort(byType), [
        ["deposit", "confirmed", true, { customer_id, currency: "USDTT", amount: "49.5" }, null],
        ["deposit_exchange", "confirmed", true, { customer_id, currency: "EUR", amount: "497.72" }, null],
        ["withdrawal", "confirmed", true, null, null],
        ["withdrawal_exchange", "confirmed", true, null, null],
      ]);
    });
  });
}
