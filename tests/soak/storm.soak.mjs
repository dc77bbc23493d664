// Many callbacks in random order, a third of them duplicates, for a merchant whose endpoint fails half of the time.
// Exactly the computed set of events must be delivered, each with one id, and in order within a transaction.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeSettings } from "../worker/caller.mjs";
import { sendCallback, startMerchant } from "../worker/merchant.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { callback, eachOf, shuffled } from "./merchant-callbacks.mjs";

const CALLBACKS = Number(process.env.SOAK_CALLBACKS ?? 10_000);
const CONCURRENCY = 50;
/** The merchant accepts an event at the latest after this many failures. The Worker gives up after 16. */
const MAX_FAILURES = 8;

/** Returns distinct bodies: transactions with one to three statuses, some of them with two bodies for one status. */
function distinct(count, random) {
  const bodies = [];
  for (let id = 0; bodies.length < count; id += 1) {
    const statuses =
      random() < 0.6
        ? ["not_confirmed", "confirmed"]
        : random() < 0.5
          ? ["confirmed"]
          : ["not_confirmed", "confirmed", "cancelled"];
    for (const status of statuses) bodies.push(callback(`t-${id}`, status));
    if (random() < 0.1) bodies.push(callback(`t-${id}`, "confirmed", "amended"));
  }
  return bodies.slice(0, count);
}

it(`${CALLBACKS} callbacks become exactly their events`, { timeout: 900_000 }, async () => {
  const { next: random } = seeded(7);
  const { settings } = makeSettings();
  const bodies = distinct(Math.ceil((CALLBACKS * 2) / 3), random);
  const duplicates = Array.from(
    { length: CALLBACKS - bodies.length },
    () => bodies[Math.floor(random() * bodies.length)],
  );
  const storm = shuffled([...bodies, ...duplicates], random);

  const merchant = await startMerchant();
  const failures = new Map();
  merchant.answers(({ headers }) => {
    const id = headers["webhook-id"];
    const failed = failures.get(id) ?? 0;
    if (random() >= 0.5 || failed >= MAX_FAILURES) return 200;
    failures.set(id, failed + 1);
    return 503;
  });
  const worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  try {
    const began = performance.now();
    await eachOf(storm, CONCURRENCY, async (body) => {
      const response = await sendCallback(worker.url, settings.CITRN_SECRET, body);
      await response.arrayBuffer();
      assert.equal(response.status, 200);
    });
    const acknowledged = performance.now();
    await merchant.taken(bodies.length, 300_000);
    const delivered = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    const taken = merchant.deliveries.filter(({ status }) => status === 200);
    const digest = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
    const bodyOf = ({ body }) => body.slice(body.indexOf('"callback":') + '"callback":'.length, -2);
    assert.deepEqual(
      taken.map(bodyOf).map(digest).sort(),
      bodies.map(digest).sort(),
      "each distinct body is delivered exactly once",
    );
    const ids = new Map();
    for (const delivery of merchant.deliveries) {
      const id = delivery.headers["webhook-id"];
      assert.equal(ids.get(id) ?? bodyOf(delivery), bodyOf(delivery), `${id} has two bodies`);
      ids.set(id, bodyOf(delivery));
    }
    assert.equal(ids.size, bodies.length);

    // The type of each event must match the events delivered before it.
    const known = new Map();
    for (const { body } of taken) {
      const { type, data } = JSON.parse(body);
      const before = known.get(data.callback_id) ?? [];
      const isFinal = data.status !== "not_confirmed";
      const expected = before.includes(data.status)
        ? "callback.amended"
        : isFinal && before.some((status) => status !== "not_confirmed")
          ? "callback.conflict"
          : "callback.received";
      assert.deepEqual(
        [type, data.superseded],
        [expected, !isFinal && before.some((status) => status !== "not_confirmed")],
      );
      known.set(data.callback_id, [...before, data.status]);
    }
    const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
    console.log(
      `${CALLBACKS} callbacks acknowledged in ${seconds(began, acknowledged)} s, ${bodies.length} events delivered in ${seconds(began, delivered)} s by ${merchant.deliveries.length} attempts`,
    );
  } finally {
    await worker.stop();
    await merchant.close();
  }
});
