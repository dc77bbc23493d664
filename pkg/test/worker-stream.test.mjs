// Lists as streams: their lines, and how they go on after a failure.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { answer, drop, errorOf, problem, startFakeWorker, TOKEN } from "./worker-fake.mjs";

let fake, worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client();
});
after(() => fake.close());

const event = (id) => ({
  ...{ id, type: "callback.received", callback_id: "17", status: "confirmed", credit: null, review: null },
  next: `after-${id}`,
});
const text = (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const end = (next, has_more = false) => ({ end: true, next, has_more });

/** Streams pieces of text. Without an end, the connection breaks. @returns {import("./worker-fake.mjs").Step} */
const stream =
  (pieces, { breaks = false } = {}) =>
  async (_, response) => {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (breaks) response.socket.destroy();
    else response.end();
  };
const paths = () => fake.requests.map(({ path }) => path);

async function idsOf(iterable) {
  const ids = [];
  for await (const { id } of iterable) ids.push(id);
  return ids;
}

describe("a stream", () => {
  test("is one request, whatever pieces its lines come in", async () => {
    const whole = Buffer.from(text([{ ...event("é"), status: "€" }, event("b"), event("c"), end("after-c")]));
    for (const size of [1, 7, 100, 10_000]) {
      const pieces = [];
      for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
      fake.answers(stream(pieces));
      assert.deepEqual(await idsOf(worker.callbacks.list({ state: "parked" }).stream()), ["é", "b", "c"]);
      assert.deepEqual(paths(), ["/v1/callbacks?state=parked"]);
      const { accept, authorization } = fake.requests[0].headers;
      assert.deepEqual([accept, authorization], ["application/x-ndjson", `Bearer ${TOKEN}`]);
    }
  });

  test("has the cursor after each entry", async () => {
    fake.answers(stream([text([event("a"), end("after-a")])]));
    for await (const { next } of worker.callbacks.list({ after: "0.9" }).stream()) assert.equal(next, "after-a");
    assert.deepEqual(paths(), ["/v1/callbacks?after=0.9"]);
  });

  test("of deposits", async () => {
    const deposit = { id: "17", state: "confirmed", currency: "USDTT", amount_after_fees: "49.5", next: "deposits.1" };
    fake.answers(stream([text([deposit, end("deposits.1")])]));
    const deposits = [];
    for await (const one of worker.deposits.list({ foreign_id: "user-17" }).stream()) deposits.push(one);
    assert.deepEqual(deposits, [deposit]);
    assert.deepEqual(paths(), ["/v1/deposits?foreign_id=user-17"]);
  });

  test("that is empty ends", async () => {
    fake.answers(stream([text([end("0.0")])]));
    assert.deepEqual(await idsOf(worker.callbacks.list().stream()), []);
  });

  test("that ends before the list is followed by another", async () => {
    fake.answers(
      stream([text([event("a")]), text([end("after-a", true)])]),
      stream([text([event("b"), end("after-b")])]),
    );
    assert.deepEqual(await idsOf(worker.callbacks.list().stream()), ["a", "b"]);
    assert.deepEqual(paths(), ["/v1/callbacks", "/v1/callbacks?after=after-a"]);
  });

  test("is closed when the loop ends early", async () => {
    let closed;
    const isClosed = new Promise((resolve) => (closed = resolve));
    fake.answers((_, response) => {
      response.on("close", closed);
      response.writeHead(200).write(text([event("a"), event("b")]));
    });
    for await (const { id } of worker.callbacks.list().stream()) if (id === "a") break;
    await isClosed;
    assert.equal(fake.requests.length, 1);
  });
});

describe("a broken stream is resumed after its last whole line", () => {
  const half = JSON.stringify(event("b")).slice(0, 20);
  for (const [what, first] of [
    ["by a lost connection", stream([text([event("a")]), half], { breaks: true })],
    ["by an end without its last line", stream([text([event("a")])])],
    ["within a line", stream([text([event("a")]) + half])],
    ["by a line that is not JSON", stream([text([event("a")]), "oops\n", text([event("x")])])],
  ]) {
    test(what, async () => {
      fake.answers(first, stream([text([event("b"), event("c"), end("after-c")])]));
      assert.deepEqual(await idsOf(worker.callbacks.list({ state: "parked" }).stream()), ["a", "b", "c"]);
      assert.deepEqual(paths(), ["/v1/callbacks?state=parked", "/v1/callbacks?state=parked&after=after-a"]);
    });
  }

  test("and a refused attempt to resume is repeated", async () => {
    fake.answers(stream([text([event("a")])], { breaks: true }), drop, stream([text([event("b"), end("after-b")])]));
    assert.deepEqual(await idsOf(worker.callbacks.list().stream()), ["a", "b"]);
    assert.deepEqual(paths().slice(1), ["/v1/callbacks?after=after-a", "/v1/callbacks?after=after-a"]);
  });

  test("but not more often than maxRetries without any progress", async () => {
    fake.answers(stream([text([event("a")])]), stream([]));
    const taken = [];
    const error = await errorOf(
      (async () => {
        for await (const { id } of worker.callbacks.list({}, { maxRetries: 1 }).stream()) taken.push(id);
      })(),
    );
    assert.deepEqual([error.code, error.executed, error.retryable, taken], ["network_error", "no", true, ["a"]]);
    assert.match(error.message, /the stream ended before its last line/);
    assert.equal(fake.requests.length, 2);
  });
});

describe("a stream fails", () => {
  /** @type {AbortController} */
  let controller;
  beforeEach(() => (controller = new AbortController()));
  const fails = (options = {}) => errorOf(idsOf(worker.callbacks.list({}, { maxRetries: 0, ...options }).stream()));

  test("with the Worker's problem", async () => {
    fake.answers(problem(422, "invalid_parameter", { field: "state" }));
    const error = await fails();
    assert.deepEqual([error.name, error.field], ["CitrnParameterError", "state"]);
  });

  test("with an entry that is not understood", async () => {
    fake.answers(stream([text([{ ...event("a"), credit: undefined }, end("after-a")])]));
    assert.match((await fails()).message, /a line\.credit is missing/);
    fake.answers(stream([text([{ ...event("a"), next: undefined }])]));
    assert.match((await fails()).message, /the last line\.next is missing/);
  });

  test("with an end that leads to itself", async () => {
    fake.answers(stream([text([event("a"), end("after-a", true)])]), stream([text([end("after-a", true)])]), drop);
    assert.match((await fails()).message, /next leads to the same page again/);
  });

  test("with a page of an older Worker, which does not stream", async () => {
    fake.answers(answer(200, { data: [], next: "1.0", has_more: false }));
    assert.equal((await fails()).code, "network_error");
  });

  test("when it stalls, and when the caller cancels it", async () => {
    const stalls = (_, response) => response.writeHead(200).write(text([event("a")]));
    fake.answers(stalls);
    assert.equal((await fails({ timeoutMs: 100 })).code, "timeout");
    fake.answers(stalls);
    setTimeout(() => controller.abort(), 50);
    assert.equal((await fails({ signal: controller.signal })).code, "aborted");
  });

  test("with a line that never ends", async () => {
    fake.answers(stream(["x".repeat(200 * 1024), "x".repeat(200 * 1024)]));
    assert.match((await fails()).message, /a line of the stream is too long/);
  });
});

test("a slow reader of a stream is not timed out", async () => {
  const slow = fake.client({ timeoutMs: 1000 });
  fake.answers(stream([text([event("a")]), text([event("b"), end("after-b")])]));
  const ids = [];
  for await (const { id } of slow.callbacks.list().stream()) {
    ids.push(id);
    await new Promise((resolve) => setTimeout(resolve, 1200));
  }
  assert.deepEqual(ids, ["a", "b"]);
});
