// The sample of docs/paying-out.md, with the callbacks of the sandbox's withdrawals.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Citrn } from "citrn";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { sampleProject } from "../../pkg/test/run-sample.mjs";
import { shopFor } from "./scenario-shop.mjs";

test("the payout guide ends each scenario of a withdrawal in its expected state", async (t) => {
  const { directory, remove } = sampleProject({ "sample.ts": samplesOf("docs/paying-out.md").get("javascript") });
  t.after(remove);
  const { onCallback, payouts } = await import(pathToFileURL(path.join(directory, "sample.js")));
  const { sandbox, arrivals } = await shopFor(t);
  const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret });
  const states = [];
  for (const { name } of (await sandbox.scenarios.list()).filter(({ expected }) => expected.payout)) {
    arrivals.length = 0;
    payouts.set(name, "pending");
    const { expected } = await sandbox.scenarios.run(name, { payout_id: name });
    for (const { body, headers } of arrivals) {
      const callback = citrn.callbacks.verify(body, headers);
      assert.equal(payouts.get(name), "pending", "no callback comes after the final one");
      onCallback(callback);
      assert.equal(callback.isFinal, payouts.get(name) !== "pending", `${name}: ${callback.status}`);
    }
    assert.equal(payouts.get(name), expected.payout.state, name);
    states.push(expected.payout.state);
  }
  assert.deepEqual(states, ["not_paid", "paid", "paid"]);
});
