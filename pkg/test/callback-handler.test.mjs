// The handler of callbacks for a shop without the Worker, and the answers that both handlers give.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { Citrn, CitrnConfigurationError, CitrnError, callbackHandler } from "citrn";
import { deposit } from "./callback.mjs";
import { apiKey, secret } from "./gateway.mjs";

const citrn = new Citrn({ apiKey, secret });
const URL = "https://shop.example/callbacks";

let processed, reviewed, errors;
beforeEach(() => {
  [processed, reviewed, errors] = [[], [], []];
});

const handlers = {
  process: async (event) => {
    processed.push(event);
    return "done";
  },
  review: async (event) => void reviewed.push(event),
  onError: (error) => errors.push(error),
};

const handlerWith = (options = {}) => callbackHandler({ citrn, ...handlers, ...options });
const signed = (body) => new Request(URL, { method: "POST", body, headers: citrn.callbacks.sign(body) });
const statusOf = async (handler, request) => (await handler(request)).status;

/** A confirmed deposit. */
const confirmed = (id, more = {}) =>
  JSON.stringify({
    id,
    type: "deposit",
    status: "confirmed",
    crypto_address: { foreign_id: "user-17" },
    currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49.5" },
    ...more,
  });

test("a confirmed deposit is processed under its transaction's id, and answered once that has settled", async () => {
  let settle;
  const settled = new Promise((resolve) => (settle = resolve));
  const process = (event) => settled.then(() => handlers.process(event));
  let response;
  const answered = handlerWith({ process })(signed(deposit)).then((given) => (response = given));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(response, undefined);
  settle();
  await answered;
  assert.deepEqual([response.status, await response.text()], [200, "done\n"]);
  const [event] = processed;
  const id = "2c9f1f1e-7d0b-4c49-9f7e-6f1f4f0a1b22";
  assert.equal(event.key, id);
  assert.equal(event.id, `sha256-${createHash("sha256").update(deposit).digest("base64")}`);
  assert.equal(event.type, "callback.received");
  const { callback, ...data } = event.data;
  assert.deepEqual(data, {
    callback_id: id,
    status: "confirmed",
    customer_id: "user-17",
    is_final: true,
    is_deposit: true,
    is_unexpected_currency: false,
    credit: { customer_id: "user-17", currency: "USDTT", amount: "98.154731" },
    review: null,
  });
  assert.equal(callback.exchange.ticker, "BTCUSDT");
  assert.equal(Buffer.from(event.rawBody).toString(), deposit);
  assert.ok(!JSON.stringify(event).includes("rawBody"));
});

test("every final status of a transaction has one key, so that only the first can credit", async () => {
  const handler = handlerWith();
  const cancelled = JSON.stringify({ id: 17, type: "deposit", status: "cancelled" });
  for (const body of [cancelled, confirmed(17), confirmed(17, { note: "added" })]) {
    assert.equal(await statusOf(handler, signed(body)), 200);
  }
  assert.deepEqual(
    processed.map(({ key }) => key),
    ["17", "17", "17"],
  );
  assert.equal(new Set(processed.map(({ id }) => id)).size, 3);
});

test("a status that is not final has a separate key", async () => {
  await handlerWith()(signed(confirmed(17, { status: "not_confirmed" })));
  const [{ id, key, data }] = processed;
  assert.equal(key, id);
  assert.deepEqual([data.credit, data.is_final], [null, false]);
});

test("an event with a reason for a review is never processed", async () => {
  const bodies = {
    amount_unreadable: confirmed(1, { currency_received: { currency: "BTC", amount: "1,5" } }),
    fees_unclear: confirmed(2, { currency_received: { currency: "BTC", amount: "2" }, fees: [{ amount: "1" }] }),
    type_unknown: confirmed(3, { type: "gift" }),
    customer_missing: confirmed(4, { crypto_address: {} }),
    payment_request: JSON.stringify({ payment_request_id: 5, status: "paid" }),
    unreadable: Buffer.from('{"id":6,"error":"\u00fc"}', "latin1"),
  };
  const handler = handlerWith();
  for (const body of Object.values(bodies)) assert.equal(await statusOf(handler, signed(body)), 200);
  assert.deepEqual(processed, []);
  assert.deepEqual(
    reviewed.map(({ data }) => data.review),
    Object.keys(bodies),
  );
  for (const { data } of reviewed) assert.equal(data.credit, null);
  const unread = reviewed.at(-1);
  assert.deepEqual([unread.type, unread.data.callback], ["callback.unreadable", null]);
  assert.equal(unread.key, unread.id);
  assert.deepEqual(Buffer.from(unread.rawBody), bodies.unreadable);
});

