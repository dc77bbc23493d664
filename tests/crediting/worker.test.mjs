// The Worker's deliveries, handled by the recipe for SQLite: each transaction is credited at most once.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { webhookHandler } from "citrn/worker";
import { makeCaller, makeSettings } from "../worker/caller.mjs";
import { sendCallback } from "../worker/merchant.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { openSqlite } from "./databases.mjs";
import { project, samplesOf } from "./samples.mjs";
import { SECRET } from "./shop.mjs";

const { settings, tokens } = makeSettings();
let database, recipe, shop, worker, caller;
/** Deliveries that fail before they succeed. */
let failures = 0;
/** Each answer to a delivery: status and text. @type {string[]} */
const answers = [];

before(async () => {
  database = await openSqlite();
  Object.assign(process.env, database.env);
  recipe = project({ "crediting.ts": samplesOf("docs/crediting.md").get("sqlite") });
  const { processEvent, reviewEvent } = await import(pathToFileURL(`${recipe.directory}/crediting.ts`).href);
  const handle = webhookHandler({
    secrets: SECRET,
    review: reviewEvent,
    async process(event) {
      const outcome = await processEvent(event);
      // After the commit: the answer is lost, and the delivery comes again.
      if (failures-- > 0) throw new Error("the connection broke off");
      return outcome;
    },
    onError() {},
  });
  shop = createServer(async (incoming, outgoing) => {
    const { method, headers } = incoming;
    const pairs = /** @type {[string, string][]} */ (Object.entries(headers));
    const response = await handle(
      new Request("http://shop/", { method, headers: pairs, body: incoming, duplex: "half" }),
    );
    const text = await response.text();
    outgoing.writeHead(response.status).end(text);
    answers.push(`${response.status} ${text.trim()}`);
  });
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: `http://127.0.0.1:${shop.address().port}/webhooks`,
    MERCHANT_WEBHOOK_SECRET: SECRET,
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  shop?.closeAllConnections();
  shop?.close();
  await database?.close();
  recipe?.remove();
});

const callbackOf = (id, status, more = {}) =>
  JSON.stringify({
    ...{ id, type: "deposit", status, crypto_address: { foreign_id: "user-17", address: "T1" } },
    ...{ currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49.5" }, ...more },
  });

/** Posts callbacks as the gateway does, one after the other, and waits for so many answers of the shop. */
async function send(bodies, count) {
  answers.length = 0;
  for (const body of bodies) assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
  for (let turn = 0; answers.length < count && turn < 500; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return answers.toSorted();
}
const creditsOf = async (id) => (await database.read()).credits.filter(([transaction]) => transaction === id);

test("confirmed sent again with one field added is never a second credit", async () => {
  const bodies = [
    callbackOf("1", "not_confirmed"),
    callbackOf("1", "confirmed"),
    callbackOf("1", "confirmed", { note: "added" }),
  ];
  assert.deepEqual(await send(bodies, 3), ["200 done", "200 done", "200 review"]);
  assert.deepEqual(await creditsOf("1"), [["1", "49.5"]]);
  assert.deepEqual((await database.read()).reasons, ["amended"]);
});

test("confirmed after cancelled is never credited", async () => {
  assert.deepEqual(await send([callbackOf("2", "cancelled"), callbackOf("2", "confirmed")], 2), [
    "200 done",
    "200 review",
  ]);
  assert.deepEqual(await creditsOf("2"), []);
});

test("a delivery whose answer was lost after the commit is a duplicate when it comes again", async () => {
  failures = 1;
  assert.deepEqual(await send([callbackOf("3", "confirmed")], 2), ["200 duplicate", "500 not handled"]);
  assert.deepEqual(await creditsOf("3"), [["3", "49.5"]]);
});

test("a transaction that is delivered again is not credited again", async () => {
  answers.length = 0;
  const headers = { authorization: `Bearer ${tokens.all}` };
  const { status } = await caller.request("/v1/callbacks/1/redeliver", { method: "POST", headers });
  assert.equal(status, 202);
  for (let turn = 0; answers.length < 3 && turn < 500; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(answers.toSorted(), ["200 duplicate", "200 duplicate", "200 review"]);
  assert.deepEqual(await creditsOf("1"), [["1", "49.5"]]);
});
