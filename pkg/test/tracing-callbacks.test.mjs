// The spans of deliveries to a handler.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { afterEach, test } from "node:test";
import { inspect } from "node:util";
import { Citrn, callbackHandler } from "citrn";
import { webhookHandler, webhooks } from "citrn/worker";
import { apiKey, secret } from "./gateway.mjs";

const citrn = new Citrn({ apiKey, secret });
const channel = tracingChannel("citrn:callback");
const active = new AsyncLocalStorage();

let spans = [];
const subscribers = { asyncEnd: (span) => spans.push(span) };
function record() {
  spans = [];
  channel.start.bindStore(active, () => "the delivery");
  channel.subscribe(subscribers);
}
afterEach(() => {
  channel.start.unbindStore(active);
  channel.unsubscribe(subscribers);
});

/** A deposit of 50 USDTT. */
const body = (status = "confirmed") =>
  JSON.stringify({
    id: 17,
    type: "deposit",
    status,
    crypto_address: { foreign_id: "user-17", address: "bc1-secret-address" },
    currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49.5" },
  });

const post = (text, headers) => new Request("https://shop.example/callbacks", { method: "POST", body: text, headers });
const signed = (text) => post(text, citrn.callbacks.sign(text));
const handler = (options = {}) =>
  callbackHandler({ citrn, process: async () => "done", review() {}, onError() {}, ...options });

test("each delivery has a span with its type and the status of its answer", async () => {
  record();
  const failing = () => {
    throw new Error("user-17 is locked");
  };
  await handler()(signed(body()));
  await handler()(signed("no JSON"));
  await handler()(post(body(), citrn.callbacks.sign("another body")));
  await handler({ process: failing })(signed(body()));
  await handler()(new Request("https://shop.example/callbacks"));
  const fields = spans.map(({ duration, result, ...rest }) => {
    assert.ok(duration >= 0 && result === undefined);
    return rest;
  });
  assert.deepEqual(fields, [
    { type: "callback.received", status: 200 },
    { type: "callback.unreadable", status: 200 },
    { code: "invalid_signature", status: 401 },
    { type: "callback.received", status: 500 },
    { status: 405 },
  ]);
  const shown = inspect(spans, { depth: 9, showHidden: true });
  for (const hidden of ["user-17", "bc1-secret-address", "49.5", secret, apiKey]) assert.ok(!shown.includes(hidden));
});

test("the shop's transaction runs in the span of its delivery", async () => {
  record();
  const seen = [];
  const process = async () => {
    await null;
    seen.push(active.getStore());
    return "done";
  };
  await handler({ process })(signed(body()));
  assert.deepEqual(seen, ["the delivery"]);
  assert.equal(active.getStore(), undefined);
});

test("an option adds the customer to the span, also of a delivery of the Worker", async () => {
  record();
  await handler({ traceForeignId: true })(signed(body()));
  const secrets = `whsec_${btoa("a secret of 24 bytes or so")}`;
  const data = { callback_id: "17", status: "confirmed", superseded: false, customer_id: "user-17", is_final: true };
  const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
  const event = { type: "callback.received", timestamp: "2026-11-22T12:00:00.000Z" };
  const text = JSON.stringify({ ...event, data: { ...data, is_deposit: true, credit, review: null, callback: {} } });
  const delivery = post(text, await webhooks.sign(text, { secrets, id: "evt_1" }));
  await webhookHandler({ secrets, process: async () => "done", review() {}, traceForeignId: true })(delivery);
  assert.deepEqual(
    spans.map(({ foreign_id, status }) => [foreign_id, status]),
    [
      ["user-17", 200],
      ["user-17", 200],
    ],
  );
});
