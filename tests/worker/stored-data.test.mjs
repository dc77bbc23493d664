// What released builds stored in the Durable Objects, read by this build: an update loses no key, link or callback.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { makeCaller } from "./caller.mjs";
import { makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { writeData } from "./stored-data.mjs";
import { startWorker } from "./workerd.mjs";

const fixtures = new URL("fixtures/", import.meta.url);
const recorded = readdirSync(fixtures).filter((file) => file.startsWith("stored-"));

/** Returns the fields of a listed event that an update may not change. A field of a later version is not among them. */
const lasting = (event, fields) => {
  const { received_at, delivery, ...rest } = Object.fromEntries(Object.keys(fields).map((name) => [name, event[name]]));
  return rest;
};

it("there is data to read", () => assert.ok(recorded.length > 0));

for (const file of recorded) {
  describe(`the data in ${file}`, () => {
    const { at, token, settings, keys, link, bodies, events, data } = JSON.parse(
      readFileSync(new URL(file, fixtures), "utf8"),
    );
    let gateway, merchant, worker, caller;
    const list = async () => (await caller.get("/v1/callbacks", { authorization: `Bearer ${token}` })).json.data;

    before(async () => {
      gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
      gateway.answers(500, {});
      merchant = await startMerchant();
      worker = await startWorker({
        ...settings,
        CITRN_BASE_URL: gateway.baseUrl,
        MERCHANT_WEBHOOK_URL: merchant.url,
        MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
        DELIVERY_BACKOFF_SCALE: "0.001",
      });
      await worker.restart((disk) => writeData(disk, data, Date.now() - at));
      caller = makeCaller(worker, token);
    });
    after(async () => {
      await worker?.stop();
      await merchant?.close();
      await gateway?.close();
    });

    it("answers each key as before, without a call to the gateway", async () => {
      assert.ok(keys.length > 0);
      for (const { path, key, body, answer } of keys) {
        const again = await caller.post(path, body, { "idempotency-key": key });
        assert.equal(again.headers.get("idempotency-replayed"), "true", key);
        const { request_id: now, ...rest } = again.json;
        const { request_id: then, ...expected } = answer.json;
        assert.deepEqual([again.status, rest], [answer.status, expected]);
      }
      assert.deepEqual(gateway.received(), []);
    });

    it("opens the checkout's link, and gives its payer the same session", async () => {
      const payer = makePayer(worker, token, settings.PUBLIC_ORIGIN);
      assert.equal((await payer.visit(link)).status, 200);
      assert.match((await payer.visit(link, { coin: "USDTT" })).text, /https:\/\/pay\.example\/stored/);
      const creations = gateway.received().filter(({ url }) => !url.endsWith("/currencies/list"));
      assert.deepEqual(creations, []);
    });

    it("lists the same events, and delivers each once, in order", async () => {
      const listed = await list();
      assert.deepEqual(
        listed.map((event, index) => lasting(event, events[index])),
        events.map((event) => lasting(event, event)),
      );
      const ids = (await merchant.taken(events.length)).map(({ headers }) => headers["webhook-id"]);
      assert.deepEqual([...ids].sort(), events.map(({ id }) => id).sort());
      const isOfDeposit = (id) => events.find((event) => event.id === id).callback_id === "stored-deposit";
      assert.deepEqual(ids.filter(isOfDeposit), events.map(({ id }) => id).filter(isOfDeposit));
    });

    it("recognises each callback that is repeated", async () => {
      for (const body of bodies)
        assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
      assert.equal((await list()).length, events.length);
    });
  });
}
