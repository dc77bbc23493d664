import assert from "node:assert/strict";
import { test } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { shopFor } from "./scenario-shop.mjs";

const lister = await startSandbox({ seed: "list" });
const scenarios = await lister.scenarios.list();
await lister.close();

for (const { name, expected } of scenarios) {
  test(`${name} ends in its expected callbacks and ledger`, async (t) => {
    const { sandbox, arrivals, ledger } = await shopFor(t);
    const run = await sandbox.scenarios.run(name);
    assert.deepEqual(run.expected, expected);
    const numbers = new Map(run.transaction_ids.map((id, index) => [id, index + 1]));
    const received = arrivals.map(({ json, at }) => ({
      after_seconds: (at - Date.parse(run.started_at)) / 1000,
      transaction: numbers.get(json.id),
      type: json.type,
      status: json.status,
    }));
    assert.deepEqual(received, expected.callbacks);
    assert.deepEqual(ledger(run.customer_id), expected.ledger);
    for (const { state } of run.callbacks) assert.equal(state, "delivered");
  });
}
