// A merchant's own routes and middleware around the Worker, in the same isolate: a panic of ours does not affect them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, it } from "node:test";
import { transform } from "esbuild";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { inRoot } from "../../scripts/root.mjs";
import { PANICKING } from "../../scripts/worker.mjs";
import { assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const DIED = { status: 500, code: "internal_error", executed: "unknown", retryable: true };
const PANIC = { "x-force-panic": "request" };
const { settings, tokens } = makeSettings();
/** Returns a merchant's module for workerd, where the Worker has another name. */
const around = (module) => module.replaceAll('"citrn-worker"', '"./worker.js"');
const wrapper = around(readFileSync(new URL("own-worker/index.js", import.meta.url), "utf8"));
let gateway, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  const options = { build: inRoot(PANICKING.directory), wrapper };
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl }, options);
  caller = makeCaller(worker, tokens.all);
});
beforeEach(() => gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s" } }));
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

const state = async () => (await caller.get("/own/state")).json;
const panic = async () => assertProblem(await caller.get("/healthz", PANIC), DIED);
const pay = (headers = {}) => caller.post("/v1/payments", PAYMENT, headers);

describe("a merchant's Worker around ours", () => {
  it("answers its own routes, and passes the others on", async () => {
    assert.equal((await state()).visits, 1);
    const paid = await pay();
    assert.deepEqual([paid.status, paid.json.redirect_url], [201, "https://pay.example/s"]);
    const { own, status, theirs } = (await caller.get("/own/healthz")).json;
    assert.deepEqual([own, status, theirs.status], [true, 200, "alive"]);
  });

  it("may change requests and responses", async () => {
    const answer = await pay({ "idempotency-key": "own-key" });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers.get("x-own"), "added");
    assert.match(answer.headers.get("x-request-id"), /^own-\d+$/);
    const replayed = await pay({ "idempotency-key": "own-key" });
    assert.deepEqual([replayed.headers.get("idempotency-replayed"), replayed.text], ["true", answer.text]);
    const unknown = await caller.get("/nowhere");
    assert.deepEqual([unknown.status, unknown.headers.get("x-own")], [404, "added"]);
  });

  it("keeps the platform's global functions", async () => assert.equal((await state()).native, true));
});

describe("the Worker in the package's README", () => {
  const samples = samplesOf("worker/npm/README.md");

  it("has a route and middleware of its own", async () => {
    const { code } = await transform(samples.get("own-worker"), { loader: "ts" });
    const other = await startWorker({ ...settings }, { wrapper: around(code) });
    try {
      const hello = await fetch(`${other.url}/hello`);
      assert.deepEqual([hello.status, await hello.text()], [200, "Hello"]);
      const { status, headers } = await makeCaller(other, tokens.all).get("/healthz");
      assert.deepEqual([status, headers.get("x-served-by")], [200, "my-gateway"]);
    } finally {
      await other.stop();
    }
  });

  it("is its only sample", () => assert.deepEqual(samples.unused(), []));
});

describe("a panic of ours", () => {
  it("ends no pending request of the merchant's own routes", async () => {
    const slow = Array.from({ length: 20 }, () => caller.get("/own/slow", { "x-milliseconds": "300" }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await panic();
    for (const { status, json } of await Promise.all(slow)) assert.deepEqual([status, json], [200, { gateway: 200 }]);
  });

  it("leaves the isolate and its state as they are", async () => {
    const before = await state();
    for (let round = 0; round < 10; round += 1) await panic();
    assert.deepEqual(await state(), { ...before, visits: before.visits + 11 });
  });

  it("ends no work that the merchant passed to waitUntil", async () => {
    const { finished } = await state();
    await caller.get("/own/later");
    await panic();
    for (const deadline = Date.now() + 10_000; (await state()).finished === finished; )
      assert.ok(Date.now() < deadline, "the work was never finished");
    assert.equal((await state()).finished, finished + 1);
  });

  it("is a response to the merchant's own code, which goes on", async () => {
    const { own, status, theirs } = (await caller.get("/own/healthz", PANIC)).json;
    assert.deepEqual([own, status, theirs.code], [true, 500, "internal_error"]);
    const answer = await caller.get("/healthz", PANIC);
    assertProblem(answer, DIED);
    assert.equal(answer.headers.get("x-own"), "added");
    assert.match(answer.json.request_id, /^own-\d+$/);
    assert.equal((await pay()).status, 201);
  });

  it("in a Durable Object affects them as little", async () => {
    const before = await state();
    const slow = caller.get("/own/slow", { "x-milliseconds": "200" });
    assertProblem(await pay({ "idempotency-key": "own-panic", "x-force-panic": "gateway" }), DIED);
    assert.deepEqual((await slow).json, { gateway: 200 });
    assert.equal((await state()).isolate, before.isolate);
    assert.equal((await pay()).status, 201);
  });
});
