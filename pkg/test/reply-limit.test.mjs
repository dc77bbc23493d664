// An endless reply is read up to the limit after decompression, and then its connection is closed, with any fetch.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { createGzip, gzipSync } from "node:zlib";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

const MIB = 2 ** 20;
/** The size limits of a reply: of a single object, and of a list. */
const SINGLE = MIB;
const LIST = 8 * MIB;

const withdrawal = { address: "TXYZ", foreign_id: "payout-881", amount: "25", currency: "USDTT" };
const single = (citrn) => citrn.withdrawals.create(withdrawal);
const list = (citrn) => citrn.accounts.list();
const failed = (promise) =>
  promise.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );

describe("a reply beyond the limit", () => {
  let server;
  let answer;
  /** Bytes written to the last connection until it was closed. */
  let closed;
  let requests = 0;
  before(async () => {
    server = createServer((request, response) => {
      requests++;
      const { socket } = response;
      const before = socket.bytesWritten;
      closed = new Promise((resolve) => socket.on("close", () => resolve(socket.bytesWritten - before)));
      request.resume().on("end", () => answer(response));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const client = (settings) =>
    new Citrn({ apiKey, secret, baseUrl: `http://127.0.0.1:${server.address().port}/api`, ...settings });

  /** Writes until the connection is closed. */
  async function endless(response, into = response) {
    const chunk = Buffer.alloc(64 * 1024, " ");
    into.setMaxListeners(0);
    response.on("close", () => into.destroy());
    while (!into.destroyed) {
      if (!into.write(chunk)) await new Promise((resolve) => into.once("drain", resolve).once("close", resolve));
    }
  }

  const ANSWERS = {
    "an endless reply": (response) => void endless(response),
    "a compressed endless reply": (response) => {
      response.writeHead(200, { "Content-Encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      void endless(response, gzip);
    },
    "a reply with a Content-Length beyond the limit": (response) => {
      response.writeHead(200, { "Content-Length": String(64 * MIB) });
      void endless(response);
    },
    "an endless refusal": (response) => {
      response.writeHead(400);
      void endless(response);
    },
  };

  for (const [what, how] of Object.entries(ANSWERS)) {
    for (const [through, settings] of [
      ["the global fetch", {}],
      ["a custom fetch", { fetch: (...given) => fetch(...given) }],
    ]) {
      test(`(${what}, through ${through}) is cut off and not requested again`, async () => {
        for (const [call, limit, executed] of [
          [single, SINGLE, "unknown"],
          [list, LIST, "no"],
        ]) {
          answer = how;
          requests = 0;
          const error = await failed(call(client(settings)));
          assert.deepEqual(
            [error.code, error.executed, error.retryable, requests],
            ["network_error", executed, false, 1],
          );
          assert.match(error.message, new RegExp(`more than ${limit / MIB} MiB`));
          const sent = await closed;
          // Beyond the bytes that were read, only buffers of the connection are filled.
          assert.ok(sent < limit + 8 * MIB, `${sent} bytes were sent`);
        }
      });
    }
  }

  test("that decompresses to hundreds of megabytes uses no more memory than the limit", async () => {
    const packed = gzipSync(Buffer.alloc(400 * MIB));
    assert.ok(packed.length < MIB);
    answer = (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(packed);
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 1);
    const error = await failed(list(client()));
    clearInterval(watch);
    assert.match(error.message, /more than 8 MiB/);
    assert.ok(most - before < 128 * MIB, `${Math.round((most - before) / MIB)} MiB more were resident`);
  });
});

describe("the limit", () => {
  /** Returns JSON of a given number of bytes. */
  const padded = (size, json) => new TextEncoder().encode(json + " ".repeat(size - json.length));
  const REPLIES = [
    [single, SINGLE, '{"data":{"id":1,"foreign_id":"payout-881"}}'],
    [
      (citrn) => citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" }),
      SINGLE,
      '{"data":{"address":"bc1q"}}',
    ],
    [list, LIST, "[]"],
    [(citrn) => citrn.request("/something/new"), LIST, "{}"],
  ];

  /** Kinds of bodies, and whether the rest of each is abandoned at the limit. */
  const BODIES = {
    "a stream": (bytes, random, seen) => {
      let at = 0;
      return {
        body: new ReadableStream(
          {
            pull(controller) {
              const size = 1 + random.below(300_000);
              if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + size));
              if ((at += size) < bytes.length) return;
              controller.close();
              seen.ended = true;
            },
            cancel: () => void (seen.cancelled = true),
          },
          { highWaterMark: 0 },
        ),
      };
    },
    "an ArrayBuffer": (bytes) => ({ arrayBuffer: async () => bytes.buffer }),
    "a body that is not a stream": (bytes) => ({ body: (async function* () {})(), arrayBuffer: () => bytes }),
  };

  test("is exact for every kind of body, whatever the sizes of its chunks", async () => {
    const random = seeded(16);
    for (let round = 0; round < 60; round++) {
      const [call, limit, json] = random.pick(REPLIES);
      const size = limit + random.pick([-70_000, -1, 0, 1, 2, 70_000]);
      const kind = random.pick(Object.keys(BODIES));
      const seen = {};
      const fetch = async () => ({
        status: 200,
        headers: new Headers(),
        ...BODIES[kind](padded(size, json), random, seen),
      });
      const outcome = await call(new Citrn({ apiKey, secret, fetch })).catch((error) => error);
      const row = `round ${round}: ${kind} of ${size} bytes, limit ${limit}: ${outcome.message}`;
      assert.equal(outcome.code, size > limit ? "network_error" : undefined, row);
      if (size > limit && kind === "a stream") assert.ok(seen.cancelled || seen.ended, row);
    }
  });

  test("is compared with Content-Length before the body is read", async () => {
    let cancelled = false;
    const body = new ReadableStream(
      { pull: () => assert.fail("it was read"), cancel: () => void (cancelled = true) },
      { highWaterMark: 0 },
    );
    const fetch = async () => ({ status: 200, headers: new Headers({ "Content-Length": String(SINGLE + 1) }), body });
    const error = await failed(single(new Citrn({ apiKey, secret, fetch })));
    assert.match(error.message, /more than 1 MiB/);
    assert.equal(cancelled, true);
  });

  test("does not trust a Content-Length that is too small", async () => {
    const body = new Blob([padded(SINGLE + 1, "{}")]).stream();
    const fetch = async () => ({ status: 200, headers: new Headers({ "Content-Length": "2" }), body });
    assert.match((await failed(single(new Citrn({ apiKey, secret, fetch })))).message, /more than 1 MiB/);
  });

  test("a stream that stalls is cancelled when the call ends", async () => {
    let cancelled;
    const isCancelled = new Promise((resolve) => (cancelled = resolve));
    const fetch = async () => ({
      status: 200,
      headers: new Headers(),
      body: new ReadableStream({ cancel: () => cancelled("yes") }),
    });
    const error = await failed(new Citrn({ apiKey, secret, fetch }).withdrawals.create(withdrawal, { timeoutMs: 30 }));
    assert.deepEqual([error.code, error.executed, await isCancelled], ["timeout", "unknown", "yes"]);
  });
});
