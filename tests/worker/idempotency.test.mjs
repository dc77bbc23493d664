// Idempotency-Key on real Durable Objects: one call for any number of requests, despite crashes and closed connections.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

/** Long enough for 200 concurrent requests on a busy machine. */
const DEADLINE_MS = 2_000;
const GRACE_MS = 5_000;
const { settings, tokens } = makeSettings();
let gateway, worker, caller;
let keys = 0;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl, UPSTREAM_DEADLINE_MS: DEADLINE_MS });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});
beforeEach(() => gateway.received());

const created = (id) => ({ data: { session_id: id, redirect_url: `https://pay.example/${id}` } });
const freshKey = () => `key-${(keys += 1)}`;
const pay = (key, payment = PAYMENT, headers = {}) =>
  caller.post("/v1/payments", payment, { "idempotency-key": key, ...headers });
const replayed = ({ headers }) => headers.get("idempotency-replayed");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a request without a right to the route", () => {
  it("calls no Durable Object", async () => {
    const key = { "idempotency-key": "stranger" };
    assertProblem(await caller.post("/v1/payments", PAYMENT, { ...key, authorization: "" }), {
      status: 401,
      code: "token_required",
    });
    assertProblem(await caller.post("/v1/payments", PAYMENT, { ...key, authorization: `Bearer ${"x".repeat(48)}` }), {
      status: 401,
      code: "token_unknown",
    });
    assertProblem(await caller.post("/v1/payments", PAYMENT, { ...key, authorization: `Bearer ${tokens.addresses}` }), {
      status: 403,
      code: "route_not_allowed",
    });
    assertProblem(await pay("x".repeat(129)), { status: 422, code: "invalid_parameter", field: "Idempotency-Key" });
    assert.deepEqual(worker.databases(), []);
  });
});

