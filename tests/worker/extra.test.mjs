// Extra fields against a sandbox that demands one: payments, addresses, and a checkout from its link to the deposit.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { CitrnWorker } from "citrn/worker";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { checkoutSecret, makePayer } from "./checkout.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "http://127.0.0.1:3000";
const { settings, tokens } = makeSettings();
const KEYS = { apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET };
const REFERENCE = "reference-of-user-17";
const BIRTHDAY = "1815-12-10";
const EXTRA = { sender_data: { visits: 12345678.5, birthday: BIRTHDAY }, end_user_reference: REFERENCE };
const SENT = { sender_type: "natural", ...EXTRA };
const link = { foreign_id: "user-17", return_url: PAYMENT.return_url, coins: ["USDTT"], mode: "both" };
let sandbox, worker, caller, payer;

before(async () => {
  sandbox = await startSandbox({ port: 0, ...KEYS });
  await sandbox.settings.set({ required_fields: ["end_user_reference", "sender_type"] });
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    CITRN_EXTRA_FIELDS: "end_user_reference, sender_data",
    // As wrangler passes a table of wrangler.toml.
    CITRN_EXTRA: { sender_type: "natural" },
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: ORIGIN,
  });
  caller = makeCaller(worker, tokens.all);
  payer = makePayer(worker, tokens.all, ORIGIN);
  await sandbox.settings.set({ callback_url: `${worker.url}/callbacks` });
});
beforeEach(() => sandbox.requests.clear());
after(async () => {
  await worker?.stop();
  await sandbox?.close();
});

/** Returns the parameters of the calls that create something, in order. */
async function sent() {
  const requests = await sandbox.requests.list();
  return requests
    .filter(({ endpoint }) => ["payments.create", "addresses.take"].includes(endpoint))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map(({ parameters }) => parameters);
}

describe("extra fields", () => {
  it("reach the gateway with the constants", async () => {
    for (const headers of [{}, { "idempotency-key": "k" }]) {
      const payment = await caller.post("/v1/payments", { ...PAYMENT, extra: EXTRA }, headers);
      assert.equal(payment.status, 201, payment.text);
      const address = await caller.post("/v1/addresses", { ...ADDRESS, extra: EXTRA }, headers);
      assert.equal(address.status, 200, address.text);
    }
    const [payment, address] = [PAYMENT, ADDRESS].map((body) => ({ ...body, ...SENT }));
    assert.deepEqual(await sent(), [payment, address, payment, address]);
  });

  it("are demanded by the sandbox", async () => {
    const answer = await caller.post("/v1/payments", PAYMENT);
    assertProblem(answer, { status: 502, code: "request_refused", field: "end_user_reference" });
  });

  it("are those of the sample in the documentation, sent by the client", async () => {
    const client = new CitrnWorker({ url: worker.url, token: tokens.all });
    const parameters = JSON.parse(samplesOf("worker/README.md").get("extra"));
    assert.equal((await client.addresses.take(parameters)).currency, "USDTT");
    const [{ sender_type, ...rest }] = await sent();
    const { extra, ...known } = parameters;
    assert.deepEqual([sender_type, rest], ["natural", { ...known, ...extra }]);
  });

  it("are refused by name if the setting does not list them", async () => {
    for (const [route, body] of [
      ["/v1/payments", PAYMENT],
      ["/v1/addresses", ADDRESS],
      ["/v1/checkout-links", link],
    ]) {
      const answer = await caller.post(route, { ...body, extra: { ...EXTRA, receiver_data: REFERENCE } });
      assertProblem(answer, { status: 422, code: "invalid_parameter", field: "extra.receiver_data" });
    }
    assert.deepEqual(await sent(), []);
  });

  it("of a link are sent with its payment and its address, up to the deposit's callback", async () => {
    const { path } = await payer.link({ ...link, extra: EXTRA });
    const payment = await payer.visit(path, { coin: "USDTT", mode: "redirect" });
    assert.equal(payment.status, 200, payment.text);
    const shown = await payer.visit(path, { coin: "USDTT", mode: "address" });
    const [, address] = /<code id="address" dir="ltr">([^<]+)</.exec(shown.text) ?? [];
    assert.ok(address, shown.text);
    const [first, second, ...others] = await sent();
    assert.deepEqual(others, []);
    for (const { sender_type, end_user_reference, sender_data } of [first, second])
      assert.deepEqual({ sender_type, end_user_reference, sender_data }, SENT);
    const { id } = await sandbox.deposits.create({ address, amount: "25" });
    await sandbox.deposits.confirm(id, { wait: true });
    const list = await caller.get("/v1/callbacks", { authorization: `Bearer ${tokens.all}` });
    const confirmed = list.json.data.find(({ status }) => status === "confirmed");
    assert.equal(confirmed?.credit?.customer_id, "user-17", list.text);
    for (const page of [path, `${path}/status`]) {
      const { status, text } = await payer.visit(page);
      assert.equal(status, 200, text);
      for (const value of [REFERENCE, BIRTHDAY, "natural"]) assert.ok(!text.includes(value), value);
    }
  });

  it("are in no answer and no line of the log", () => caller.assertNotDisclosed([REFERENCE, BIRTHDAY, "12345678.5"]));
});
