// The cost of a request as bodies, tokens, rows of the inbox and Idempotency-Keys grow.
import { createHmac, randomUUID } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { Agent, request as send } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../statistics.mjs";
import { objectsIn, PAYMENT, prepare, SECRET, start, TOKEN } from "../worker/workerd.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const agent = new Agent({ keepAlive: true });

/** @typedef {{ method?: string, path: string, headers?: Record<string, string>, body?: string }} Request */

/**
 * Sends a request and returns the milliseconds that it took. An answer that is not a success is an error.
 * @param {number} port
 * @param {Request} request
 */
export function timeRequest(port, { method = "POST", path, headers = {}, body = "" }) {
  const length = method === "GET" ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = send(
      { port, host: "127.0.0.1", agent, method, path, headers: { ...headers, ...length } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("end", () => {
          if (!response.statusCode || response.statusCode >= 300)
            return reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
          resolve(performance.now() - began);
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

export const authorised = (token = TOKEN) => ({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
export const payment = (/** @type {Record<string, string>} */ more = {}, token = TOKEN) => ({
  path: "/v1/payments",
  headers: { ...authorised(token), ...more },
  body: JSON.stringify(PAYMENT),
});

/** Returns a new callback of this size. @param {object} fields fields besides those of a deposit */
export function callback(bytes = 1024, fields = {}) {
  const body = {
    id: randomUUID(),
    type: "deposit",
    status: "confirmed",
    crypto_address: { foreign_id: "user-17", currency: "BTC", address: randomUUID() },
    ...fields,
    note: "",
  };
  body.note = "n".repeat(Math.max(0, bytes - JSON.stringify(body).length));
  const text = JSON.stringify(body);
  return {
    path: "/callbacks",
    headers: {
      "Content-Type": "application/json",
      "X-Process-Signature": createHmac("sha512", SECRET).update(text).digest("hex"),
    },
    body: text,
  };
}

/** Returns a request for a new checkout link. */
export const link = () => ({
  path: "/v1/checkout-links",
  headers: authorised(),
  body: JSON.stringify({ foreign_id: "user-17", return_url: "https://shop.example/thanks" }),
});

const ROWS = [1_000, 10_000, 100_000, 1_000_000];

/** Returns the series of a list, over the rows of the inbox. @param {string} what @param {string} path */
const listOf = (what, path) => ({
  title: `${what}, by the rows of the inbox`,
  sizes: ROWS,
  table: "callbacks",
  flat: true,
  requestOf: () => ({ method: "GET", path, headers: authorised() }),
});

/** The times before which no row is seeded, and after which none is. */
const SINCE = encodeURIComponent(new Date(Date.now() - 86_400_000).toISOString());

/**
 * The sizes that grow, and the request at each size. `flat`: whether the cost should be constant. `table`: the table
 * whose rows grow. The rows of the inbox are deposits of other customers, all at one time.
 */
export const SERIES = {
  body: {
    title: "callback, by the bytes of its body",
    sizes: [1_000, 10_000, 100_000, 250_000],
    flat: false,
    requestOf: (size) => callback(size),
  },
  tokens: {
    title: "payment, by the number of tokens",
    sizes: [1, 100, 10_000],
    flat: true,
    requestOf: (size) => payment({}, tokenOf(size - 1)),
  },
  keys: {
    title: "payment with a key, by the Idempotency-Keys kept",
    sizes: ROWS,
    table: "keys",
    flat: true,
    requestOf: () => SEEDED.keys.request(),
  },
  callbacks: {
    title: "callback, by the rows of the inbox",
    sizes: ROWS,
    table: "callbacks",
    flat: true,
    requestOf: () => callback(),
  },
  listing: listOf("list of callbacks", "/v1/callbacks"),
  customer: listOf("list of a customer's callbacks", "/v1/callbacks?foreign_id=user-17"),
  type: listOf("list of withdrawals", "/v1/callbacks?type=withdrawal"),
  state: listOf("list of parked callbacks", "/v1/callbacks?state=parked"),
  time: listOf("list of the latest callbacks", `/v1/callbacks?since=${SINCE}`),
  delivery: listOf("list in the order of delivery", "/v1/callbacks?order=delivery"),
  deposits: listOf("list of a customer's deposits", "/v1/deposits?foreign_id=user-17"),
};

/**
 * The tables that grow. `request`: writes a row. `own`: the columns with a different value in each row. `values`: those
 * with another value than the copied row. `few`: a request whose rows stay few.
 */
export const SEEDED = {
  keys: {
    request: () => payment({ "Idempotency-Key": randomUUID() }),
    object: "IdempotencyShard",
    table: "keys",
    own: ["scope"],
    values: {},
    shards: 16,
  },
  links: { request: link, object: "CheckoutShard", table: "links", own: ["key"], values: {}, shards: 16 },
  callbacks: {
    request: () => callback(),
    object: "InboxShard",
    table: "events",
    own: ["id", "digest", "transaction_key", "callback_id", "customer_key", "address_key", "queued_at"],
    values: { state: "delivered", received_at: Date.now() - 2 * 86_400_000 },
    shards: 8,
    few: () => callback(1024, { type: "withdrawal", foreign_id: randomUUID(), crypto_address: null }),
  },
};

const tokenOf = (/** @type {number} */ number) => `bench-token-number-${String(number).padStart(16, "0")}`;
const tokens = (/** @type {number} */ count) =>
  JSON.stringify(Array.from({ length: count }, (_, number) => ({ name: `shop-${number}`, token: tokenOf(number) })));

/** Starts a Worker whose objects have this number of rows. */
export async function grown(config, directory, kind, rows) {
  const { request, object, table, own, values, shards, few } = SEEDED[kind];
  const first = await start(config);
  const objects = path.join(objectsIn(directory), object);
  const made = () =>
    readdirSync(objects).filter((file) => file.endsWith(".sqlite") && !file.startsWith("metadata")).length;
  for (let tries = 0; tries === 0 || made() < shards; tries++) {
    if (tries === 1_000) throw new Error(`Only ${made()} of ${shards} objects of ${object} exist.`);
    await timeRequest(first.port, request());
  }
  if (few) await timeRequest(first.port, few());
  await first.stop();
  const { status, stderr } = spawnSync(
    "node",
    [path.join(here, "seed.mjs"), JSON.stringify({ directory: objects, table, rows, own, values })],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The rows could not be inserted into ${object}:\n${stderr}`);
  return start(config);
}

/** Returns the median duration of requests, in milliseconds. */
async function cost(worker, requestOf, size, requests) {
  for (let warm = 0; warm < requests / 2; warm++) await timeRequest(worker.port, requestOf(size));
  const durations = [];
  for (let count = 0; count < requests; count++) durations.push(await timeRequest(worker.port, requestOf(size)));
  return median(durations);
}

/**
 * Measures series at each of their sizes.
 * @param {{ names: string[], requests: number, rounds: number, directory: string, say?: (text: string) => void }} options
 * @returns {Promise<Record<string, { size: number, milliseconds: number }[]>>}
 */
export async function measureGrowth({ names, requests, rounds, directory, say = () => {} }) {
  /** @type {Record<string, { series: string, size: number, worker: import("../worker/workerd.mjs").Running, durations: number[] }>} */
  const measured = {};
  const workers = [];
  const add = (series, size, worker) => {
    measured[`${series} ${size}`] = { series, size, worker, durations: [] };
  };
  const own = (name, changes) => {
    const place = path.join(directory, name);
    return { place, config: prepare("citrn", place, changes) };
  };
  try {
    if (names.includes("body")) {
      const plain = await start(own("plain", {}).config);
      workers.push(plain);
      for (const size of SERIES.body.sizes) add("body", size, plain);
    }
    for (const size of names.includes("tokens") ? SERIES.tokens.sizes : []) {
      workers.push(await start(own(`tokens-${size}`, { WORKER_TOKENS: tokens(size) }).config));
      add("tokens", size, workers.at(-1));
    }
    for (const kind of ["keys", "callbacks"]) {
      const series = names.filter((name) => SERIES[name].table === kind);
      for (const size of series.length > 0 ? ROWS : []) {
        say(`${size} rows`);
        const { place, config } = own(`${kind}-${size}`, {});
        workers.push(await grown(config, place, kind, size));
        for (const name of series) add(name, size, workers.at(-1));
      }
    }
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      for (const one of Object.values(measured))
        one.durations.push(await cost(one.worker, SERIES[one.series].requestOf, one.size, requests));
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    agent.destroy();
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.values(measured)
        .filter(({ series }) => series === name)
        .map(({ size, durations }) => ({ size, milliseconds: median(durations) })),
    ]),
  );
}
