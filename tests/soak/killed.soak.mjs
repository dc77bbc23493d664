// Kills the Worker with SIGKILL at random moments after callbacks were acknowledged. No callback may be lost, and a
// merchant that deduplicates by webhook-id must see each exactly once.
import assert from "node:assert/strict";
import { it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeSettings } from "../worker/caller.mjs";
import { sendCallback, startMerchant } from "../worker/merchant.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { callback } from "./merchant-callbacks.mjs";

const KILLS = Number(process.env.SOAK_KILLS ?? 50);
const CALLBACKS_A_KILL = 12;

it(`${KILLS} kills lose no callback`, { timeout: 600_000 }, async () => {
  const { next: random } = seeded(20261122);
  const { settings } = makeSettings();
  const merchant = await startMerchant();
  // A third of the attempts fail, some of them late, so that kills hit deliveries in every state.
  merchant.answers((_, response) => {
    const fate = random();
    if (fate < 0.2) return 500;
    if (fate < 0.35) return void setTimeout(() => response.writeHead(500).end(), 30);
    return 200;
  });
  const worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  const acknowledged = new Set();
  try {
    for (let round = 0; round < KILLS; round += 1) {
      let open = true;
      const sent = Array.from({ length: CALLBACKS_A_KILL }, async (_, number) => {
        const id = `${round}-${number}`;
        // A callback without an answer was interrupted by the kill. The gateway would send it again.
        const response = await sendCallback(worker.url, settings.CITRN_SECRET, callback(id, "confirmed")).catch(
          () => undefined,
        );
        if (response?.status === 200) acknowledged.add(id);
        else assert.ok(!open, `callback ${id} was answered ${response?.status}`);
      });
      await Promise.race(sent);
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
      open = false;
      await worker.restart();
      await Promise.all(sent);
    }
    assert.ok(acknowledged.size >= KILLS, `${acknowledged.size} callbacks were acknowledged`);

    const taken = () =>
      merchant.deliveries
        .filter(({ status }) => status === 200)
        .map(({ body, headers }) => [headers["webhook-id"], JSON.parse(body).data.callback_id]);
    const deadline = Date.now() + 60_000;
    const missing = () => {
      const delivered = new Set(taken().map(([, id]) => id));
      return [...acknowledged].filter((id) => !delivered.has(id));
    };
    while (missing().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(missing(), []);
    const seen = new Map(taken());
    assert.equal(new Set(seen.values()).size, seen.size, "each callback has one id");
    console.log(
      `${KILLS} kills, ${acknowledged.size} callbacks acknowledged, ${merchant.deliveries.length} attempts, ${seen.size} events`,
    );
  } finally {
    await worker.stop();
    await merchant.close();
  }
});
