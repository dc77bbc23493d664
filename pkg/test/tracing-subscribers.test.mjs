// Subscribers and runtimes that misbehave: they cost a span, never a call.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Citrn, callbackHandler } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const PAYOUT = {
  address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
  foreign_id: "payout-1",
  amount: "5",
  currency: "USDTT",
};
const PAID = {
  data: { foreign_id: "payout-1", type: "withdrawal", amount: "5", currency: "USDTT", status: "processing" },
};
const channels = { request: tracingChannel("citrn:request"), callback: tracingChannel("citrn:callback") };

/** Subscribes for the length of a test. */
function subscribe(t, name, subscribers) {
  channels[name].subscribe(subscribers);
  t.after(() => channels[name].unsubscribe(subscribers));
}

/** Pays out, and checks that the request was sent once. */
async function payOut() {
  const { fetch, calls } = fetchOf(() => ({ body: PAID }));
  const payout = await new Citrn({ apiKey, secret, fetch }).withdrawals.create(PAYOUT);
  assert.deepEqual([payout.foreign_id, calls.length], ["payout-1", 1]);
}

// First, since the package remembers a channel that it got.
test("a call works without spans if the runtime's module cannot be loaded", async (t) => {
  const spans = [];
  subscribe(t, "request", { start: (span) => spans.push(span) });
  const denied = () => {
    throw new Error("denied");
  };
  for (const replaced of [denied, () => ({})]) {
    const { mock } = t.mock.method(process, "getBuiltinModule", replaced);
    await payOut();
    mock.restore();
  }
  assert.deepEqual(spans, []);
});

test("a payout is sent once and returned, whatever a subscriber does to the span", async (t) => {
  let change;
  subscribe(t, "request", { start: (span) => change(span) });
  const fails = () => {
    throw new Error("read-only");
  };
  for (change of [
    Object.freeze,
    (span) => Object.defineProperty(span, "status", { set: fails }),
    (span) => Object.defineProperty(span, "duration", { value: 1 }),
    (span) => Object.defineProperty(span, "result", { set: fails }),
    (span) => Object.assign(span, { endpoint: "ping", attempt: 9, result: { foreign_id: "payout-2" }, error: "none" }),
  ]) {
    await payOut();
  }
});

test("a delivery is handled once and acknowledged, whatever a subscriber does to the span", async (t) => {
  const citrn = new Citrn({ secret });
  let processed = 0;
  const process = async () => {
    processed++;
    return "done";
  };
  const onError = (error) => assert.fail(error);
  const handle = callbackHandler({ citrn, process, review: () => assert.fail("is no review"), onError });
  subscribe(t, "callback", { start: Object.freeze });
  const body = JSON.stringify({
    id: 17,
    type: "deposit",
    status: "not_confirmed",
    crypto_address: { foreign_id: "u" },
  });
  const headers = citrn.callbacks.sign(body);
  const response = await handle(new Request("https://shop.example/", { method: "POST", body, headers }));
  assert.deepEqual([response.status, processed], [200, 1]);
});

test("an error of the handler itself is not published", async (t) => {
  const [errors, ended] = [[], []];
  subscribe(t, "callback", { error: (span) => errors.push(span), asyncEnd: (span) => ended.push(span.error) });
  const failing = t.mock.method(console, "error", () => {
    throw new Error("user-17");
  });
  const citrn = new Citrn({ secret });
  const handle = callbackHandler({ citrn, process: async () => "done", review() {} });
  const request = new Request("https://shop.example/", { method: "POST", body: "{}" });
  await request.text();
  await assert.rejects(handle(request), /user-17/);
  failing.mock.restore();
  assert.deepEqual([errors, ended], [[], [undefined]]);
});

test("a call works under a clock that stands still or is missing", async (t) => {
  const durations = [];
  subscribe(t, "request", { asyncEnd: ({ duration }) => durations.push(duration) });
  const { mock } = t.mock.method(performance, "now", () => 5);
  await payOut();
  mock.restore();
  assert.deepEqual(durations, [0]);
  const { performance: removed } = globalThis;
  delete globalThis.performance;
  await payOut().finally(() =>
    Object.defineProperty(globalThis, "performance", { value: removed, configurable: true }),
  );
});

test("spans of concurrent calls do not nest", async (t) => {
  const active = new AsyncLocalStorage();
  const parents = [];
  channels.request.start.bindStore(active, (span) => {
    parents.push(active.getStore());
    return span;
  });
  t.after(() => channels.request.start.unbindStore(active));
  await active.run("the caller", () => Promise.all([payOut(), payOut(), payOut()]));
  assert.deepEqual(parents, ["the caller", "the caller", "the caller"]);
});

test("the error of a subscriber is reported by the runtime, and the call goes on", () => {
  const script = `
    import { tracingChannel } from "node:diagnostics_channel";
    import { Citrn } from "citrn";
    const uncaught = [];
    process.on("uncaughtException", ({ message }) => uncaught.push(message));
    const throwing = (what) => () => { throw new Error(what) };
    tracingChannel("citrn:request").subscribe({ start: throwing("start"), asyncEnd: throwing("end") });
    const fetch = async () => new Response(JSON.stringify({ message: "OK" }));
    await new Citrn({ fetch }).ping();
    await new Promise((resolve) => setTimeout(resolve));
    console.log(JSON.stringify(uncaught));`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd, encoding: "utf8" });
  assert.deepEqual(JSON.parse(output), ["start", "end"]);
});
