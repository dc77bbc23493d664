// `citrn doctor` against the Worker on workerd, a sandbox as its gateway, and a shop.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { webhookHandler } from "citrn/worker";
import { examine, withResult } from "../../pkg/test/doctor.mjs";
import { makeCaller, makeSettings } from "./caller.mjs";
import { checkoutSecret } from "./checkout.mjs";
import { startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const MERCHANT_WEBHOOK_SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const SECRETS = [settings.CITRN_API_KEY, settings.CITRN_SECRET, MERCHANT_WEBHOOK_SECRET];
let sandbox, shop, complete, worker;
/** The events that the shop processed, and its answers. */
const [processed, statuses] = [[], []];

/** Answers a delivery like a shop that uses the handler of the package. */
function answerWithHandler({ headers, body }, response) {
  const handle = webhookHandler({
    secrets: MERCHANT_WEBHOOK_SECRET,
    process: async (event) => void processed.push(event),
    review: async (event) => void processed.push(event),
  });
  const request = new Request("https://shop.example/webhooks", { method: "POST", headers, body });
  handle(request).then(({ status }) => {
    statuses.push(status);
    response.writeHead(status).end();
  });
}

before(async () => {
  sandbox = await startSandbox({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  shop = await startMerchant();
  shop.answers(answerWithHandler);
  complete = {
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: "https://pay.shop.example",
    MERCHANT_WEBHOOK_URL: `${shop.url}?key=in-the-query`,
    MERCHANT_WEBHOOK_SECRET,
  };
  worker = await startWorker(complete);
});
after(async () => {
  await worker?.stop();
  await shop?.close();
  await sandbox?.close();
});

/** Examines a Worker, and checks that no secret is printed. */
async function examined(url, { token = tokens.all, args = [], ...options } = {}) {
  const env = token === null ? {} : { CITRN_WORKER_TOKEN: token };
  const secrets = () => [
    ...SECRETS,
    "in-the-query",
    ...shop.deliveries.map(({ headers }) => headers["webhook-signature"]),
  ];
  return examine([url, ...args], { env, secrets, ...options });
}

/** Examines a Worker with changed settings. */
async function examinedWith(changes, options) {
  const values = Object.entries({ ...complete, ...changes }).filter(([, value]) => value !== undefined);
  const changed = await startWorker(Object.fromEntries(values));
  try {
    return await examined(changed.url, options);
  } finally {
    await changed.stop();
  }
}

describe("citrn doctor", () => {
  it("passes a healthy Worker, and stores nothing", async () => {
    const { exit, checks } = await examined(worker.url, { args: ["--origin", "https://shop.example"] });
    assert.equal(exit, 0);
    assert.deepEqual([withResult(checks, "failed"), withResult(checks, "not checked")], [[], ["tls"]]);
    // workerd has no rate limits.
    assert.deepEqual(withResult(checks, "warning"), ["rate_limits"]);
    assert.equal(checks.webhook.detail, `${shop.url} refused an invalid signature.`);
    const { json } = await makeCaller(worker, tokens.all).get("/v1/callbacks", {
      authorization: `Bearer ${tokens.all}`,
    });
    assert.deepEqual([json.data, processed], [[], []]);
    // The command ran twice.
    assert.deepEqual(statuses, [401, 401]);
  });

  it("without a token, checks what anyone may see", async () => {
    const { exit, checks } = await examined(worker.url, { token: null });
    assert.equal(exit, 0);
    assert.deepEqual(
      withResult(checks, "not checked").filter((check) => check !== "tls"),
      ["deliveries", "callbacks", "checkout", "return_origins", "webhook"],
    );
  });

  it("says that a token may not read /readyz", async () => {
    const { exit, checks } = await examined(worker.url, { token: tokens.addresses });
    assert.equal(exit, 0);
    assert.match(checks.webhook.detail, /may not use GET \/readyz/);
  });

  it("finds a wrong path", async () => {
    const { exit, checks } = await examined(`${worker.url}/callbacks`);
    assert.equal(exit, 1);
    assert.equal(checks.reachable.remedy, `Give ${worker.url}.`);
  });

  it("finds an old secret", async () => {
    const old = randomBytes(24).toString("hex");
    const { exit, checks } = await examinedWith({ CITRN_SECRET: old });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["credentials"]);
    assert.match(checks.credentials.remedy, /CITRN_SECRET/);
  });

  it("finds a clock that is ten minutes off", async () => {
    const { exit, checks } = await examined(worker.url, { ahead: -600_000 });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["clock"]);
    assert.match(checks.clock.detail, /10 minutes ahead of/);
  });

  it("finds a wrong token", async () => {
    const { exit, checks } = await examined(worker.url, { token: "x".repeat(48) });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["token"]);
  });

  it("finds a Worker that is not configured", async () => {
    const nothing = Object.fromEntries(Object.keys(complete).map((name) => [name, undefined]));
    const { exit, checks } = await examinedWith(nothing, { token: null });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["callbacks_unsigned", "callbacks_forged", "settings"]);
    assert.match(checks.callbacks_unsigned.detail, /^The Worker is not configured/);
    assert.match(checks.settings.detail, /WORKER_TOKENS is not set.*CITRN_SECRET is not set/);
    assert.match(checks.credentials.detail, /once its settings are valid/);
  });

  for (const [status, expected] of [
    [404, /no endpoint for deliveries there \(status 404\)/],
    [405, /no endpoint for deliveries there \(status 405\)/],
    [500, /failed with 500/],
    [200, /accepted an invalid signature with 200/],
  ]) {
    it(`finds a shop that answers a delivery with ${status}`, async () => {
      shop.answers(() => status);
      const { exit, checks } = await examined(worker.url);
      shop.answers(answerWithHandler);
      assert.equal(exit, 1);
      assert.deepEqual(withResult(checks, "failed"), ["webhook"]);
      assert.match(checks.webhook.detail, expected);
    });
  }

  it("finds a shop that nothing serves, and a Worker without one", async () => {
    const closed = await startMerchant();
    await closed.close();
    const { exit, checks } = await examinedWith({ MERCHANT_WEBHOOK_URL: closed.url });
    assert.equal(exit, 1);
    assert.match(checks.webhook.detail, /Nothing listens at/);
    const without = await examinedWith({ MERCHANT_WEBHOOK_URL: undefined, MERCHANT_WEBHOOK_SECRET: undefined });
    assert.deepEqual([without.exit, without.checks.deliveries.result], [0, "warning"]);
    assert.equal(without.checks.webhook.result, "not checked");
  });

  it("finds a bot protection in front of the shop", async () => {
    shop.answers((_, response) => void response.writeHead(403, { "cf-mitigated": "challenge" }).end());
    const { checks } = await examined(worker.url);
    shop.answers(answerWithHandler);
    assert.match(checks.webhook.detail, /bot protection challenged/);
  });
});
