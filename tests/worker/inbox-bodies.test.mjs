// Unusual bodies in the inbox on real Durable Objects: deliveries and lists are JSON, and keep every character.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const BOM = "\ufeff";
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

/**
 * Stores bodies; returns the text of their deliveries, and their list entries.
 * @param {Array<string | Uint8Array>} bodies
 */
async function store(bodies) {
  merchant.deliveries.length = 0;
  for (const body of bodies) assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
  const deliveries = (await merchant.taken(bodies.length)).map(({ body }) => body);
  const entries = [];
  for (let after = "", more = true; more; ) {
    const { status, json, text } = await caller.request(`/v1/callbacks?limit=100${after && `&after=${after}`}`, {
      headers: { authorization: `Bearer ${tokens.all}` },
    });
    assert.equal(status, 200, text);
    entries.push(...json.data);
    ({ next: after, has_more: more } = json);
  }
  return { deliveries, entries };
}

/** Returns the exact text of the callback in a delivery, or its bytes. @param {string} delivery */
function carried(delivery) {
  const { data } = JSON.parse(delivery);
  if (data.body_base64 !== undefined) {
    assert.equal(data.callback, null);
    return Buffer.from(data.body_base64, "base64").toString("latin1");
  }
  const start = delivery.indexOf('"callback":', delivery.indexOf('"superseded":')) + '"callback":'.length;
  return Buffer.from(delivery.slice(start, -2)).toString("latin1");
}

/** Generates an unusual body. @param {ReturnType<typeof seeded>} random @param {number} id */
function generate({ below, pick: of }, id) {
  const note = of([
    "1.50",
    "-0",
    "1e400",
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\u0000"',
    `"${BOM}\u2028\u007f"`,
    '{"a":1,"a":2}',
    '{ "a" : [ ] }',
    `${"[".repeat(62)}${"]".repeat(62)}`,
    `${"[".repeat(900)}${"]".repeat(900)}`,
    "01",
    '"\t"',
  ]);
  const status = of(["confirmed", "not_confirmed", "processing\\u0000", "\\u00e9\\/", "\u{10ffff}"]);
  const text = `{"id":"${id}${of(["", "\\u0000", "é"])}","status":"${status}","note":${note}}`;
  const bytes = Buffer.from(text);
  const at = of([0, 0, bytes.length, below(bytes.length)]);
  const inserted = of(["", "", "", BOM, BOM + BOM, "\r\n ", "\0", "\u00a0", Buffer.of(0xff), Buffer.of(0xc3)]);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(at)]);
}

describe("the body of a callback", () => {
  it("is delivered as bytes if it is nested too deep for other readers", async () => {
    const nested = (id, open, close, depth) =>
      `{"id":"deep-${id}","status":"confirmed","note":${open.repeat(depth)}1${close.repeat(depth)}}`;
    const shallow = [nested(1, "[", "]", 60), nested(2, '{"a":', "}", 60)];
    const deep = [
      nested(3, "[", "]", 65),
      nested(4, '{"a":', "}", 65),
      nested(5, '[{"a":', "}]", 40),
      nested(6, "[", "]", 1_000),
      nested(7, "[", "]", 100_000),
    ];
    const { deliveries, entries } = await store([...shallow, ...deep]);
    assert.deepEqual(deliveries.map(carried).sort(), [...shallow, ...deep].sort());
    const bytesOf = (all) =>
      all
        .map(({ body_base64 }) => body_base64)
        .filter((text) => text !== undefined)
        .sort();
    const expected = deep.map((body) => Buffer.from(body).toString("base64")).sort();
    assert.deepEqual(bytesOf(deliveries.map((delivery) => JSON.parse(delivery).data)), expected);
    assert.deepEqual(bytesOf(entries), expected);
  });

  it("is embedded without the byte-order mark and the white space around it", async () => {
    const json = (id) => `{"id":${id},"status":"confirmed","note":"a\\/b ${BOM}","amount":1.50}`;
    const { deliveries, entries } = await store([BOM + json(1), `${BOM}\r\n ${json(2)}\n`, `\t${json(3)}`]);
    assert.deepEqual(
      deliveries.map(carried).sort(),
      [1, 2, 3].map((id) => Buffer.from(json(id)).toString("latin1")),
    );
    assert.deepEqual(
      entries
        .map(({ callback }) => callback?.id)
        .filter(Number.isInteger)
        .sort(),
      [1, 2, 3],
    );
  });

  it("keeps its characters, and lists and deliveries stay JSON", async () => {
    const random = seeded(17);
    const bodies = Array.from({ length: 150 }, (_, id) => generate(random, 100 + id));
    const { deliveries, entries } = await store(bodies);
    const lenient = (body) => body.replace(/^\xef\xbb\xbf/, "").replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    const sent = bodies.flatMap((body) => [body.toString("latin1"), lenient(body.toString("latin1"))]);
    for (const delivery of deliveries) assert.ok(sent.includes(carried(delivery)), delivery);
    const asText = deliveries.filter((delivery) => JSON.parse(delivery).data.body_base64 === undefined);
    assert.ok(
      asText.length > 30 && deliveries.length - asText.length > 30,
      `${asText.length} of ${deliveries.length} are text`,
    );
    for (const delivery of deliveries) {
      const { data } = JSON.parse(delivery);
      assert.ok(
        entries.some(
          (entry) =>
            entry.callback_id === data.callback_id &&
            entry.status === data.status &&
            entry.body_base64 === data.body_base64,
        ),
      );
      assert.ok(JSON.stringify(data).isWellFormed());
    }
  });
});
