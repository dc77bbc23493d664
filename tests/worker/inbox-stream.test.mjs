// The inbox's lists as streams of lines, on workerd.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const STORED = 250;
const { settings, tokens } = makeSettings();
const authorization = `Bearer ${tokens.all}`;
let worker, caller;

before(async () => {
  worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" });
  caller = makeCaller(worker, tokens.all);
  await storeAll(0, STORED);
});
after(() => worker?.stop());

async function storeAll(first, end) {
  for (let id = first; id < end; id += 1) {
    const body = JSON.stringify({ id, type: "withdrawal", status: "confirmed", foreign_id: `payout-${id}` }, null, 2);
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
  }
}

const open = (query = "", init = {}) =>
  fetch(`${worker.url}/v1/callbacks${query}`, { headers: { authorization, accept: "application/x-ndjson" }, ...init });
const linesOf = (text) => text.trimEnd().split("\n").map(JSON.parse);

async function pagesOf(query = "") {
  const ids = [];
  for (let after = ""; ; ) {
    const { json } = await caller.get(`/v1/callbacks?limit=100${query}${after}`, { authorization });
    ids.push(...json.data.map(({ id }) => id));
    if (!json.has_more) return ids;
    after = `&after=${json.next}`;
  }
}

describe("a stream", () => {
  it("has every event once, each with its cursor, and ends with the last one", async () => {
    const response = await open();
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/x-ndjson"]);
    const lines = linesOf(await response.text());
    const end = lines.pop();
    assert.deepEqual(end, { end: true, next: lines.at(-1).next, has_more: false });
    assert.deepEqual(
      lines.map(({ id }) => id),
      await pagesOf(),
    );
    const rest = linesOf(await (await open(`?after=${lines[199].next}`)).text());
    assert.deepEqual(rest, [...lines.slice(200), end]);
  });

  it("is sent while it is read, and stops when the client leaves", async () => {
    const controller = new AbortController();
    const reader = (await open("", { signal: controller.signal })).body.getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /^\{"id":"evt_/);
    controller.abort();
    await assert.rejects(reader.read());
    assert.equal((await caller.get("/healthz")).status, 200);
    assert.equal((await open("?limit=1")).status, 200);
  });

  it("has each event that is stored meanwhile, or its cursor is before it", async () => {
    const [text] = await Promise.all([open().then((response) => response.text()), storeAll(STORED, STORED + 60)]);
    const lines = linesOf(text);
    const { next } = lines.pop();
    const later = await pagesOf(`&after=${next}`);
    const ids = [...lines.map(({ id }) => id), ...later];
    assert.equal(ids.length, STORED + 60);
    assert.deepEqual(new Set(ids), new Set(await pagesOf()));
  });

  it("of many requests at once is complete for each", async () => {
    const texts = await Promise.all(Array.from({ length: 8 }, async () => (await open()).text()));
    for (const text of texts) assert.equal(text, texts[0]);
    assert.equal(linesOf(texts[0]).length, STORED + 61);
  });
});
