// What docs/scaling.md is computed from: requests per second, rows read and written, and bytes of a row.
import { createHash, randomUUID } from "node:crypto";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { median } from "../statistics.mjs";
import { objectsIn, prepare, start } from "../worker/workerd.mjs";
import { callback, grown, link, payment, SEEDED, timeRequest } from "./measure.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const payWithKey = () => payment({ "Idempotency-Key": randomUUID() });

const CHECKOUT = {
  CHECKOUT_SECRETS: `2026a:${Buffer.alloc(32, 7).toString("base64")}`,
  PUBLIC_ORIGIN: "https://pay.shop.example",
};
const WEBHOOK = {
  MERCHANT_WEBHOOK_URL: "https://shop.example/merchant",
  MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
};

/** The operations whose rows are counted, with the settings of the Worker. A retention of 2 s drops the bodies soon. */
const COUNTED = {
  stored: { changes: {}, request: callback },
  delivered: { changes: WEBHOOK, request: callback },
  dropped: { changes: { ...WEBHOOK, INBOX_RETENTION_DAYS: "0.000023" }, request: callback },
  payment: { changes: {}, request: payWithKey },
  link: { changes: CHECKOUT, request: link },
};

/** The requests of a count, and of a warm-up before it, which creates all objects. */
const REQUESTS = 40;
const WARM_UP = 100;

/** The connections of a load, and its seconds. */
const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 3;

/** The rows whose bytes are measured. */
const ROWS = 100_000;

/** @typedef {{ rowsRead: number, rowsWritten: number, alarms: number }} Counts */
/**
 * @typedef {object} Scale
 * @property {Record<string, number>} perSecond
 * @property {Record<string, Counts>} counts of one operation
 * @property {Record<string, number>} bytes of a row
 * @property {number} migrationMilliseconds for a million events
 */

/** Returns the counts since the last call, once the objects have nothing left to do. @returns {Promise<Counts>} */
async function settled(port) {
  const sum = { rowsRead: 0, rowsWritten: 0, alarms: 0 };
  for (let quiet = 0; quiet < 6; await sleep(500)) {
    const response = await fetch(`http://127.0.0.1:${port}/counts`);
    const counts = /** @type {Counts} */ (await response.json());
    quiet = counts.rowsWritten === 0 ? quiet + 1 : 0;
    for (const [name, count] of Object.entries(counts)) sum[name] += count;
  }
  return sum;
}

/**
 * Returns the rows and alarms of one operation, on average. Each is settled before the next.
 * @returns {Promise<Counts>}
 */
async function countsOf({ changes, request }, directory) {
  const worker = await start(prepare("counted", directory, changes));
  try {
    const send = async (/** @type {number} */ times) => {
      for (let sent = 0; sent < times; sent++) {
        await timeRequest(worker.port, request());
        await sleep(50);
      }
      return settled(worker.port);
    };
    await send(WARM_UP);
    const { rowsRead, rowsWritten, alarms } = await send(REQUESTS);
    return { rowsRead: rowsRead / REQUESTS, rowsWritten: rowsWritten / REQUESTS, alarms: alarms / REQUESTS };
  } finally {
    await worker.stop();
  }
}

/** Returns a callback that is stored by the first object. */
function callbackOfOneObject() {
  for (;;) {
    const id = randomUUID();
    const [first] = createHash("sha256").update(id).digest();
    if (first % SEEDED.callbacks.shards === 0) return callback(1024, { id });
  }
}

/** Returns the requests per second of one Worker, whose objects run on one thread. */
async function perSecond(port, request) {
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const end = performance.now() + SECONDS * 1_000;
    let sent = 0;
    const work = async () => {
      while (performance.now() < end) {
        await timeRequest(port, request());
        sent += 1;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    if (round > 0) rounds.push(sent / SECONDS);
  }
  return median(rounds);
}

/**
 * Returns the bytes of a row.
 * @param {string} kind
 * @param {string} directory
 * @param {{ statement?: string, timed?: string[] }} [more] after which they are measured again, and what is timed
 */
async function bytesOf(kind, directory, more) {
  const worker = await grown(prepare("citrn", directory, CHECKOUT), directory, kind, ROWS);
  await worker.stop();
  const { object, table } = SEEDED[kind];
  const input = { directory: path.join(objectsIn(directory), object), table, ...more };
  const { status, stdout, stderr } = spawnSync("node", [path.join(here, "bytes.mjs"), JSON.stringify(input)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The bytes of ${table} could not be measured:\n${stderr}`);
  return JSON.parse(stdout);
}

/** How the Worker drops a body (worker/src/inbox/shard.rs). */
const DROP =
  "UPDATE events SET seq = seq, body = NULL, customer_key = NULL, address_key = NULL, transaction_type = NULL";

/** As much work as the migration to the latest schema, which creates these indexes. */
const MIGRATION = ["of_type", "of_state", "by_place", "pending"].map((name) => `REINDEX events_${name}`);

/**
 * Measures throughput, rows and bytes.
 * @param {{ directory: string, say?: (text: string) => void }} options
 * @returns {Promise<Scale>}
 */
export async function measureScale({ directory, say = () => {} }) {
  const at = (/** @type {string} */ name) => path.join(directory, name);
  /** @type {Record<string, Counts>} */
  const counts = {};
  for (const [name, operation] of Object.entries(COUNTED)) {
    say(`rows: ${name}`);
    counts[name] = await countsOf(operation, at(name));
  }
  /** @type {Record<string, number>} */
  const speed = {};
  for (const [name, request] of Object.entries({ callback: callbackOfOneObject, payment: payWithKey, link })) {
    say(`requests per second: ${name}`);
    const worker = await start(prepare("citrn", at(name), CHECKOUT));
    try {
      speed[name] = await perSecond(worker.port, request);
    } finally {
      await worker.stop();
    }
  }
  say("bytes");
  const [event, key, linkRow] = [
    await bytesOf("callbacks", at("events"), { statement: DROP, timed: MIGRATION }),
    await bytesOf("keys", at("keys")),
    await bytesOf("links", at("links")),
  ];
  const bytes = { withBody: event.before, withoutBody: event.after, key: key.before, link: linkRow.before };
  return { perSecond: speed, counts, bytes, migrationMilliseconds: event.milliseconds * 1_000_000 };
}
