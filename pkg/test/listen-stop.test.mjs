// How `citrn listen` ends: promptly, and without losing an event.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { startCitrn } from "./command.mjs";
import { answer, stall, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
/** A loaded machine is slow to end a process; attempts time out after 10 s. */
const PROMPT_MS = 3_000;

const EVENT = {
  ...{ id: "evt_1", type: "callback.received", callback_id: "17", status: "confirmed", superseded: false },
  ...{ customer_id: null, is_final: true, is_deposit: false, credit: null, review: null, callback: { id: 17 } },
  ...{ current_status: "confirmed", received_at: "2026-11-26T09:30:00.000Z", erased_at: null, delivery: {} },
};
const FIRST = answer(200, { data: [], has_more: false, next: "delivery.1" });
const END = { end: true, has_more: false, next: "delivery.2" };
const EMPTY = answer(200, `${JSON.stringify(END)}\n`);
const ONE = answer(200, `${JSON.stringify({ ...EVENT, next: "delivery.2" })}\n${JSON.stringify(END)}\n`);
const FOUND = answer(200, { data: [EVENT], has_more: false, next: "delivery.2" });

let worker, shop, directory;
before(async () => {
  [worker, shop] = [await startFakeWorker(), await startFakeWorker()];
});
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-stop-"));
  shop.answers(answer(200, {}));
});
afterEach(() => rmSync(directory, { recursive: true }));
after(() => Promise.all([worker.close(), shop.close()]));

const until = async (isDone) => {
  for (const end = Date.now() + 10_000; !isDone(); ) {
    if (Date.now() > end) throw new Error("It never happened.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Starts a listener and waits for a moment. Returns a function that sends signals and resolves when it has ended. */
async function listening(isReady) {
  const file = path.join(directory, "position");
  const args = ["--worker", worker.url, "--forward-to", `${shop.url}/webhooks`, "--cursor-file", file];
  const { child, output, ended } = startCitrn(["listen", ...args, "--interval", "0.05"], {
    env: { MERCHANT_WEBHOOK_SECRET: SECRET, CITRN_WORKER_TOKEN: TOKEN },
  });
  await until(() => isReady(output));
  return async ({ signal = "SIGINT", times = 1, everyMs = 50, then = () => {} } = {}) => {
    const before = Date.now();
    for (let sent = 0; sent < times; sent++) {
      child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    then();
    const result = await ended;
    return { ...result, ms: Date.now() - before, file };
  };
}

/** Starts a listener and waits for its attempt, which is answered when the test says so. */
async function held() {
  let attempt;
  shop.answers((_, response) => (attempt = response));
  const stop = await listening(() => attempt !== undefined);
  return { stop, end: (status) => attempt.writeHead(status).end() };
}

const position = (file) => JSON.parse(readFileSync(file, "utf8"));

describe("one signal ends it promptly", () => {
  const part = (_, response) => response.writeHead(200).write(JSON.stringify(EVENT).slice(0, 20));
  for (const [what, answers, isReady] of [
    ["the Worker does not answer the first request", [stall], () => worker.requests.length > 0],
    ["the Worker does not answer a read", [FIRST, stall], () => worker.requests.length > 1],
    ["a part of an event was read", [FIRST, part], () => worker.requests.length > 1],
    ["the wait between reads runs", [FIRST, EMPTY], () => worker.requests.length > 1],
    [
      "the wait after a failed read runs",
      [FIRST, EMPTY, (_, response) => response.socket.destroy()],
      ({ stderr }) => stderr.includes("Reading again"),
    ],
  ]) {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      test(`${signal} while ${what}`, async () => {
        worker.answers(...answers);
        const stop = await listening(isReady);
        const { exit, ms, stderr } = await stop({ signal });
        assert.equal(exit, 0, stderr);
        assert.match(stderr, /Stopped\.\n$/);
        assert.ok(ms < PROMPT_MS, `${ms} ms`);
      });
    }
  }

  test("while the handler does not answer, and the next run sends its event again", async () => {
    worker.answers(FIRST, ONE, EMPTY);
    shop.answers(stall);
    const stop = await listening(() => shop.requests.length > 0);
    const { exit, ms, stdout, stderr, file } = await stop();
    assert.equal(exit, 0, stderr);
    assert.ok(ms < PROMPT_MS, `${ms} ms`);
    assert.match(stdout, /evt_1 {2}.* did not answer: citrn was stopped\.\n$/);
    assert.match(stderr, /Stopped\. Open events, which the next run sends first: 1\.\n$/);
    assert.deepEqual(position(file).open, [{ id: "evt_1", after: "delivery.1", attempted: true }]);

    worker.answers(FOUND, EMPTY);
    shop.answers(answer(200, {}));
    const end = await listening(({ stdout }) => stdout.includes("200 in"));
    assert.match((await end()).stdout, /\(repeat\) {2}17 {2}evt_1 {2}200 in/);
    assert.deepEqual(position(file).open, []);
  });

  test("while the handler works, whose answer within a second counts", async () => {
    worker.answers(FIRST, ONE, EMPTY);
    const response = await held();
    const { exit, stdout, stderr, file } = await response.stop({
      then: () => setTimeout(() => response.end(200), 300),
    });
    assert.equal(exit, 0);
    assert.match(stdout, /evt_1 {2}200 in/);
    assert.match(stderr, /Stopped\.\n$/);
    assert.deepEqual(position(file).open, []);
  });

  test("while the handler works, also if npx forwards a Ctrl-C that the terminal has sent too", async () => {
    worker.answers(FIRST, ONE, EMPTY);
    const response = await held();
    const then = () => setTimeout(() => response.end(200), 300);
    const { exit, stdout } = await response.stop({ times: 2, everyMs: 2, then });
    assert.equal(exit, 0);
    assert.match(stdout, /evt_1 {2}200 in/);
  });

  test("a refusal after the stop is not said to be sent again", async () => {
    worker.answers(FIRST, ONE, EMPTY);
    const response = await held();
    const { stdout } = await response.stop({ then: () => setTimeout(() => response.end(500), 300) });
    assert.match(stdout, /evt_1 {2}500 in \d+ ms\n$/);
  });
});

test("a second signal ends it immediately, without losing the event that the handler had not accepted", async () => {
  worker.answers(FIRST, ONE, EMPTY);
  shop.answers(stall);
  const stop = await listening(() => shop.requests.length > 0);
  const { exit, ms, stderr, file } = await stop({ times: 2, everyMs: 300 });
  assert.equal(exit, 0, stderr);
  // The attempt would have had a second.
  assert.ok(ms < 1000, `${ms} ms`);
  assert.equal(position(file).open.length, 1);
});
