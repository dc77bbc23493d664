// Kills `citrn listen` at random moments while events arrive.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { seeded } from "../../pkg/test/seeded.mjs";
import { about, startListening } from "./listening.mjs";

const STATUSES = ["processing", "pending", "under_review", "confirmed"];

/**
 * Sends events while the listener is killed again and again, and checks that the handler got each event, in order
 * within its transaction.
 * @param {{ events: number, kills: number, seed: number }} options
 * @returns {Promise<{ deliveries: number, repeats: number }>} how many deliveries the handler got
 */
export async function killListener({ events, kills, seed }) {
  const { below } = seeded(seed);
  const shop = await startListening();
  /** The statuses that the handler got, by transaction. @type {Map<string, string[]>} */
  const got = new Map();
  shop.handler.answers((delivery) => {
    const [id, status] = about(delivery).split(" ");
    const refused = below(20) === 0;
    if (!refused) got.set(id, [...(got.get(id) ?? []), status]);
    return refused ? 503 : 200;
  });
  const transactions = events / STATUSES.length;
  let isSending = true;
  const send = async () => {
    // Several transactions in turn, as a gateway sends them.
    for (let first = 0; first < transactions; first += 10) {
      const ids = Array.from({ length: Math.min(10, transactions - first) }, (_, number) => first + number);
      for (const status of STATUSES) {
        await Promise.all(ids.map((id) => shop.send({ id, type: "withdrawal", status })));
        await setTimeout(below(100));
      }
    }
    isSending = false;
  };
  const listenFor = async (/** @type {number} */ ms) => {
    const { child, ended } = await shop.listen();
    await setTimeout(ms);
    child.kill("SIGKILL");
    await ended;
  };
  const kill = async () => {
    for (let killed = 0; killed < kills; killed++) await listenFor(below(400));
  };
  const count = () => [...got.values()].reduce((sum, statuses) => sum + new Set(statuses).size, 0);
  try {
    // Stores the position before the first event.
    await listenFor(0);
    await Promise.all([send(), kill()]);
    assert.ok(!isSending);
    await shop.listen();
    for (const deadline = Date.now() + 60_000; count() < events && Date.now() < deadline; ) await setTimeout(50);
    for (let id = 0; id < transactions; id++) {
      const statuses = got.get(String(id)) ?? [];
      const places = statuses.map((status) => STATUSES.indexOf(status));
      assert.deepEqual([...new Set(statuses)], STATUSES, `transaction ${id}: each event, and first in order`);
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        `transaction ${id}: ${statuses.join(", ")}`,
      );
    }
    const deliveries = [...got.values()].flat().length;
    return { deliveries, repeats: deliveries - events };
  } finally {
    await shop.close();
  }
}
