// The handler of the Worker's deliveries. Its general answers are in callback-handler.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { webhookHandler, webhooks } from "citrn/worker";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const URL = "https://shop.example/webhooks";
const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
const facts = { callback_id: "17", status: "confirmed", superseded: false, customer_id: "user-17" };
const data = { ...facts, is_final: true, is_deposit: true, credit, review: null, callback: { id: 17 } };
const bodyOf = (type, more) =>
  JSON.stringify({ type, timestamp: "2026-11-22T12:00:00.000Z", data: { ...data, ...more } });

function shop(options = {}) {
  const [processed, reviewed, errors] = [[], [], []];
  const handle = webhookHandler({
    secrets: secret,
    process: async (event) => {
      const known = processed.some(({ key }) => key === event.key);
      processed.push(event);
      return known ? "duplicate" : "done";
    },
    review: async (event) => void reviewed.push(event),
    onError: (error) => errors.push(error),
    ...options,
  });
  const deliver = async (body, id, signing = {}) => {
    const headers = await webhooks.sign(body, { secrets: secret, id, ...signing });
    const response = await handle(new Request(URL, { method: "POST", body, headers }));
    return [response.status, (await response.text()).trim()];
  };
  return { processed, reviewed, errors, deliver };
}

test("the first confirmed is credited; with one field added, or after cancelled, it goes to a person", async () => {
  const { processed, reviewed, deliver } = shop();
  const first = bodyOf("callback.received");
  assert.deepEqual(await deliver(first, "evt_1"), [200, "done"]);
  assert.deepEqual(await deliver(first, "evt_1"), [200, "duplicate"]);
  const none = { credit: null };
  const amended = bodyOf("callback.amended", { ...none, review: "amended", callback: { id: 17, note: "added" } });
  assert.deepEqual(await deliver(amended, "evt_2"), [200, "review"]);
  const cancelled = bodyOf("callback.received", { ...none, callback_id: "18", status: "cancelled" });
  assert.deepEqual(await deliver(cancelled, "evt_3"), [200, "done"]);
  assert.deepEqual(
    await deliver(bodyOf("callback.conflict", { ...none, callback_id: "18", review: "conflict" }), "evt_4"),
    [200, "review"],
  );
  assert.deepEqual(
    processed.map(({ key }) => key),
    ["17", "17", "evt_3"],
  );
  assert.equal(processed.filter((event) => event.data.credit).length, 2);
  assert.deepEqual(
    reviewed.map(({ data }) => data.review),
    ["amended", "conflict"],
  );
});

test("a signed body that is no event goes to a person, with its bytes", async () => {
  const { processed, reviewed, deliver } = shop();
  assert.deepEqual(await deliver("not JSON", "evt_5"), [200, "review"]);
  const [{ id, key, type, data, rawBody }] = reviewed;
  assert.deepEqual(
    [id, key, type, data.review, data.credit],
    ["evt_5", "evt_5", "callback.unreadable", "unreadable", null],
  );
  assert.equal(Buffer.from(rawBody).toString(), "not JSON");
  assert.deepEqual(processed, []);
});

test("a reason that only a later Worker knows goes to a person, even an empty one", async () => {
  const { processed, reviewed, deliver } = shop();
  for (const review of ["frozen", ""]) {
    assert.deepEqual(await deliver(bodyOf("callback.received", { credit: null, review }), "evt_10"), [200, "review"]);
  }
  assert.deepEqual([processed, reviewed.map(({ data }) => data.review)], [[], ["frozen", ""]]);
});

test("an event of an older Worker is 500, so that it comes again from the newer one", async () => {
  const { errors, deliver } = shop();
  const [status] = await deliver(bodyOf("callback.received", { credit: undefined, review: undefined }), "evt_6");
  assert.equal(status, 500);
  assert.match(errors[0].message, /data\.credit is missing/);
});

test("a forged, an old and a retired signature are 401, and no function is called", async () => {
  const { processed, reviewed, errors, deliver } = shop();
  const body = bodyOf("callback.received");
  const retired = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
  for (const signing of [{ secrets: retired }, { timestamp: new Date(Date.now() - 301_000) }]) {
    assert.equal((await deliver(body, "evt_7", signing))[0], 401);
  }
  assert.deepEqual([processed, reviewed, errors], [[], [], []]);
});

test("the tolerance is that of the options", async () => {
  const { deliver } = shop({ toleranceSeconds: 1_000 });
  const timestamp = new Date(Date.now() - 900_000);
  assert.equal((await deliver(bodyOf("callback.received"), "evt_8", { timestamp }))[0], 200);
});

test("secrets are checked at the first request, so that a build can load the module without them", async () => {
  const { errors, deliver } = shop({ secrets: undefined });
  assert.equal((await deliver(bodyOf("callback.received"), "evt_9"))[0], 500);
  assert.match(errors[0].message, /MERCHANT_WEBHOOK_SECRET/);
});
