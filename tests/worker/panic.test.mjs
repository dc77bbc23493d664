// A panic anywhere in the Worker: pending requests are answered, later ones are not affected, and no callback is lost.
// This runs a special build (the feature `force-panic`), in which a request can name the place where the Worker panics.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { inRoot } from "../../scripts/root.mjs";
import { PANICKING, WORKER } from "../../scripts/worker.mjs";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const DEADLINE_MS = 5_000;
const GRACE_MS = 5_000;
/** Shorter than all deadlines: the answer must be caused by the panic. */
const IMMEDIATE_MS = 3_000;
/** The time until the backup alarm, in case the runtime does not repeat the failed one. */
const NEXT_ALARM_MS = 15_000;
const DIED = { status: 500, code: "internal_error", executed: "unknown", retryable: true };
const { settings, tokens } = makeSettings();
let gateway, merchant, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  merchant = await startMerchant();
  worker = await startWorker(
    {
      ...settings,
      CITRN_BASE_URL: gateway.baseUrl,
      UPSTREAM_DEADLINE_MS: DEADLINE_MS,
      MERCHANT_WEBHOOK_URL: merchant.url,
      MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
      DELIVERY_BACKOFF_SCALE: "0.001",
    },
    { build: inRoot(PANICKING.directory) },
  );
  caller = makeCaller(worker, tokens.all);
});
beforeEach(() => {
  gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s", address: "T1" } });
  gateway.received();
  merchant.deliveries.length = 0;
});
afterEach(assertEverythingWorks);
after(async () => {
  await worker?.stop();
  await merchant?.close();
  await gateway?.close();
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const at = (place) => ({ "x-force-panic": place });
const pay = (headers = {}, foreign_id = "user-17") => caller.post("/v1/payments", { ...PAYMENT, foreign_id }, headers);
const callback = (id) => JSON.stringify({ id, status: "confirmed", type: "deposit" });
const listed = async (id) =>
  (await caller.get(`/v1/callbacks?callback_id=${id}`, { authorization: `Bearer ${tokens.all}` })).json.data;
const panics = () => worker.output.filter((line) => line.includes("Rust panic: ")).length;

/** Asserts that the Worker has recovered. */
async function assertEverythingWorks() {
  gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s", address: "T1" } });
  const answers = await Promise.all([
    caller.get("/healthz"),
    pay(),
    caller.post("/v1/addresses", ADDRESS),
    pay({ "idempotency-key": `key-${Math.random()}` }),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 201, 200, 201],
    answers.map(({ text }) => text).join("\n"),
  );
}

/** @template T @param {() => Promise<T>} does */
async function immediately(action) {
  const began = performance.now();
  const result = await action();
  const took = performance.now() - began;
  assert.ok(took < IMMEDIATE_MS, `it took ${took.toFixed(0)} ms`);
  return result;
}

describe("the flags of wasm-bindgen in scripts/worker.mjs", () => {
  it("--force-enable-abort-handler: a panic ends the other requests of its instance", async () => {
    const reached = gateway.stalls();
    const pending = pay();
    await reached;
    await caller.get("/healthz", at("request"));
    const answer = await Promise.race([pending, sleep(IMMEDIATE_MS)]);
    assert.equal(
      answer?.json?.code,
      DIED.code,
      "A panic no longer calls the hook of `set_on_abort`, so pending requests receive no answer.",
    );
  });

  it("--experimental-reset-state-function: another instance answers the next request", async () => {
    await caller.get("/healthz", at("request"));
    const answer = await caller.get("/healthz");
    assert.equal(
      answer.status,
      200,
      "`__wbg_reset_state` no longer replaces the instance that panicked, so no further request is answered.",
    );
  });
});

describe("a panic in a request", () => {
  it("is answered with a problem, and the next request succeeds", async () => {
    const before = panics();
    assertProblem(await immediately(() => caller.get("/healthz", at("request"))), DIED);
    assert.equal(panics(), before + 1);
    assert.equal((await immediately(() => caller.get("/healthz"))).status, 200);
  });

  it("keeps a usable id of the request, and replaces an unusable one", async () => {
    const kept = await caller.get("/healthz", { ...at("request"), "x-request-id": "mine-1" });
    assert.deepEqual([kept.json.request_id, kept.headers.get("x-request-id")], ["mine-1", "mine-1"]);
    const replaced = await caller.get("/healthz", { ...at("request"), "x-request-id": 'a" b' });
    assertProblem(replaced, DIED);
    assert.match(replaced.json.request_id, /^[\w-]{36}$/);
    const failures = worker.output
      .filter((line) => line.startsWith('{"event":"failure"'))
      .map((line) => JSON.parse(line));
    for (const id of ["mine-1", replaced.json.request_id])
      assert.equal(failures.filter(({ request_id }) => request_id === id).length, 1, id);
  });

  it("has no body if the request is a HEAD", async () => {
    const answer = await caller.request("/healthz", { method: "HEAD", headers: at("request") });
    assert.deepEqual([answer.status, answer.text], [500, ""]);
  });

  it("has the security headers of every other problem", async () => {
    const died = await caller.get("/healthz", at("request"));
    const other = await caller.get("/nowhere");
    const names = [...other.headers.keys()].filter(
      (name) => !["content-length", "date", "server-timing"].includes(name),
    );
    const of = ({ headers }) =>
      names.filter((name) => name !== "x-request-id").map((name) => [name, headers.get(name)]);
    assert.ok(names.length >= 8, names.join());
    assert.deepEqual(of(died), of(other));
    assert.ok(died.json.type.startsWith(other.json.type.split("#")[0]), died.json.type);
  });

  it("ends all pending requests immediately", async () => {
    const { promise: allReceived, resolve } = Promise.withResolvers();
    let received = 0;
    gateway.does(() => {
      received += 1;
      if (received === 26) resolve();
    });
    const key = `key-${Math.random()}`;
    const pending = [
      ...Array.from({ length: 20 }, () => pay()),
      ...Array.from({ length: 5 }, () => caller.post("/v1/addresses", ADDRESS)),
      ...Array.from({ length: 5 }, () => pay({ "idempotency-key": key })),
    ];
    await allReceived;
    await immediately(async () => {
      const answers = await Promise.all([...pending, caller.get("/healthz", at("request"))]);
      for (const answer of answers) assertProblem(answer, DIED);
    });
  });

  it("isolates the new instance from calls of the old one", async () => {
    const answer = (calls) => {
      for (const { response } of calls)
        response.end('{"data":{"session_id":"s","redirect_url":"https://pay.example/s"}}');
    };
    const lostCalls = gateway.stalls(20);
    const lost = Array.from({ length: 20 }, () => pay());
    const calls = await lostCalls;
    await caller.get("/healthz", at("request"));
    const freshCalls = gateway.stalls(20);
    const fresh = Array.from({ length: 20 }, () => pay());
    // The gateway answers the lost requests while the others are pending.
    const later = await freshCalls;
    answer(calls);
    answer(later);
    for (const answer of await Promise.all(lost)) assertProblem(answer, DIED);
    const before = panics();
    for (const answer of await Promise.all(fresh)) assert.equal(answer.status, 201, answer.text);
    assert.equal(panics(), before);
    assert.ok(
      !worker.output.some((line) => line.includes("RuntimeError: ") && !line.includes("unreachable")),
      worker.output.join("\n"),
    );
  });

  it("breaks the streams of its instance, and another stream is whole", async () => {
    const padding = "x".repeat(100_000);
    for (let id = 9_000; id < 9_150; id += 1) {
      const body = JSON.stringify({ id, status: "confirmed", padding });
      assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
    }
    const open = () =>
      fetch(`${worker.url}/v1/callbacks?since=2026-01-01`, {
        headers: { authorization: `Bearer ${tokens.all}`, accept: "application/x-ndjson" },
      });
    const broken = await open();
    await caller.get("/healthz", at("request"));
    await assert.rejects(broken.text());
    const lines = (await (await open()).text()).trimEnd().split("\n");
    assert.ok(lines.length > 150 && JSON.parse(lines.at(-1)).end);
  });

  it("can happen repeatedly", async () => {
    for (let round = 0; round < 20; round += 1) {
      const panicking = [() => caller.get("/healthz", at("request")), () => pay(at("gateway"))][round % 2];
      assertProblem(await panicking(), DIED);
      assert.equal((await caller.get("/healthz")).status, 200);
    }
  });
});

describe("a panic in a Durable Object", () => {
  it("during a call with a key leaves its outcome unknown, and later the call is repeated", async () => {
    const key = { "idempotency-key": `key-${Math.random()}` };
    assertProblem(await immediately(() => pay({ ...key, ...at("gateway") })), DIED);
    const unknown = await pay(key);
    assertProblem(unknown, { status: 409, code: "outcome_unknown", executed: "unknown", retryable: true });
    assert.equal(gateway.received().length, 0);
    await sleep(DEADLINE_MS + GRACE_MS);
    const again = await pay(key);
    assert.deepEqual([again.status, again.headers.get("idempotency-replayed")], [201, null]);
    const replayed = await pay(key);
    assert.deepEqual([replayed.status, replayed.headers.get("idempotency-replayed")], [201, "true"]);
    assert.equal(gateway.received().length, 1);
  });

  it("after a call with a key has settled keeps its outcome", async () => {
    const key = { "idempotency-key": `key-${Math.random()}` };
    assertProblem(await immediately(() => pay({ ...key, ...at("answered") })), DIED);
    const again = await pay(key);
    assert.deepEqual([again.status, again.headers.get("idempotency-replayed")], [201, "true"]);
    assert.equal(gateway.received().length, 1);
  });

  it("before a callback is stored does not acknowledge it, and the repeated callback is stored", async () => {
    const send = (headers) => sendCallback(worker.url, settings.CITRN_SECRET, callback("received"), headers);
    assert.equal((await send(at("received"))).status, 500);
    assert.deepEqual(await listed("received"), []);
    assert.equal((await send()).status, 200);
    await merchant.taken(1);
  });

  it("after a callback is stored does not acknowledge it, and the repeated callback is delivered once", async () => {
    assert.equal(
      (await sendCallback(worker.url, settings.CITRN_SECRET, callback("stored"), at("answered"))).status,
      500,
    );
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, callback("stored"))).status, 200);
    await merchant.taken(1);
    await sleep(300);
    assert.equal(merchant.deliveries.length, 1);
  });

  for (const place of ["alarm", "delivered"]) {
    it(`at the place "${place}" of a delivery loses no stored callback`, async () => {
      assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, callback(place), at(place))).status, 200);
      const [delivery] = await merchant.taken(1, NEXT_ALARM_MS + 5_000);
      const deadline = Date.now() + NEXT_ALARM_MS + 5_000;
      // A listing that is interrupted by the panic has no data.
      while ((await listed(place))?.[0].delivery.state !== "delivered") {
        assert.ok(Date.now() < deadline, "the delivery was not recorded");
        await sleep(100);
      }
      // A delivery that was not recorded is repeated with the same id.
      assert.equal(new Set(merchant.deliveries.map(({ headers }) => headers["webhook-id"])).size, 1);
      assert.equal(merchant.deliveries.length, place === "alarm" ? 1 : 2);
      assert.equal(JSON.parse(delivery.body).data.callback_id, place);
    });
  }

  it("during many callbacks loses none that was acknowledged", async () => {
    const acknowledged = new Set();
    const places = ["received", "answered", "alarm", "delivered", "request"];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 12 }, async (_, number) => {
          const id = `storm-${round}-${number}`;
          const response = await sendCallback(
            worker.url,
            settings.CITRN_SECRET,
            callback(id),
            number === 6 ? at(places[round % places.length]) : {},
          );
          if (response.status === 200) acknowledged.add(id);
          else assert.equal(response.status, 500);
        }),
      );
    }
    assert.ok(acknowledged.size >= 10, `${acknowledged.size}`);
    // Any message to an object restores its alarm.
    assert.equal((await caller.get("/v1/callbacks", { authorization: `Bearer ${tokens.all}` })).status, 200);
    const missing = () => {
      const taken = new Set(
        merchant.deliveries.filter(({ status }) => status === 200).map(({ body }) => JSON.parse(body).data.callback_id),
      );
      return [...acknowledged].filter((id) => !taken.has(id));
    };
    const deadline = Date.now() + NEXT_ALARM_MS + 10_000;
    while (missing().length > 0 && Date.now() < deadline) await sleep(50);
    assert.deepEqual(missing(), []);
  });
});

describe("the shipped build", () => {
  it("does not contain the feature", () => {
    const words = ["force-panic", "force_panic", "Force-Panic", "forcePanicAt", "forced at "];
    const read = (directory, file) => readFileSync(inRoot(directory, file), "latin1");
    for (const file of ["index.js", "index_bg.wasm"])
      for (const word of words) assert.ok(!read(WORKER.directory, file).includes(word), `${file} contains ${word}`);
    assert.ok(
      words.some((word) => read(PANICKING.directory, "index_bg.wasm").includes(word)),
      "the tested build contains it",
    );
  });
});

describe("afterwards", () => {
  it("no secret was returned or logged, and no data of a payer was logged", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all]);
    caller.assertNotLogged(["user-17", "pay.example", "shop.example", "USDTT", "storm-"]);
  });
});
