// Every fault of the sandbox: the Worker answers within its deadline with the right problem, and the next request
// succeeds. Also the way of a callback from the gateway to the merchant.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { Webhook } from "standardwebhooks";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

/** Longer than the random waits before two retries, of up to 0.5 s and 1 s, so that no retry ends at the deadline. */
const DEADLINE_MS = 2_000;
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const { settings, tokens } = makeSettings();
const { errorCodes: CODES } = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));
let sandbox, merchant, worker, caller;

before(async () => {
  sandbox = await startSandbox({ port: 0, apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  merchant = await startMerchant();
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    UPSTREAM_DEADLINE_MS: DEADLINE_MS,
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  caller = makeCaller(worker, tokens.all);
});
afterEach(() => sandbox.faults.clear());
after(async () => {
  await worker?.stop();
  await merchant?.close();
  await sandbox?.close();
});

const list = (path) => caller.request(path, { headers: { authorization: `Bearer ${tokens.all}` } });

const ROUTES = [
  ["/v1/payments", PAYMENT, "payments/create-payment", 201],
  ["/v1/addresses", ADDRESS, "addresses/take", 200],
];
const unknownOutcome = (code, status = 502) => ({ status, code, executed: "unknown", retryable: true });
/** The kind of the fault, and the expected problem; `undefined` if the request succeeds anyway. */
const FAULTS = [
  ["latency", undefined, { latency_ms: 150 }],
  ["wrong_content_type", undefined],
  ["stall", unknownOutcome("timeout", 504)],
  ["sever_before", unknownOutcome("network_error")],
  ["sever_during", unknownOutcome("network_error")],
  ["rate_limit", { status: 503, code: "rate_limited", retryable: true }, { retry_after: "17" }],
  ["server_error", unknownOutcome("gateway_unavailable")],
  ["html", unknownOutcome("gateway_unavailable")],
  ["truncated_json", unknownOutcome("unreadable_reply")],
  ["empty_body", unknownOutcome("unreadable_reply")],
  ["redirect", { status: 502, code: "unexpected_redirect", executed: "unknown" }],
];

describe("the faults of the sandbox", () => {
  it("are all covered by this test", async () => {
    const refusal = await sandbox.faults.add({ kind: "nothing of the kind", endpoint: "*" }).catch((error) => error);
    const [, choices] = String(refusal.message).split("expected one of");
    const known = [...choices.matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
    assert.ok(known.length > 10, refusal.message);
    assert.deepEqual(new Set([...FAULTS.map(([kind]) => kind), "error_code"]), new Set(known));
  });
});

for (const [path, body, endpoint, success] of ROUTES) {
  describe(`a fault of ${endpoint}`, () => {
    for (const [kind, expected, more = {}] of FAULTS) {
      it(`${kind} is ${expected ? `${expected.status} ${expected.code}` : "no problem"}, and the next request succeeds`, async () => {
        await sandbox.faults.add({ kind, endpoint, times: 10, ...more });
        const began = performance.now();
        const answer = await caller.post(path, body);
        assert.ok(performance.now() - began < 2 * DEADLINE_MS, `it took ${performance.now() - began} ms`);
        if (expected) assertProblem(answer, expected);
        else assert.equal(answer.status, success, answer.text);
        if (kind === "rate_limit") assert.equal(answer.headers.get("retry-after"), "17");
        await sandbox.faults.clear();
        assert.equal((await caller.post(path, body)).status, success);
      });
    }

    it("every code of the gateway is passed on, and the next request succeeds", async () => {
      assert.equal(CODES.length, 19);
      for (const { code } of CODES) {
        await sandbox.faults.add({ kind: "error_code", endpoint, code, times: 10 });
        const isUnknown = code === "duplication_request";
        const down = code === "network_not_available";
        assertProblem(await caller.post(path, body), {
          status: isUnknown ? 409 : down ? 503 : 422,
          code,
          executed: isUnknown ? "unknown" : "no",
          retryable: down,
        });
        await sandbox.faults.clear();
        assert.equal((await caller.post(path, body)).status, success);
      }
    });
  });
}

/** The expected problem of a read, which executes nothing. */
const ofRead = (expected) => expected && { ...expected, executed: "no" };

for (const [path, endpoint] of [
  ["/v1/currencies", "currencies/list"],
  ["/v1/rates", "rates"],
]) {
  describe(`a fault of ${endpoint}`, () => {
    for (const [kind, expected, more = {}] of FAULTS) {
      it(`${kind} is ${expected ? `${expected.status} ${expected.code}` : "no problem"}, and the next request succeeds`, async () => {
        // A restart empties the cache.
        await worker.restart();
        await sandbox.faults.add({ kind, endpoint, times: 10, ...more });
        const began = performance.now();
        const answer = await list(path);
        assert.ok(performance.now() - began < 2 * DEADLINE_MS, `it took ${performance.now() - began} ms`);
        if (expected) assertProblem(answer, ofRead(expected));
        else assert.equal(answer.status, 200, answer.text);
        await sandbox.faults.clear();
        await worker.restart();
        assert.equal((await list(path)).status, 200);
      });
    }
  });
}

describe("a fault of the gateway during a readiness check", () => {
  for (const [kind, expected, more = {}] of FAULTS) {
    it(`${kind} is ${expected ? "not ready" : "no problem"}, and the next check succeeds`, async () => {
      await worker.restart();
      await sandbox.faults.add({ kind, endpoint: "*", times: 100, ...more });
      const answer = await list("/readyz");
      assert.equal(answer.status, expected ? 503 : 200, answer.text);
      const failed = answer.json.checks.filter(({ ok }) => !ok).map(({ name }) => name);
      assert.deepEqual(failed, expected ? ["gateway", "credentials"] : []);
      await sandbox.faults.clear();
      await worker.restart();
      assert.equal((await list("/readyz")).status, 200);
    });
  }
});

describe("the catalogue of the sandbox", () => {
  it("is passed on", async () => {
    const currencies = await list("/v1/currencies");
    assert.ok(
      currencies.json.data.some(({ currency }) => currency === "USDTT"),
      currencies.text,
    );
    const rates = await list("/v1/rates");
    assert.equal(rates.status, 200, rates.text);
  });
});

describe("callbacks of a deposit", () => {
  it("reach the merchant once for each status", async () => {
    await sandbox.settings.set({ callback_url: `${worker.url}/callbacks` });
    const { json: address } = await caller.post("/v1/addresses", { foreign_id: "customer-9", currency: "USDTT" });
    const deposit = await sandbox.deposits.create({ address: address.address, amount: "25", automatic: false });
    await sandbox.deposits.confirm(deposit.id);
    for (const callback of (await sandbox.callbacks.list()).filter(({ state }) => state === "delivered"))
      await sandbox.callbacks.resend(callback.id);
    const taken = await merchant.taken(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(merchant.deliveries.length, 2);
    const payloads = taken.map(({ body, headers }) => new Webhook(WEBHOOK_SECRET).verify(body, headers));
    assert.deepEqual(
      payloads.map(({ type, data }) => [type, data.status, data.callback.crypto_address.foreign_id]),
      [
        ["callback.received", "not_confirmed", "customer-9"],
        ["callback.received", "confirmed", "customer-9"],
      ],
    );
  });
});

describe("afterwards", () => {
  it("no secret was returned or logged, and no data of a payer was logged", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, WEBHOOK_SECRET]);
    caller.assertNotLogged(["user-17", "customer-9", "shop.example", "/pay/"]);
  });
});
