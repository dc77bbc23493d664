// The JavaScript sample of docs/paying-out.md, against gateways that refuse, fail and send callbacks. The Rust sample
// is a documentation test of the core.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Citrn, CitrnError, callbackHandler } from "citrn";
import { samplesOf } from "./pages.mjs";
import { sampleProject } from "./run-sample.mjs";

const page = samplesOf("docs/paying-out.md", { "tests/worker/paying-out.test.mjs": ["inbox", "inbox-typescript"] });
const PAYOUT = { foreign_id: "payout-881", address: "TXYZ", amount: "25", currency: "USDTT" };

let project, payOut, onEvent, payouts;
before(async () => {
  project = sampleProject({ "sample.ts": page.get("javascript") });
  ({ payOut, onEvent, payouts } = await import(pathToFileURL(path.join(project.directory, "sample.js"))));
});
after(() => project.remove());
beforeEach(() => {
  payouts.clear();
  payouts.set(PAYOUT.foreign_id, "ready");
});

/** A client of a gateway that gives every call this answer, and the number of requests that reached it. */
function gateway(status, body) {
  const sent = { requests: 0 };
  const fetch = async () => {
    sent.requests++;
    return new Response(body, { status, headers: { "Content-Type": "application/json" } });
  };
  return { sent, citrn: new Citrn({ apiKey: "key", secret: "secret", fetch, maxRetries: 5 }) };
}

/** Delivers a signed callback of the payout to a handler that passes its event to the sample. */
async function receive(citrn, status, fields = { foreign_id: PAYOUT.foreign_id, type: "withdrawal" }) {
  const handle = callbackHandler({
    citrn,
    process: async (event) => {
      onEvent(event);
      return "done";
    },
    review: (event) => assert.fail(`for a person: ${event.data.review}`),
  });
  const body = JSON.stringify({ id: 1, status, ...fields });
  const headers = citrn.callbacks.sign(body);
  assert.equal((await handle(new Request("https://shop.example/", { method: "POST", body, headers }))).status, 200);
}

const state = () => payouts.get(PAYOUT.foreign_id);
const withExecuted = (executed) => (error) => error instanceof CitrnError && error.executed === executed;

describe("the JavaScript sample", () => {
  test("a refused payout stays ready and can be sent again", async () => {
    const { citrn, sent } = gateway(400, '{"error_code":"balance_not_enough"}');
    for (const requests of [1, 2]) {
      await assert.rejects(payOut(citrn, PAYOUT), withExecuted("no"));
      assert.deepEqual([state(), sent.requests], ["ready", requests]);
    }
  });

  for (const [name, status, body] of [
    ["a lost answer", 502, ""],
    ["a duplicate", 400, '{"error_code":"duplication_request"}'],
  ]) {
    test(`after ${name} the payout is pending and is never sent again`, async () => {
      const { citrn, sent } = gateway(status, body);
      await assert.rejects(payOut(citrn, PAYOUT), withExecuted("unknown"));
      for (let attempt = 0; attempt < 3; attempt++) await payOut(citrn, PAYOUT);
      assert.deepEqual([state(), sent.requests], ["pending", 1]);
    });
  }

  test("an accepted payout is pending until its callback, and two concurrent calls send it once", async () => {
    const { citrn, sent } = gateway(200, '{"data":{"id":1,"foreign_id":"payout-881","status":"processing"}}');
    await Promise.all([payOut(citrn, PAYOUT), payOut(citrn, PAYOUT)]);
    assert.deepEqual([state(), sent.requests], ["pending", 1]);
  });

  test("the first final callback decides, and later ones change nothing", async () => {
    const { citrn } = gateway(200, "{}");
    payouts.set(PAYOUT.foreign_id, "pending");
    await receive(citrn, "pending");
    await receive(citrn, "not_confirmed");
    assert.equal(state(), "pending");
    await receive(citrn, "confirmed");
    await receive(citrn, "declined");
    assert.equal(state(), "paid");
  });

  for (const status of ["cancelled", "declined"]) {
    test(`a payout that is ${status} is not paid`, async () => {
      payouts.set(PAYOUT.foreign_id, "pending");
      await receive(gateway(200, "{}").citrn, status);
      assert.equal(state(), "not_paid");
    });
  }

  test("a deposit with the same id and an unknown payout are ignored", async () => {
    const { citrn } = gateway(200, "{}");
    const crypto_address = { foreign_id: "user-17" };
    const currency_received = { currency: "USDTT", amount: "25", amount_minus_fee: "25" };
    await receive(citrn, "confirmed", {
      ...{ foreign_id: PAYOUT.foreign_id, type: "deposit" },
      ...{ crypto_address, currency_received },
    });
    await receive(citrn, "confirmed", { foreign_id: "payout-882", type: "withdrawal" });
    assert.deepEqual([...payouts], [[PAYOUT.foreign_id, "ready"]]);
  });

  test("an event without a callback, as of a body that some JSON reader would refuse, is ignored", () => {
    for (const is_deposit of [true, false]) onEvent({ data: { callback: null, is_deposit, status: "confirmed" } });
    assert.deepEqual([...payouts], [[PAYOUT.foreign_id, "ready"]]);
  });
});

test("every sample of the page is run", () => assert.deepEqual(page.unused(), []));
