// The examples of docs/data-protection.md on workerd: a customer is exported, then erased, and does not come back.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const page = samplesOf("docs/data-protection.md");
const { settings, tokens } = makeSettings();
const authorization = `Bearer ${tokens.all}`;
let merchant, worker, caller;

before(async () => {
  merchant = await startMerchant();
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await merchant?.close();
});

const deposit = (id, foreign_id, status) =>
  JSON.stringify({ id, type: "deposit", status, crypto_address: { foreign_id, address: `T${id}` } });
const bodies = [1, 2, 3, 4].flatMap((id) =>
  ["not_confirmed", "confirmed"].map((status) => deposit(id, id < 4 ? "user-17" : "user-18", status)),
);
const sendAll = async () => {
  for (const body of bodies) assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
};
const run = async (sample) => {
  const env = { ...process.env, CITRN_WORKER_URL: worker.url, CITRN_WORKER_TOKEN: tokens.all };
  return (await promisify(execFile)("sh", ["-c", page.get(sample)], { env })).stdout;
};
const exported = async () => (await run("export")).trimEnd().split("\n").map(JSON.parse);

it("a customer is exported and erased, and what the gateway repeats does not bring them back", async () => {
  await sendAll();
  await merchant.taken(8);
  const lines = await exported();
  assert.equal(lines.pop().end, true);
  assert.deepEqual(lines.map(({ callback }) => JSON.stringify(callback)).sort(), bodies.slice(0, 6).sort());
  assert.deepEqual(JSON.parse(await run("erase")), { erased: 6 });
  await sendAll();
  assert.equal((await exported()).length, 1);
  const { text } = await caller.get("/v1/callbacks?limit=100", { authorization });
  assert.doesNotMatch(text, /user-17|T[123]\b/);
  assert.match(text, /user-18/);
  assert.equal(JSON.parse(text).data.length, 8);
  const deposits = await caller.get("/v1/deposits?foreign_id=user-17", { authorization });
  assert.deepEqual(deposits.json.data, []);
  const again = await caller.post("/v1/callbacks/redeliver", { since: "2020-01-01" });
  assert.equal(again.status, 202);
  assert.deepEqual([again.json.queued, again.json.without_body, again.json.has_more], [2, 6, false]);
  await merchant.taken(10);
  assert.ok(merchant.deliveries.slice(8).every(({ body }) => body.includes("user-18")));
  assert.deepEqual(page.unused(), []);
});