test("an invalid signature is 401, and no function is called", async () => {
  const forged = new Request(URL, { method: "POST", body: confirmed(1), headers: citrn.callbacks.sign("{}") });
  const response = await handlerWith()(forged);
  assert.equal(response.status, 401);
  assert.match(await response.text(), /does not match/);
  assert.deepEqual([processed, reviewed, errors], [[], [], []]);
});

test("a throw is 500, and reported", async () => {
  const failure = new Error("The database is down.");
  const fails = async () => {
    throw failure;
  };
  assert.equal(await statusOf(handlerWith({ process: fails }), signed(confirmed(1))), 500);
  assert.equal(await statusOf(handlerWith({ review: fails }), signed("{}")), 500);
  assert.deepEqual(errors, [failure, failure]);
});

test("without onError, console.error reports", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const failure = new Error("The database is down.");
  const process = () => Promise.reject(failure);
  assert.equal(
    await statusOf(callbackHandler({ citrn, ...handlers, onError: undefined, process }), signed(deposit)),
    500,
  );
  assert.deepEqual(logged.mock.calls[0].arguments, [failure]);
});

test("an onError that throws does not change the answer, and is reported by console.error", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const process = () => Promise.reject(new Error("The database is down."));
  const failure = new Error("The log is down.");
  const throws = () => {
    throw failure;
  };
  for (const onError of [throws, async () => throws()]) {
    assert.equal(await statusOf(handlerWith({ process, onError }), signed(deposit)), 500);
  }
  assert.deepEqual(
    logged.mock.calls.map(({ arguments: given }) => given),
    [[failure], [failure]],
  );
});

test("duplicate is 200, and any other value is 500: the transaction may not have been awaited", async () => {
  const returning = (value) => statusOf(handlerWith({ process: async () => value }), signed(confirmed(1)));
  assert.equal(await returning("duplicate"), 200);
  for (const value of [undefined, null, true, "ok", "Done", {}]) assert.equal(await returning(value), 500);
  assert.ok(errors.every((error) => error instanceof CitrnConfigurationError && error.field === "process"));
});

test("another method is 405", async () => {
  const response = await handlerWith()(new Request(URL));
  assert.deepEqual([response.status, response.headers.get("Allow")], [405, "POST"]);
});

test("a body that was read already is 500, and the error says so", async () => {
  const request = signed(confirmed(1));
  await request.text();
  assert.equal(await statusOf(handlerWith(), request), 500);
  assert.match(errors[0].message, /read already/);
});

test("a body over the limit is 413, and is not read to its end", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const request = new Request(URL, { method: "POST", body: endless, duplex: "half", headers: {} });
  assert.equal(await statusOf(handlerWith(), request), 413);
  assert.ok(sent < 2 ** 21, `${sent} bytes were read`);
});

test("no body is 401", async () => {
  assert.equal(await statusOf(handlerWith(), new Request(URL, { method: "POST" })), 401);
});

test("a client without a secret is 500: it says nothing about the sender", async () => {
  assert.equal(await statusOf(handlerWith({ citrn: new Citrn() }), signed(confirmed(1))), 500);
  assert.ok(errors[0] instanceof CitrnError);
  assert.equal(errors[0].code, "secret_required");
});

test("process and review are required", () => {
  for (const field of ["process", "review"]) {
    assert.throws(() => handlerWith({ [field]: undefined }), { code: "invalid_configuration", field });
  }
});

test("without crypto.subtle the error says so", async (t) => {
  t.mock.getter(globalThis, "crypto", () => ({}));
  assert.equal(await statusOf(handlerWith(), signed(confirmed(1))), 500);
  assert.match(errors[0].message, /crypto\.subtle is not defined/);
});
