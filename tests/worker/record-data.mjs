// `node tests/worker/record-data.mjs BUILD FILE`: lets a build of the Worker store data in its Durable Objects, and
// writes these with the answers to a file. BUILD is the folder `dist` of a released package. RELEASING.md says when.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { ADDRESS, makeCaller, PAYMENT } from "./caller.mjs";
import { makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { sendCallback } from "./merchant.mjs";
import { readData } from "./stored-data.mjs";
import { startWorker } from "./workerd.mjs";

const [build, file] = process.argv.slice(2);
const TOKEN = "stored-token-of-the-shop-0123456789abcdef";
const settings = {
  CITRN_API_KEY: "stored-key",
  CITRN_SECRET: "stored-secret-of-the-gateway",
  ALLOWED_RETURN_ORIGINS: "https://shop.example",
  WORKER_TOKENS: JSON.stringify([{ name: "shop", token: TOKEN }]),
  CHECKOUT_SECRETS: `a:${Buffer.alloc(32, 7).toString("base64")}`,
  PUBLIC_ORIGIN: "https://pay.shop.example",
  // Longer than any run of the tests.
  CHECKOUT_SESSION_SECONDS: "86400",
};

const deposit = (/** @type {string} */ status, /** @type {object} */ more) => ({
  ...{ id: "stored-deposit", type: "deposit", status },
  crypto_address: { id: 1, currency: "USDTT", address: "T1stored", foreign_id: "user-17" },
  currency_received: { currency: "USDTT", amount: "49.5", amount_minus_fee: "49" },
  ...more,
});
/** The bodies of the callbacks, in order. The last one changes the amount of a confirmed deposit. */
const bodies = [
  deposit("not_confirmed", {}),
  deposit("confirmed", {}),
  deposit("confirmed", { currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49" } }),
  { id: "stored-withdrawal", type: "withdrawal", status: "cancelled", foreign_id: "payout-1" },
].map((callback) => JSON.stringify(callback));

const gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
gateway.does(({ url, body }, response) => {
  const refused = body.includes("refused");
  const data = url.includes("/address") ? { address: "T1stored" } : { redirect_url: "https://pay.example/stored" };
  const reply = url.endsWith("/currencies/list") ? { data: [] } : { data: { session_id: "stored", ...data } };
  response.writeHead(refused ? 400 : 200).end(JSON.stringify(refused ? { error_code: "coin_not_supported" } : reply));
});
const worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl }, { build: path.resolve(build) });
try {
  const caller = makeCaller(worker, TOKEN);
  const payer = makePayer(worker, TOKEN, settings.PUBLIC_ORIGIN);
  const requests = [
    { path: "/v1/payments", key: "stored-payment", body: PAYMENT },
    { path: "/v1/addresses", key: "stored-address", body: ADDRESS },
    { path: "/v1/payments", key: "stored-refusal", body: { ...PAYMENT, foreign_id: "refused" } },
  ];
  const keys = [];
  for (const request of requests) {
    const { status, json } = await caller.post(request.path, request.body, { "idempotency-key": request.key });
    keys.push({ ...request, answer: { status, json } });
  }
  const link = await payer.link();
  const chosen = await payer.visit(link.path, { coin: "USDTT" });
  assert.match(chosen.text, /https:\/\/pay\.example\/stored/);
  for (const body of bodies)
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200, body);
  const events = (await caller.get("/v1/callbacks", { authorization: `Bearer ${TOKEN}` })).json.data;
  assert.equal(events.length, bodies.length);
  const recorded = { at: Date.now(), token: TOKEN, settings, keys, link: link.path, bodies, events };
  await worker.restart(async (disk) => {
    const about =
      "The Durable Objects as a released build stored them (tests/worker/record-data.mjs). It never changes.";
    writeFileSync(file, `${JSON.stringify({ about, ...recorded, data: await readData(disk) }, null, 1)}\n`);
  });
} finally {
  await worker.stop();
  await gateway.close();
}
