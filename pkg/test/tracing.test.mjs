// Spans on the diagnostics channels: one per attempt, and one per delivery to a handler.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { afterEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { Citrn } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";
import { answer, CREATED, errorOf, PAYMENT, problem, stall, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const ADDRESS = { foreign_id: "user-17", currency: "BTC" };
const TAKEN = { data: { address: "bc1-secret-address", foreign_id: "user-17", currency: "BTC" } };
const channel = tracingChannel("citrn:request");
const parent = new AsyncLocalStorage();

let stop = () => {};
afterEach(() => stop());

/** Records the spans, and makes each active in its async context, as OpenTelemetry does. */
function record() {
  const spans = [];
  const noted = [];
  const number = (span) => `attempt ${span.attempt}`;
  channel.start.bindStore(parent, (span) => {
    spans.push({ span, parent: parent.getStore() });
    noted.push(`${number(span)} starts`);
    return number(span);
  });
  const subscribers = {
    error: () => noted.push("error"),
    asyncEnd(span) {
      noted.push(`${number(span)} ends`);
    },
  };
  channel.subscribe(subscribers);
  stop = () => {
    channel.start.unbindStore(parent);
    channel.unsubscribe(subscribers);
  };
  return { spans, noted };
}

/** The fields of spans, without durations, which must not be negative, and results, which must be missing. */
const fieldsOf = (spans) =>
  spans.map(({ span: { duration, result, ...fields } }) => {
    assert.ok(duration >= 0, `${duration} ms`);
    assert.equal(result, undefined);
    return fields;
  });

const settings = { apiKey, secret, maxRetries: 2 };
const ATTEMPT = { endpoint: "addresses.take", attempt: 1 };

describe("a call to the gateway", () => {
  test("has one span per attempt, each below the caller's span and around its request", async () => {
    const { spans, noted } = record();
    const { fetch } = fetchOf((_url, _init, count) => {
      noted.push(`request in ${parent.getStore()}`);
      if (count === 1) throw new Error("the connection to bc1-secret-address broke");
      return count === 2 ? { status: 503, headers: { "retry-after": "0" }, body: "" } : { body: TAKEN };
    });
    const signer = async (bytes) => {
      noted.push(`signer in ${parent.getStore()}`);
      return hmac(secret, bytes);
    };
    await parent.run("the caller", async () => {
      await new Citrn({ apiKey, signer, fetch }).addresses.take(ADDRESS);
      noted.push(`caller in ${parent.getStore()}`);
    });
    assert.deepEqual(fieldsOf(spans), [
      { ...ATTEMPT, status: undefined, code: "network_error", executed: "unknown" },
      { ...ATTEMPT, attempt: 2, status: 503, code: "gateway_unavailable", executed: "unknown" },
      { ...ATTEMPT, attempt: 3, status: 200, code: undefined, executed: "yes" },
    ]);
    assert.deepEqual(new Set(spans.map((span) => span.parent)), new Set(["the caller"]));
    const each = [1, 2, 3].flatMap((at) => ["starts", `request in attempt ${at}`, "ends"].map((what) => [at, what]));
    assert.deepEqual(noted, [
      "signer in the caller",
      ...each.map(([at, what]) => (what.startsWith("request") ? what : `attempt ${at} ${what}`)),
      "caller in the caller",
    ]);
  });

  test("that is refused has the gateway's code", async () => {
    const { spans } = record();
    const { fetch } = fetchOf(() => ({ status: 400, body: { errors: { currency: "coin not found user-17" } } }));
    const error = await errorOf(new Citrn({ ...settings, fetch }).addresses.take(ADDRESS));
    assert.deepEqual(fieldsOf(spans), [{ ...ATTEMPT, status: 400, code: error.code, executed: "no" }]);
  });

  test("that is aborted or times out ends its span with the call", async () => {
    for (const [code, options] of [
      ["aborted", { signal: AbortSignal.timeout(20) }],
      ["timeout", { timeoutMs: 20 }],
    ]) {
      const { spans, noted } = record();
      const { fetch } = fetchOf(() => new Promise(() => {}));
      const error = await errorOf(new Citrn({ ...settings, fetch }).payments.create(PAYMENT, options));
      noted.push("the call ends");
      assert.equal(error.code, code);
      const fields = { endpoint: "payments.create", attempt: 1, status: undefined, code, executed: "unknown" };
      assert.deepEqual(fieldsOf(spans), [fields]);
      assert.deepEqual(noted, ["attempt 1 starts", "attempt 1 ends", "the call ends"]);
      stop();
    }
  });

  test("that is never sent has no span", async () => {
    const { spans } = record();
    const citrn = new Citrn({ ...settings, fetch: () => assert.fail("was sent") });
    await errorOf(citrn.addresses.take({ foreign_id: "user-17" }));
    await errorOf(citrn.addresses.take(ADDRESS, { signal: AbortSignal.abort() }));
    await errorOf(new Citrn({ apiKey, signer: () => "no signature" }).addresses.take(ADDRESS));
    assert.deepEqual(spans, []);
  });

  test("shows no secret and no data of the payer, unless the setting adds the foreign_id", async () => {
    for (const traceForeignId of [undefined, true]) {
      const { spans } = record();
      const { fetch, calls } = fetchOf(() => ({ body: TAKEN }));
      const citrn = new Citrn({ ...settings, fetch, traceForeignId });
      await citrn.addresses.take(ADDRESS);
      await citrn.request("/addresses/take", ADDRESS);
      const shown = inspect(spans, { depth: 9, showHidden: true });
      for (const hidden of [secret, apiKey, calls[0].init.headers["X-Process-Signature"], "bc1-secret-address"]) {
        assert.ok(hidden && !shown.includes(hidden), shown);
      }
      const [take, request] = spans.map(({ span }) => span);
      assert.equal(take.foreign_id, traceForeignId && "user-17");
      assert.equal(request.endpoint, "/addresses/take");
      assert.equal(shown.includes("user-17"), traceForeignId === true);
      stop();
    }
  });
});

test("without a subscriber nothing is measured or published", async (t) => {
  const { fetch } = fetchOf(() => ({ body: TAKEN }));
  const measured = t.mock.method(performance, "now");
  await new Citrn({ ...settings, fetch }).addresses.take(ADDRESS);
  assert.equal(measured.mock.callCount(), 0);
});

describe("a call to the Worker", () => {
  test("has one span per attempt", async (t) => {
    const worker = await startFakeWorker();
    t.after(() => worker.close());
    const { spans } = record();
    const busy = problem(503, "gateway_unavailable", { retryable: true, headers: { "Retry-After": "0" } });
    worker.answers(busy, answer(201, CREATED));
    await parent.run("the caller", () => worker.client().payments.create(PAYMENT));
    worker.answers(stall);
    await errorOf(worker.client({ traceForeignId: true }).payments.create(PAYMENT, { timeoutMs: 50 }));
    await errorOf(worker.client().callbacks.erase({ foreign_id: "user-17" }, { timeoutMs: 50 }));
    const { executed } = await errorOf(worker.client().currencies.list({ timeoutMs: 50 }));
    const create = { endpoint: "payments.create", attempt: 1 };
    const timeout = { status: undefined, code: "timeout", executed: "unknown" };
    assert.deepEqual(fieldsOf(spans), [
      { ...create, status: 503, code: "gateway_unavailable", executed: "no" },
      { ...create, attempt: 2, status: 201, code: undefined, executed: "yes" },
      { ...create, foreign_id: "user-17", ...timeout },
      { endpoint: "callbacks.erase", attempt: 1, ...timeout },
      { endpoint: "currencies.list", attempt: 1, ...timeout, executed },
    ]);
    assert.equal(executed, "no");
    assert.deepEqual(
      spans.map((span) => span.parent),
      ["the caller", "the caller", undefined, undefined, undefined],
    );
    const shown = inspect(spans, { depth: 9, showHidden: true });
    assert.ok(!shown.includes(TOKEN) && shown.split("user-17").length === 2, shown);
  });
});
