// Events that a shop can use directly, on real Durable Objects: their fields, and that the contract describes them.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { Webhook } from "standardwebhooks";
import { makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const CREDIT = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
const { settings, tokens } = makeSettings();
let merchant, worker, caller, contract, ajv;

before(async () => {
  merchant = await startMerchant();
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  caller = makeCaller(worker, tokens.all);
  contract = await (await fetch(`${worker.url}/openapi.json`)).json();
  ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "contract", components: contract.components });
});
beforeEach(() => {
  merchant.deliveries.length = 0;
  merchant.answers(() => 200);
});
after(async () => {
  await worker?.stop();
  await merchant?.close();
});

/** A deposit of a customer: 49.5 USDTT after fees. */
const deposit = (id, status, more = {}) => ({
  id,
  type: "deposit",
  status,
  crypto_address: { address: "T1", foreign_id: "user-17" },
  currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49.5" },
  ...more,
});
const send = async (body) => {
  const bytes = body instanceof Uint8Array ? body : JSON.stringify(body);
  assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, bytes)).status, 200);
};
const request = async (method, path) => {
  const { status, json, text } = await caller.request(path, {
    method,
    headers: { authorization: `Bearer ${tokens.all}` },
  });
  assert.ok(status < 300, text);
  return json;
};
const list = async (query) => (await request("GET", `/v1/callbacks${query}`)).data;
const assertValid = (schema, value) => {
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/')));
  assert.ok(check(value), `${JSON.stringify(check.errors)}: ${JSON.stringify(value)}`);
};

/** Verifies deliveries as a shop does, and compares each with its webhook in the contract. */
function verified(deliveries) {
  return deliveries.map(({ body, headers }) => {
    const event = new Webhook(WEBHOOK_SECRET).verify(body, headers);
    const { parameters, requestBody } = contract.webhooks[event.type].post;
    assertValid(requestBody.content["application/json"].schema, event);
    for (const { name, required, schema } of parameters) {
      assert.ok(required && name.startsWith("webhook-"), name);
      assertValid(schema, headers[name]);
    }
    return event;
  });
}
const facts = ({ type, data: { credit, review } }) => [type.replace("callback.", ""), credit, review];

describe("events", () => {
  it("say whom to credit, in deliveries and in lists", async () => {
    await send(deposit(17, "confirmed"));
    const [{ type, data }] = verified(await merchant.taken(1));
    assert.equal(type, "callback.received");
    assert.deepEqual(data, {
      callback_id: "17",
      status: "confirmed",
      superseded: false,
      customer_id: "user-17",
      is_final: true,
      is_deposit: true,
      credit: CREDIT,
      review: null,
      callback: deposit(17, "confirmed"),
    });
    const [listed] = await list("?callback_id=17");
    for (const [name, value] of Object.entries(data)) assert.deepEqual(listed[name], value, name);
    assertValid({ $ref: "#/components/schemas/Event" }, listed);
  });

  it("credit a transaction once, though the gateway repeats it with a field more and contradicts itself", async () => {
    await send(deposit(18, "confirmed"));
    await send(deposit("18", "confirmed", { note: 1 }));
    await send(deposit(18, "cancelled"));
    await send(deposit(18, "confirmed", { note: 2 }));
    const deliveries = await merchant.taken(4);
    assert.deepEqual(verified(deliveries).map(facts), [
      ["received", CREDIT, null],
      ["amended", null, "amended"],
      ["conflict", null, "conflict"],
      ["amended", null, "amended"],
    ]);
    assert.equal(new Set(deliveries.map(({ headers }) => headers["webhook-id"])).size, 4);
  });

  it("have no credit for a confirmed after a cancelled", async () => {
    await send(deposit(19, "not_confirmed"));
    await send(deposit(19, "Canceled"));
    await send(deposit(19, "confirmed"));
    assert.deepEqual(verified(await merchant.taken(3)).map(facts), [
      ["received", null, null],
      ["received", null, null],
      ["conflict", null, "conflict"],
    ]);
  });

  it("say why a person must look", async () => {
    const received = (more) => ({ currency_received: { currency: "BTC", amount: "50", ...more } });
    for (const [id, more, review] of [
      [20, received({ amount: "1,5" }), "amount_unreadable"],
      [21, { ...received({}), fees: [{ type: "deposit", currency: "BTC", amount: "1" }] }, "fees_unclear"],
      [22, { crypto_address: { address: "T1" } }, "customer_missing"],
      [23, { type: "refund" }, "type_unknown"],
      [undefined, { payment_request_id: 20 }, "payment_request"],
    ]) {
      merchant.deliveries.length = 0;
      await send(deposit(id, "confirmed", more));
      assert.deepEqual(verified(await merchant.taken(1)).map(facts), [["received", null, review]]);
    }
    merchant.deliveries.length = 0;
    await send(Buffer.from([0xff, 0x7b]));
    assert.deepEqual(verified(await merchant.taken(1)).map(facts), [["unreadable", null, "unreadable"]]);
  });

  it("keep their credit in every attempt and in another delivery", async () => {
    let refusals = 2;
    merchant.answers(() => (refusals-- > 0 ? 500 : 200));
    await send(deposit(24, "confirmed"));
    await merchant.taken(1);
    assert.deepEqual(await request("POST", "/v1/callbacks/24/redeliver"), { queued: 1 });
    await merchant.taken(2);
    const { deliveries } = merchant;
    assert.deepEqual(verified(deliveries).map(facts), Array(4).fill(["received", CREDIT, null]));
    assert.equal(new Set(deliveries.map(({ headers }) => headers["webhook-id"])).size, 1);
  });

  it("have no credit once their body is erased, and a later confirmed gets none either", async () => {
    await send(deposit(25, "confirmed"));
    await merchant.taken(1);
    assert.deepEqual(await request("DELETE", "/v1/callbacks/25"), { erased: 1 });
    const [erased] = await list("?callback_id=25");
    assertValid({ $ref: "#/components/schemas/Event" }, erased);
    assert.deepEqual([erased.credit, erased.review, erased.customer_id], [null, "body_dropped", null]);
    await send(deposit(25, "confirmed", { note: 1 }));
    assert.deepEqual(verified((await merchant.taken(2)).slice(1)).map(facts), [["amended", null, "amended"]]);
  });
});

describe("the contract", () => {
  it("describes every type of event that occurs, and rejects a delivery of an earlier version", async () => {
    const types = Object.keys(contract.webhooks);
    assert.deepEqual(types.sort(), contract.components.schemas.Event.properties.type.enum.toSorted());
    const seen = new Set((await list("?limit=100")).map(({ type }) => type));
    assert.deepEqual([...seen].sort(), types);
    const earlier = { callback_id: "17", status: "confirmed", superseded: false, callback: {} };
    const { schema } = contract.webhooks["callback.received"].post.requestBody.content["application/json"];
    const event = { type: "callback.received", timestamp: "2026-11-22T12:00:00.000Z", data: earlier };
    assert.throws(() => assertValid(schema, event), /credit/);
  });
});
