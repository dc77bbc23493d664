// The sample of docs/paying-out.md, with the callbacks of the sandbox's withdrawals.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Citrn, callbackHandler } from "citrn";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { sampleProject } from "../../pkg/test/run-sample.mjs";
import { shopFor } from "./scenario-shop.mjs";

test("the payout guide ends each scenario of a withdrawal in its expected state", async (t) => {
  const { directory, remove } = sampleProject({ "sample.ts": samplesOf("docs/paying-out.md").get("javascript") });
  t.after(remove);
  const { onEvent, payouts } = await import(pathToFileURL(path.join(directory, "sample.js")));
  const { sandbox, arrivals } = await shopFor(t);
  const events = [];
  const handle = callbackHandler({
    citrn: new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret }),
    process: async (event) => {
      events.push(event);
      onEvent(event);
      return "done";
    },
    review: (event) => assert.fail(`${event.data.review}: nothing about a withdrawal is for a person`),
  });
  const states = [];
  for (const { name } of (await sandbox.scenarios.list()).filter(({ expected }) => expected.payout)) {
    arrivals.length = 0;
    payouts.set(name, "pending");
    const { expected } = await sandbox.scenarios.run(name, { payout_id: name });
    for (const { body, headers } of arrivals) {
      assert.equal(payouts.get(name), "pending", "no callback comes after the final one");
      const request = new Request("https://shop.example/callbacks", { method: "POST", body, headers });
      assert.equal((await handle(request)).status, 200);
      const { is_final, status } = events.at(-1).data;
      assert.equal(is_final, payouts.get(name) !== "pending", `${name}: ${status}`);
    }
    assert.equal(payouts.get(name), expected.payout.state, name);
    states.push(expected.payout.state);
  }
  assert.deepEqual(states, ["not_paid", "paid", "paid"]);
});
