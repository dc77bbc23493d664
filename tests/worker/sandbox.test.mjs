// The main use cases end to end: a caller, the Worker on workerd, and the sandbox, which verifies signatures.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const KEYS = { apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET };
let sandbox, worker, caller;

before(async () => {
  sandbox = await startSandbox({ port: 0, ...KEYS });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: sandbox.baseUrl });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await sandbox?.close();
});

describe("the Worker", () => {
  it("creates a payment whose page opens", async () => {
    const { status, json } = await caller.post("/v1/payments", PAYMENT);
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(json), ["session_id", "redirect_url"]);
    assert.equal(json.redirect_url, `${sandbox.url}/pay/${json.session_id}`);
    const page = await fetch(json.redirect_url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /SANDBOX/i);
  });

  it("returns an address, the same one for the same customer and currency", async () => {
    const first = await caller.post("/v1/addresses", ADDRESS);
    assert.equal(first.status, 200);
    assert.deepEqual(Object.keys(first.json), ["address", "memo", "currency", "foreign_id"]);
    assert.deepEqual([first.json.currency, first.json.foreign_id], ["USDTT", "user-17"]);
    assert.deepEqual((await caller.post("/v1/addresses", ADDRESS)).json, first.json);
    assert.notEqual(
      (await caller.post("/v1/addresses", { ...ADDRESS, foreign_id: "user-18" })).json.address,
      first.json.address,
    );
  });

  it("passes the gateway's reason on", async () => {
    assertProblem(await caller.post("/v1/payments", { ...PAYMENT, coin_name: "NOSUCHCOIN" }), {
      status: 422,
      code: "coin_not_found",
    });
    assertProblem(await caller.post("/v1/addresses", { ...ADDRESS, currency: "NOSUCHCOIN" }), {
      status: 422,
      code: "coin_not_found",
    });
  });

  it("is ready", async () => {
    const { status, text } = await caller.get("/readyz");
    assert.equal(status, 200, text);
  });

  it("creates nothing with another secret, and reports that to the operator", async () => {
    const other = await startWorker({
      ...settings,
      CITRN_BASE_URL: sandbox.baseUrl,
      CITRN_SECRET: "some-other-secret",
    });
    try {
      const stranger = makeCaller(other, tokens.all);
      assertProblem(await stranger.post("/v1/payments", PAYMENT), { status: 502, code: "authentication_failed" });
      const { status, json } = await stranger.get("/readyz");
      assert.deepEqual([status, json.checks.find(({ ok }) => !ok)?.name], [503, "credentials"]);
      stranger.assertNotDisclosed(["some-other-secret", settings.CITRN_API_KEY, tokens.all]);
    } finally {
      await other.stop();
    }
  });

  it("returns and logs no secret, and logs no data of a payer", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all]);
    caller.assertNotLogged(["user-17", "shop.example", "/pay/"]);
  });
});
