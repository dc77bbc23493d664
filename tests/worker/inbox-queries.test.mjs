// Events that an earlier version stored are filled in place: the queries of this version find them, except erased ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { makeCaller, makeSettings } from "./caller.mjs";
import { store } from "./inbox-store.mjs";
import { sendCallback } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const bearer = { authorization: `Bearer ${tokens.all}` };
const fixture = JSON.parse(readFileSync(new URL("fixtures/inbox-3-transactions.json", import.meta.url), "utf8"));

describe("an inbox that commit be72d37 stored", () => {
  let worker, caller;
  /** Requests a list. Until the stored events are filled, the Worker refuses it, because it would miss them. */
  const list = async (path) => {
    for (;;) {
      const { status, json } = await caller.get(path, bearer);
      if (status === 200) return json.data;
      assert.deepEqual([status, json.code, json.retryable], [503, "storage_unavailable", true]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const ids = async (query) => (await list(`/v1/callbacks?${query}`)).map(({ callback_id }) => callback_id);

  before(async () => {
    worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" });
    await worker.restart((disk) => store(disk, fixture));
    caller = makeCaller(worker, tokens.all);
  });
  after(() => worker?.stop());

  it("says whether a withdrawal was reported", async () => {
    assert.deepEqual(await ids("foreign_id=payout-881"), ["18"]);
    assert.deepEqual(await ids("foreign_id=payout-882&type=withdrawal_exchange"), ["19"]);
    assert.deepEqual(await ids("foreign_id=payout-999"), []);
    assert.deepEqual(await ids("type=withdrawal"), ["18"]);
  });

  it("lists the deposits of a customer and to an address", async () => {
    const [deposit, ...others] = await list("/v1/deposits?foreign_id=user-17");
    assert.deepEqual(others, []);
    const { seen_at, settled_at, ...rest } = deposit;
    assert.ok(Date.parse(settled_at) - Date.parse(seen_at) > 86_000_000);
    assert.deepEqual(rest, {
      id: "17",
      state: "confirmed",
      currency: "XRP",
      amount_received: "12.50",
      amount_after_fees: "12.4",
      currency_sent: "XRP",
      amount_sent: "12.50",
      txid: "ABC",
    });
    assert.deepEqual(await list("/v1/deposits?address=rXYZ&memo=7"), [deposit]);
  });

  it("finds events by the time of receipt, and in the order of delivery", async () => {
    const since = new Date(Date.now() - 1.5 * 86_400_000).toISOString();
    assert.deepEqual(new Set(await ids(`since=${since}`)), new Set(["17", "19"]));
    assert.deepEqual(new Set(await ids(`until=${since}`)), new Set(["17", "18", "20", "21"]));
    const body = JSON.stringify({ id: 22, type: "withdrawal", status: "confirmed", foreign_id: "payout-884" });
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
    const order = await ids("order=delivery");
    assert.equal(order.length, fixture.events.length + 1);
    assert.equal(order.at(-1), "22");
  });

  it("never finds an erased transaction by its customer or payout", async () => {
    for (const path of [
      "callbacks?foreign_id=payout-883",
      "callbacks?foreign_id=user-21",
      "deposits?foreign_id=user-21",
    ])
      assert.deepEqual(await list(`/v1/${path}`), []);
    for (const id of ["20", "21"]) {
      const [event] = await list(`/v1/callbacks?callback_id=${id}`);
      assert.equal(event.callback, null);
      assert.notEqual(event.erased_at, null);
    }
  });
});
