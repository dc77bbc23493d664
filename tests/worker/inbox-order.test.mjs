// The types of events by status and id, and the order of deliveries, on real Durable Objects.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
let merchant, worker, caller;

before(async () => {
  merchant = await startMerchant();
});
beforeEach(async () => {
  merchant.deliveries.length = 0;
  merchant.answers(() => 200);
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    // Three failures take less than a second, and all of them four minutes.
    DELIVERY_BACKOFF_SCALE: "0.001",
  });
  caller = makeCaller(worker, tokens.all);
});
afterEach(() => worker?.stop());
after(() => merchant?.close());

/** Sends callbacks one after the other. @param {object[]} callbacks */
async function send(...callbacks) {
  for (const callback of callbacks) {
    const { status } = await sendCallback(worker.url, settings.CITRN_SECRET, JSON.stringify(callback));
    assert.equal(status, 200);
  }
}

/** The first accepted deliveries, as type and data. @param {number} count */
const taken = async (count) => (await merchant.taken(count, 15_000)).map(({ body }) => JSON.parse(body));

/** The events of a transaction. @param {string} id */
async function events(id) {
  const path = `/v1/callbacks?callback_id=${encodeURIComponent(id)}`;
  const { status, json, text } = await caller.get(path, { authorization: `Bearer ${tokens.all}` });
  assert.equal(status, 200, text);
  return json.data;
}

describe("a merchant who refuses an event that is not final", () => {
  const refuses = (refused) =>
    merchant.answers(({ body }) => (JSON.parse(body).data.callback.status === refused ? 400 : 200));

  for (const [what, open, final] of [
    ["a deposit's confirmed", { type: "deposit", status: "not_confirmed" }, { type: "deposit", status: "confirmed" }],
    ["a deposit's cancelled", { type: "deposit", status: "not_confirmed" }, { type: "deposit", status: "cancelled" }],
    ["a withdrawal's declined", { type: "withdrawal", status: "pending" }, { type: "withdrawal", status: "declined" }],
    ["confirmed after an unknown status", { status: "under_review" }, { status: "confirmed" }],
  ]) {
    it(`still gets the final event: ${what}`, async () => {
      refuses(open.status);
      await send({ id: 17, ...open }, { id: 17, ...final });
      const [{ type, data }] = await taken(1);
      assert.deepEqual([type, data.status, data.superseded], ["callback.received", final.status, false]);
      assert.ok(
        merchant.deliveries.filter(({ status }) => status === 400).length >= 3,
        "the first event was attempted three times",
      );
      merchant.answers(() => 200);
      const later = (await taken(2))[1].data;
      assert.deepEqual([later.status, later.superseded], [open.status, true]);
    });
  }

  it("gets no other event that is not final before it", async () => {
    refuses("not_confirmed");
    await send({ id: 17, status: "not_confirmed" }, { id: 17, status: "processing" }, { id: 18, status: "processing" });
    const [{ data }] = await taken(1);
    assert.equal(data.callback_id, "18");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(
      (await taken(1)).map(({ data }) => data.callback_id),
      ["18"],
    );
  });
});

describe("a status in any spelling", () => {
  it("is one event with the usual spelling, and the callback keeps its own", async () => {
    const { below, pick } = seeded(6);
    const space = () => pick(["", " ", "\n", "\r\n", "\t", "\u00a0", "\ufeff"]);
    const cased = (word) => [...word].map((letter) => (below(3) ? letter : letter.toUpperCase())).join("");
    const spelled = [
      ["canceled", "cancelled"],
      ["confirmed\n", "confirmed"],
      [" Confirmed ", "confirmed"],
    ];
    for (let round = 0; round < 25; round++) {
      const word = pick(["confirmed", "cancelled", "canceled", "declined", "paid", "failed", "expired"]);
      spelled.push([space() + cased(word) + space(), word.replace("canceled", "cancelled")]);
    }
    await send(...spelled.map(([status], id) => ({ id, status, type: "deposit" })));
    const deliveries = await taken(spelled.length);
    for (const [id, [status, usual]] of spelled.entries()) {
      const { data } =
        deliveries.find(({ data }) => data.callback_id === String(id)) ?? assert.fail(`${id} is missing`);
      assert.deepEqual([data.status, data.callback.status], [usual, status]);
      await send({ id, status: usual, type: "deposit", note: "again" }, { id, status: "processing", type: "deposit" });
    }
    const later = (await taken(3 * spelled.length)).slice(spelled.length);
    for (const { type, data } of later) {
      const isOpen = data.status === "processing";
      assert.deepEqual([type, data.superseded], isOpen ? ["callback.received", true] : ["callback.amended", false]);
    }
  });

  for (const [first, second] of [
    ["declined", "confirmed"],
    ["confirmed", "declined"],
    ["Declined", "cancelled"],
    ["canceled", "confirmed"],
  ]) {
    it(`is final: ${first} against ${second} is a conflict, and a late pending is superseded`, async () => {
      const statuses = ["pending", first, second, "pending"];
      await send(...statuses.map((status, note) => ({ id: 17, type: "withdrawal", status, note })));
      const types = (await taken(4)).map(({ type, data }) => [type, data.superseded]);
      const [opened, ended, conflict, late] = types;
      assert.deepEqual(
        [opened, ended],
        [
          ["callback.received", false],
          ["callback.received", false],
        ],
      );
      assert.equal(conflict[0], "callback.conflict");
      assert.deepEqual(late, ["callback.amended", true]);
    });
  }
});

describe("a callback of a payment request", () => {
  it("is a separate transaction from the one with the same number", async () => {
    const statuses = ["created", "processing", "paid"];
    const deposit = { id: 17, type: "deposit", status: "confirmed" };
    await send(...statuses.map((status) => ({ payment_request_id: 17, status })), deposit);
    await taken(4);
    assert.deepEqual(
      (await events("payment_request_id:17")).map(({ status }) => status),
      statuses,
    );
    assert.deepEqual(
      (await events("17")).map(({ status }) => status),
      ["confirmed"],
    );
  });

  for (const final of ["paid", "failed", "expired"]) {
    it(`is final once it is ${final}`, async () => {
      await send(
        ...["created", final, "created"].map((status, note) => ({ payment_request_id: "2c9f", status, note })),
      );
      const deliveries = await taken(3);
      assert.deepEqual(
        deliveries.map(({ data }) => data.superseded),
        [false, false, true],
      );
      assert.deepEqual(new Set(deliveries.map(({ data }) => data.callback_id)), new Set(["payment_request_id:2c9f"]));
    });
  }
});
