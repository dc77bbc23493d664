// The examples that editors show for citrn/worker, run against a server in the Worker's place.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import * as entry from "citrn/worker";
import { json } from "./gateway.mjs";
import { CREATED, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const event = {
  ...{ id: "evt_1", type: "callback.received", callback_id: "17", status: "confirmed" },
  ...{ credit: null, review: null },
};
const REPLIES = {
  "POST /v1/payments": CREATED,
  "POST /v1/addresses": { address: "T1", memo: null, currency: "USDTT", foreign_id: "user-17" },
  "POST /v1/checkout-links": { url: "https://pay.example.com/c/t", expires_at: "2026-11-22T13:00:00.000Z" },
  "GET /v1/currencies": { as_of: "2026-11-22T12:00:00.000Z", stale: false, data: [{ currency: "BTC" }] },
  "GET /v1/rates": { as_of: "2026-11-22T12:00:00.000Z", stale: false, data: {} },
  "GET /v1/callbacks": { data: [event], next: "1", has_more: false },
  "GET /v1/deposits": {
    data: [{ id: "17", state: "confirmed", currency: "USDTT", amount_after_fees: "49.5" }],
    ...{ next: "deposits.1", has_more: false, available_since: "2026-10-23T12:00:00.000Z" },
  },
  "POST /v1/callbacks/redeliver": { queued: 1, already_queued: 0, without_body: 0, has_more: false, next: "r.1" },
  "DELETE /v1/callbacks": { erased: 2 },
  "POST /v1/callbacks/evt_1/redeliver": { queued: 1 },
  "DELETE /v1/callbacks/evt_1": { erased: 1 },
};

let fake;
before(async () => {
  fake = await startFakeWorker();
  fake.answers(({ method, path, headers }, response) => {
    if (headers.accept !== "application/x-ndjson") {
      json(response, 200, REPLIES[`${method} ${path.split("?")[0]}`]);
      return;
    }
    const lines = [
      { ...event, next: "1" },
      { end: true, next: "1", has_more: false },
    ];
    response.writeHead(200).end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
});
after(() => fake.close());

const source = ["client", "methods"]
  .map((file) => readFileSync(new URL(`../src/worker/${file}.ts`, import.meta.url), "utf8"))
  .join("\n");
const examples = [...source.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, text]) => text.replaceAll(/^\s*\* ?/gm, ""));

test("there is one for each method", () => {
  for (const method of ["payments.create", "addresses.take", "checkoutLinks.create", "currencies.list", "rates.list"])
    assert.ok(
      examples.some((example) => example.includes(`worker.${method}(`)),
      method,
    );
  for (const method of ["list", "redeliver", "erase"])
    assert.ok(
      examples.some((example) => example.includes(`worker.callbacks.${method}(`)),
      method,
    );
});

describe("each example runs", () => {
  for (const example of examples) {
    test(/worker\.[\w.]+\(.*/.exec(example)?.[0] ?? example, async () => {
      const before = fake.requests.length;
      /** A client of the server here, whatever URL the example has. */
      class HereWorker extends entry.CitrnWorker {
        constructor(settings) {
          super({ ...settings, url: fake.url });
        }
      }
      const names = {
        ...{ CitrnWorker: HereWorker, token: TOKEN, event, after: undefined, console: { log() {} } },
        ...(!example.includes("const worker =") && { worker: fake.client() }),
      };
      const AsyncFunction = (async () => {}).constructor;
      await new AsyncFunction(...Object.keys(names), example)(...Object.values(names));
      assert.equal(fake.requests.length, before + 1);
    });
  }
});
