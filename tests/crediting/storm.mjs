// A storm of deliveries to a shop that is killed again and again: each transaction must be credited exactly once.
import assert from "node:assert/strict";
import { webhooks } from "citrn/worker";
import { seeded } from "../../pkg/test/seeded.mjs";
import { eachOf, shuffled } from "../soak/merchant-callbacks.mjs";
import { CRASHES, SECRET } from "./shop.mjs";

const AT_ONCE = 50;

/** @typedef {{ id: string, body: string, transaction: string, credit?: string, review?: string }} Delivery */

/**
 * Events of transactions as the Worker delivers them: most are credited; of the others, one is cancelled before it is
 * confirmed, and one is confirmed again with one field more.
 * @param {number} count @param {() => number} random @returns {Delivery[]}
 */
function eventsOf(count, random) {
  /** @type {Delivery[]} */
  const events = [];
  const add = (transaction, status, type, { credit = undefined, review = undefined, note = undefined } = {}) => {
    const facts = { callback_id: transaction, status, superseded: false, customer_id: "user-17" };
    const data = {
      ...facts,
      is_final: status !== "not_confirmed",
      is_deposit: true,
      credit: credit === undefined ? null : { customer_id: "user-17", currency: "USDTT", amount: credit },
      review: review ?? null,
      callback: { id: transaction, status, note },
    };
    const body = JSON.stringify({ type, timestamp: "2026-11-22T12:00:00.000Z", data });
    events.push({ id: `evt_${events.length}`, body, transaction, credit, review });
  };
  for (let number = 0; events.length < count; number += 1) {
    const transaction = `t-${number}`;
    const credit = `${1 + Math.floor(random() * 1_000)}.${String(number).padStart(8, "0")}`;
    const kind = random();
    if (kind < 0.3) add(transaction, "not_confirmed", "callback.received");
    if (kind > 0.9) {
      add(transaction, "cancelled", "callback.received");
      add(transaction, "confirmed", "callback.conflict", { review: "conflict" });
      continue;
    }
    add(transaction, "confirmed", "callback.received", { credit });
    if (kind > 0.7) add(transaction, "confirmed", "callback.amended", { review: "amended", note: "added" });
  }
  return events.slice(0, count);
}

/**
 * Delivers events concurrently, each until it is answered with 200, while the shop is killed at random and once at each
 * of its moments. Then compares the content of the database.
 * @param {object} options
 * @param {ReturnType<typeof import("./shop.mjs").makeShop>} options.shop
 * @param {number} options.deliveries
 * @param {number} options.events distinct ones
 * @param {number} options.kills at random
 * @param {() => Promise<{ credits: [string, string][], reviews: string[], keys: string[] }>} options.read its content
 */
export async function storm({ shop, deliveries, events: count, kills, read }) {
  const { next: random, below, pick } = seeded(18);
  const events = eventsOf(count, random);
  const repeated = Array.from({ length: deliveries - count }, () => pick(events));
  const queue = shuffled([...events, ...repeated], random);

  const crashes = [...CRASHES];
  const happened = { crashes: 0, kills: 0 };
  let finished = false;
  let answered = 0;
  let killed = false;

  /** Starts the shop, to crash at the next moment if one is left. */
  const start = () => shop.start(crashes.length > 0 ? { CRASH_AT: crashes[0], CRASH_ON: String(1 + below(5)) } : {});
  let url = start();

  /** Starts the shop again whenever it is gone. */
  async function supervise() {
    for (;;) {
      await url;
      await shop.gone();
      if (finished) return;
      // A kill at random may come first, and the moment is tried again.
      if (!killed && crashes.shift()) happened.crashes += 1;
      killed = false;
      url = start();
    }
  }

  /** Kills it at random, spread over the deliveries. */
  const killAt = Array.from({ length: kills }, (_, index) =>
    Math.floor(((index + random()) * deliveries) / (kills + 1)),
  );

  async function deliver(/** @type {Delivery} */ { id, body }) {
    for (;;) {
      try {
        const headers = await webhooks.sign(body, { secrets: SECRET, id });
        const response = await fetch(await url, { method: "POST", body, headers });
        const text = await response.text();
        if (response.status === 200) break;
        assert.equal(response.status, 500, text);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        // The shop is gone, and comes back.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    answered += 1;
    if (killAt.length > 0 && answered >= killAt[0]) {
      killAt.shift();
      happened.kills += 1;
      await url;
      killed = true;
      await shop.kill();
    }
  }

  const supervised = supervise();
  await eachOf(queue, AT_ONCE, deliver);
  finished = true;
  await shop.kill();
  await supervised;

  assert.equal(answered, deliveries);
  assert.equal(happened.kills, kills, "kills at random");
  assert.equal(happened.crashes, CRASHES.length, "kills at a moment");

  const held = await read();
  const credited = events.flatMap(({ transaction, credit }) => (credit === undefined ? [] : [[transaction, credit]]));
  assert.deepEqual(held.credits.sort(), credited.sort(), "each transaction is credited exactly once");
  const idsToReview = events.filter(({ review }) => review).map(({ id }) => id);
  assert.deepEqual(held.reviews.sort(), idsToReview.sort(), "each event with a review is stored once");
  const keys = events.map(({ id, credit, transaction }) => (credit === undefined ? id : transaction));
  assert.deepEqual(held.keys.sort(), keys.sort());
}