describe("one key", () => {
  it("200 concurrent requests make one gateway call and receive one answer", async () => {
    let calls = 0;
    gateway.does((_, response) => {
      calls += 1;
      setTimeout(() => response.end(JSON.stringify(created(`s-${calls}`))), 150);
    });
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 200 }, () => pay(key)));
    assert.deepEqual(
      new Set(answers.map(({ status, text }) => `${status} ${text}`)),
      new Set([`201 ${JSON.stringify(created("s-1").data)}`]),
    );
    assert.equal(answers.filter((answer) => replayed(answer) === "true").length, 199);
    assert.equal(gateway.received().length, 1);
    assert.equal(new Set(answers.map(({ headers }) => headers.get("x-request-id"))).size, 200);
  });

  it("is refused with other parameters", async () => {
    gateway.answers(200, created("s"));
    const key = freshKey();
    assert.equal((await pay(key)).status, 201);
    assertProblem(await pay(key, { ...PAYMENT, foreign_id: "user-18" }), {
      status: 422,
      code: "idempotency_key_reused",
      field: "Idempotency-Key",
    });
    const again = await pay(key, {
      return_url: "https://shop.example:443/thanks",
      foreign_id: "user-17",
      coin_name: "USDTT",
    });
    assert.deepEqual([again.status, replayed(again)], [201, "true"]);
    assert.equal(gateway.received().length, 1);
  });

  it("belongs to its route and token", async () => {
    gateway.answers(200, { data: { address: "T1", session_id: "s", redirect_url: "https://pay.example/s" } });
    const key = freshKey();
    for (const [path, body, token] of [
      ["/v1/payments", PAYMENT, tokens.all],
      ["/v1/addresses", ADDRESS, tokens.all],
      ["/v1/addresses", ADDRESS, tokens.addresses],
    ]) {
      const answer = await caller.post(path, body, { "idempotency-key": key, authorization: `Bearer ${token}` });
      assert.ok(answer.status < 300 && replayed(answer) === null, answer.text);
    }
    assert.equal(gateway.received().length, 3);
  });

  it("replays a permanent refusal, but not a temporary one", async () => {
    const key = freshKey();
    gateway.answers(400, { error_code: "network_not_available" });
    assertProblem(await pay(key), { status: 503, code: "network_not_available", retryable: true });
    gateway.answers(400, { error_code: "coin_not_supported" });
    for (const expected of [null, "true"]) {
      const answer = await pay(key);
      assertProblem(answer, { status: 422, code: "coin_not_supported" });
      assert.equal(replayed(answer), expected);
    }
    assert.equal(gateway.received().length, 2);
  });

  it("stores the outcome of a call whose client timed out", async () => {
    const reached = gateway.stalls();
    const key = freshKey();
    const controller = new AbortController();
    const timedOut = assert.rejects(
      fetch(`${worker.url}/v1/payments`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokens.all}`, "idempotency-key": key },
        body: JSON.stringify(PAYMENT),
        signal: controller.signal,
      }),
    );
    const [{ response }] = await reached;
    controller.abort();
    await timedOut;
    response.end(JSON.stringify(created("s-gone")));
    const answer = await pay(key);
    assert.deepEqual([answer.status, answer.json?.session_id, replayed(answer)], [201, "s-gone", "true"]);
    assert.equal(gateway.received().length, 1);
  });
});

/** Sends a payment on a new connection without awaiting the answer. */
function begin(port, key, payment = PAYMENT) {
  const body = JSON.stringify(payment);
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(
    `POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${tokens.all}\r\nIdempotency-Key: ${key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

describe("a client that closes its connection while the gateway stalls", () => {
  let patient, pay;
  before(async () => {
    patient = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl, UPSTREAM_DEADLINE_MS: 20_000 });
    const { post } = makeCaller(patient, tokens.all);
    pay = (key, payment = PAYMENT) => post("/v1/payments", payment, { "idempotency-key": key });
  });
  after(() => patient?.stop());

  for (const [title, close] of /** @type {const} */ ([
    ["in order", (socket) => socket.end()],
    ["abruptly", (socket) => socket.destroy()],
    ["with a reset", (socket) => socket.resetAndDestroy()],
  ])) {
    it(`${title}, does not cancel the call: the same key receives its outcome`, async () => {
      const reached = gateway.stalls();
      const key = freshKey();
      const socket = begin(patient.port, key);
      const [{ response }] = await reached;
      close(socket);
      await sleep(100);
      const meanwhile = pay(key);
      await sleep(100);
      response.end(JSON.stringify(created(`s-${key}`)));
      for (const answer of [await meanwhile, await pay(key)]) {
        assert.deepEqual([answer.status, answer.json?.session_id, replayed(answer)], [201, `s-${key}`, "true"]);
      }
      assert.equal(gateway.received().length, 1);
    });
  }

  it("receives the outcome also if it repeats the request only after the gateway answered", async () => {
    const reached = gateway.stalls();
    const key = freshKey();
    const socket = begin(patient.port, key);
    const [{ response }] = await reached;
    socket.destroy();
    await sleep(300);
    response.end(JSON.stringify(created("s-late")));
    await sleep(200);
    const answer = await pay(key);
    assert.deepEqual([answer.status, answer.json?.session_id, replayed(answer)], [201, "s-late", "true"]);
    assert.equal(gateway.received().length, 1);
  });

  it("receives the outcome of each of many keys", async () => {
    const all = Array.from({ length: 40 }, (_, number) => ({
      key: freshKey(),
      payment: { ...PAYMENT, foreign_id: `user-${number}` },
    }));
    const reached = gateway.stalls(all.length);
    const sockets = all.map(({ key, payment }) => begin(patient.port, key, payment));
    const calls = await reached;
    for (const socket of sockets) socket.destroy();
    await sleep(100);
    for (const { foreign_id, response } of calls) response.end(JSON.stringify(created(foreign_id)));
    for (const { key, payment } of all) {
      const answer = await pay(key, payment);
      assert.deepEqual([answer.status, answer.json?.session_id, replayed(answer)], [201, payment.foreign_id, "true"]);
    }
    assert.equal(gateway.received().length, all.length);
  });
});

describe("a request that is refused before anything is sent", () => {
  for (const [title, path, invalid, valid] of /** @type {const} */ ([
    ["an empty foreign_id", "/v1/payments", { ...PAYMENT, foreign_id: "" }, PAYMENT],
    ["a foreign_id of 256 characters", "/v1/payments", { ...PAYMENT, foreign_id: "x".repeat(256) }, PAYMENT],
    ["an empty coin_name", "/v1/payments", { ...PAYMENT, coin_name: "" }, PAYMENT],
    ["a return_url that is not allowed", "/v1/payments", { ...PAYMENT, return_url: "https://evil.example/" }, PAYMENT],
    ["an unknown field", "/v1/payments", { ...PAYMENT, amount: "1" }, PAYMENT],
    ["an empty currency", "/v1/addresses", { ...ADDRESS, currency: "" }, ADDRESS],
    ["an empty convert_to", "/v1/addresses", { ...ADDRESS, convert_to: "" }, ADDRESS],
  ])) {
    it(`releases its key: ${title}`, async () => {
      gateway.answers(200, { data: { address: "T1", session_id: "s", redirect_url: "https://pay.example/s" } });
      const headers = { "idempotency-key": freshKey() };
      assert.equal((await caller.post(path, invalid, headers)).status, 422);
      const corrected = await caller.post(path, valid, headers);
      assert.ok(corrected.status < 300 && replayed(corrected) === null, corrected.text);
      assert.equal(gateway.received().length, 1);
    });
  }
});

describe("an unknown outcome", () => {
  it("is reported to all waiters until 5 s after the deadline, then the call is repeated", async () => {
    gateway.does(() => {});
    const key = freshKey();
    const began = performance.now();
    const first = await Promise.all([pay(key), pay(key), pay(key)]);
    for (const answer of first)
      assertProblem(answer, { status: 504, code: "timeout", executed: "unknown", retryable: true });
    assert.ok(performance.now() - began < DEADLINE_MS + GRACE_MS);
    gateway.answers(200, created("s-after"));
    const unknown = await pay(key);
    assertProblem(unknown, { status: 409, code: "outcome_unknown", executed: "unknown", retryable: true });
    assert.equal(unknown.json.foreign_id, "user-17");
    const wait = Number(unknown.headers.get("retry-after")) * 1000;
    assert.ok(wait > 0 && wait <= DEADLINE_MS + GRACE_MS, `${wait} ms`);
    await sleep(wait);
    const answer = await pay(key);
    assert.deepEqual([answer.status, answer.json?.session_id, replayed(answer)], [201, "s-after", null]);
    assert.equal(gateway.received().length, 2);
  });

  it("is also reported for a call during which the Worker was killed", async () => {
    const reached = gateway.stalls();
    const [crashed, stored] = [freshKey(), freshKey()];
    const lost = pay(crashed).catch((error) => error);
    await reached;
    gateway.answers(200, created("s-kept"));
    assert.equal((await pay(stored)).status, 201);
    await worker.restart();
    await lost;

    gateway.answers(200, created("s-new"));
    const replay = await pay(stored);
    assert.deepEqual([replay.json?.session_id, replayed(replay)], ["s-kept", "true"]);
    assertProblem(await pay(crashed), { status: 409, code: "outcome_unknown", executed: "unknown", retryable: true });
    await sleep(DEADLINE_MS + GRACE_MS);
    const again = await pay(crashed);
    assert.deepEqual([again.status, again.json?.session_id, replayed(again)], [201, "s-new", null]);
  });
});

describe("afterwards", () => {
  it("only a fixed number of objects exist", async () => {
    gateway.answers(200, created("s"));
    await Promise.all(Array.from({ length: 100 }, () => pay(freshKey())));
    // The 16 of the keys, and one of the inbox, which notes when payments were created.
    assert.ok(worker.databases().length <= 17, worker.databases().join("\n"));
  });

  it("no secret was returned or logged, and no data of a payer was logged", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, tokens.addresses]);
    caller.assertNotLogged(["user-", "pay.example", "shop.example", "USDTT", "key-"]);
  });
});
