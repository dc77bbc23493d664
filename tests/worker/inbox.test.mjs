// The callback inbox on real Durable Objects, with a merchant that has an endpoint.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { Webhook } from "standardwebhooks";
import { assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PREVIOUS = "the-secret-before-the-current-one";
const LIMIT = 256 * 1024;
const { settings, tokens } = makeSettings();
const SECRET = settings.CITRN_SECRET;
let merchant, worker, caller;

const start = (changes = {}) =>
  startWorker({
    ...settings,
    CITRN_BASE_URL: "http://127.0.0.1:9/api",
    CITRN_SECRET_PREVIOUS: PREVIOUS,
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    DELIVERY_BACKOFF_SCALE: "0.001",
    ...changes,
  });

before(async () => {
  merchant = await startMerchant();
});
beforeEach(async () => {
  merchant.deliveries.length = 0;
  merchant.answers(() => 200);
  worker = await start();
  caller = makeCaller(worker, tokens.all);
});
afterEach(() => worker?.stop());
after(() => merchant?.close());

const deposit = (id, status, more = {}) =>
  JSON.stringify({
    id,
    type: "deposit",
    crypto_address: { foreign_id: "user-17", address: "T1" },
    currency_received: { currency: "USDTT", amount: "50.10" },
    status,
    ...more,
  });
const send = async (body, secret = SECRET, headers = {}) => {
  const response = await sendCallback(worker.url, secret, body, headers);
  return { status: response.status, headers: response.headers, json: await response.json() };
};
const list = async (query = "") => {
  const { status, json, text } = await caller.request(`/v1/callbacks${query}`, {
    headers: { authorization: `Bearer ${tokens.all}` },
  });
  assert.equal(status, 200, text);
  return json;
};
const act = (method, path) => caller.request(path, { method, headers: { authorization: `Bearer ${tokens.all}` } });
const until = async (what, holds) => {
  for (let turn = 0; turn < 1500; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`timed out: ${what}`);
};
const idsOf = (deliveries) => deliveries.map(({ headers }) => headers["webhook-id"]);

describe("a callback", () => {
  it("is acknowledged with 200 if it is signed with the secret, or with the previous one", async () => {
    for (const [secret, id] of [
      [SECRET, 1],
      [PREVIOUS, 2],
    ]) {
      const answer = await send(deposit(id, "confirmed"), secret);
      assert.deepEqual([answer.status, answer.json], [200, { code: 0 }]);
    }
    assert.equal((await merchant.taken(2)).length, 2);
  });

  it("reaches no Durable Object with an invalid signature", async () => {
    for (const [headers, secret] of [
      [{}, "another-secret"],
      [{ "x-process-signature": "" }],
      [{ "x-process-signature": "abc" }],
    ]) {
      const answer = await send(deposit(1, "confirmed"), secret ?? SECRET, headers);
      assertProblem(answer, { status: 401, code: "invalid_signature", field: "X-Process-Signature" });
    }
    assertProblem(await act("POST", "/callbacks"), {
      status: 401,
      code: "invalid_signature",
      field: "X-Process-Signature",
    });
    for (const [method, path] of [
      ["GET", "/v1/callbacks"],
      ["POST", "/v1/callbacks/1/redeliver"],
      ["DELETE", "/v1/callbacks/1"],
    ]) {
      assertProblem(await caller.request(path, { method }), { status: 401, code: "token_required" });
      const headers = { authorization: `Bearer ${tokens.addresses}` };
      assertProblem(await caller.request(path, { method, headers }), { status: 403, code: "route_not_allowed" });
    }
    assert.deepEqual(worker.databases(), []);
  });

  it("can have 256 KB, and not one byte more", async () => {
    const fill = (length) => deposit(1, "confirmed").padEnd(length, " ");
    assert.equal((await send(fill(LIMIT))).status, 200);
    assertProblem(await send(fill(LIMIT + 1)), { status: 413, code: "body_too_large" });
    const [delivery] = await merchant.taken(1);
    assert.equal(JSON.parse(delivery.body).data.callback_id, "1");
  });

  it("can be posted to a URL with one slash at the end, and a query", async () => {
    for (const [number, [path, status]] of [
      ["/callbacks/", 200],
      ["/callbacks/?shop=1", 200],
      ["/callbacks//", 404],
      ["/callbacks/1", 404],
    ].entries()) {
      const body = deposit(`slash-${number}`, "confirmed");
      const signature = createHmac("sha512", SECRET).update(body).digest("hex");
      const answer = await caller.request(path, {
        method: "POST",
        body,
        headers: { "x-process-signature": signature },
      });
      assert.equal(answer.status, status, path);
    }
    assert.equal((await list()).data.length, 2);
  });

  it("is stored byte for byte if it is not understood", async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0x7b]);
    assert.equal((await send(bytes)).status, 200);
    const [delivery] = await merchant.taken(1);
    const { type, data } = JSON.parse(delivery.body);
    assert.deepEqual([type, Buffer.from(data.body_base64, "base64")], ["callback.unreadable", Buffer.from(bytes)]);
  });

  it("is answered with 503 without CITRN_SECRET, and the answer does not name the setting", async () => {
    const unset = await startWorker({ ...settings, CITRN_SECRET: "", CITRN_BASE_URL: "http://127.0.0.1:9/api" });
    try {
      const response = await sendCallback(unset.url, SECRET, deposit(1, "confirmed"), {
        "cf-connecting-ip": "203.0.113.7",
      });
      const text = await response.text();
      assert.equal(response.status, 503);
      assert.ok(!text.includes("CITRN_SECRET"), text);
    } finally {
      await unset.stop();
    }
  });
});

describe("the ids and numbers of a request", () => {
  const REPLACED = "\ufffd";

  it("are never decoded as those of another callback", async () => {
    await send(deposit(REPLACED, "confirmed"));
    await send(deposit(`a${REPLACED}`, "confirmed"));
    await merchant.taken(2);
    for (const part of ["%FF", "%C3", "a%FF", "%ED%A0%80", "%F4%90%80%80"]) {
      assertProblem(await act("DELETE", `/v1/callbacks/${part}`), { status: 404, code: "callback_not_found" });
      assertProblem(await act("POST", `/v1/callbacks/${part}/redeliver`), { status: 404, code: "callback_not_found" });
      assertProblem(await act("GET", `/v1/callbacks?callback_id=${part}`), { status: 422, code: "invalid_parameter" });
    }
    assert.ok((await list()).data.every(({ callback }) => callback !== null));
    assert.equal((await act("DELETE", `/v1/callbacks/${encodeURIComponent(REPLACED)}`)).json.erased, 1);
  });

  it("are whole numbers as JSON writes them", async () => {
    const { next } = await list();
    for (const limit of ["%2B5", "+5", "05", "005", "-0", "-5", "5.0", "5e0", "0x5", "5%20", "%D9%A5"]) {
      assertProblem(await act("GET", `/v1/callbacks?limit=${limit}`), {
        status: 422,
        code: "invalid_parameter",
        field: "limit",
      });
    }
    for (const sign of ["%2B", "0", "-"]) {
      const after = next
        .split(".")
        .map((place) => sign + place)
        .join(".");
      assertProblem(await act("GET", `/v1/callbacks?after=${after}`), {
        status: 422,
        code: "invalid_parameter",
        field: "after",
      });
    }
    for (const limit of [1, 5, 100]) await list(`?limit=${limit}`);
  });
});

describe("a delivery", () => {
  it("is verified by the published standardwebhooks package", async () => {
    await send(deposit("2c9f1f1e", "confirmed", { amount: 1.5 }));
    const [{ body, headers }] = await merchant.taken(1);
    const payload = new Webhook(WEBHOOK_SECRET).verify(body, headers);
    assert.equal(payload.type, "callback.received");
    assert.ok(Math.abs(Date.parse(payload.timestamp) - Date.now()) < 60_000);
    assert.deepEqual(
      { ...payload.data, callback: undefined },
      {
        callback_id: "2c9f1f1e",
        status: "confirmed",
        superseded: false,
        customer_id: "user-17",
        is_final: true,
        is_deposit: true,
        credit: { customer_id: "user-17", currency: "USDTT", amount: "50.10" },
        review: null,
        callback: undefined,
      },
    );
    assert.ok(body.includes(deposit("2c9f1f1e", "confirmed", { amount: 1.5 })));
    assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32, 8).toString("base64")}`).verify(body, headers));
    assert.throws(() => new Webhook(WEBHOOK_SECRET).verify(body.replace("confirmed", "cancelled"), headers));
  });

  it("is one for each distinct body, in order, and a final status never changes", async () => {
    const bodies = [
      deposit(17, "not_confirmed"),
      deposit(17, "confirmed"),
      deposit(17, "confirmed"),
      deposit(17, "not_confirmed", { note: 1 }),
      deposit(17, "confirmed", { note: 1 }),
      deposit(17, "cancelled"),
    ];
    for (const body of bodies) assert.equal((await send(body)).status, 200);
    const delivered = (await merchant.taken(5)).map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      delivered.map(({ type, data: { status, superseded } }) => [type, status, superseded]),
      [
        ["callback.received", "not_confirmed", false],
        ["callback.received", "confirmed", false],
        ["callback.amended", "not_confirmed", true],
        ["callback.amended", "confirmed", false],
        ["callback.conflict", "cancelled", false],
      ],
    );
    const { data } = await list("?callback_id=17");
    assert.deepEqual(new Set(data.map(({ current_status }) => current_status)), new Set(["confirmed"]));
    assert.deepEqual(
      data.map(({ id }) => id),
      idsOf(merchant.deliveries),
    );
  });

  it("is retried until it is accepted, with the same id, and lists have the reason of the last failure", async () => {
    let attempts = 0;
    merchant.answers((_, response) => {
      attempts += 1;
      if (attempts === 1) return 500;
      if (attempts === 2) return void response.socket.destroy();
      if (attempts === 3) return void response.writeHead(302, { location: "/elsewhere" }).end();
      return 204;
    });
    await send(deposit(17, "confirmed"));
    await merchant.taken(1);
    assert.equal(merchant.deliveries.length, 4);
    assert.equal(new Set(idsOf(merchant.deliveries)).size, 1);
    await until("delivered", async () => (await list("?state=delivered")).data.length === 1);
    assert.equal((await list()).data[0].delivery.attempts, 4);
  });

  it("times out after 10 s, and others are delivered meanwhile", async () => {
    let stalled = 0;
    merchant.answers(({ body }) => {
      if (JSON.parse(body).data.callback_id !== "stalls" || stalled > 0) return 200;
      stalled = Date.now();
      return undefined;
    });
    await send(deposit("stalls", "confirmed"));
    for (let id = 0; id < 40; id += 1) await send(deposit(id, "confirmed"));
    await merchant.taken(40, 5_000);
    await merchant.taken(41, 30_000);
    const waited = merchant.deliveries.at(-1).at - stalled;
    assert.ok(waited >= 9_500 && waited < 25_000, `${waited} ms`);
    await until(
      "the second attempt is listed as delivered",
      async () => (await list("?callback_id=stalls&state=delivered")).data[0]?.delivery.attempts === 2,
    );
  });

  it("is parked if it is never accepted, after the final event of its transaction", async () => {
    await worker.stop();
    worker = await start({ DELIVERY_BACKOFF_SCALE: "0.000001" });
    caller = makeCaller(worker, tokens.all);
    merchant.answers(({ body }) => (JSON.parse(body).data.status === "not_confirmed" ? 500 : 200));
    await send(deposit(17, "not_confirmed"));
    await send(deposit(17, "confirmed"));
    const [{ body }] = await merchant.taken(1, 20_000);
    assert.equal(JSON.parse(body).data.status, "confirmed");
    await until("the other event is parked", async () => (await list("?state=parked")).data.length === 1);
    const { data } = await list("?state=parked");
    assert.deepEqual(
      data.map(({ status, delivery }) => [status, delivery.attempts, delivery.last_failure]),
      [["not_confirmed", 16, "HTTP 500"]],
    );
    const deliveries = (await act("GET", "/readyz")).json.checks.find(({ name }) => name === "deliveries");
    assert.deepEqual([deliveries.ok, deliveries.code], [false, "deliveries_parked"]);
    assert.match(deliveries.detail, /^Deliveries given up: 1\./);
    merchant.answers(() => 200);
    const again = await act("POST", `/v1/callbacks/${data[0].id}/redeliver`);
    assert.deepEqual([again.status, again.json], [202, { queued: 1 }]);
    await merchant.taken(2);
  });

  it("goes on after a restart", async () => {
    merchant.answers(() => 503);
    for (let id = 0; id < 20; id += 1) await send(deposit(id, "confirmed"));
    await worker.restart();
    merchant.answers(() => 200);
    await until("all are delivered", async () => (await list("?state=delivered&limit=100")).data.length === 20);
    assert.equal(new Set(idsOf(merchant.deliveries)).size, 20);
  });

  it("stays pending without an endpoint", async () => {
    await worker.stop();
    worker = await start({ MERCHANT_WEBHOOK_URL: "", MERCHANT_WEBHOOK_SECRET: "" });
    caller = makeCaller(worker, tokens.all);
    await send(deposit(17, "confirmed"));
    assert.equal((await list()).data[0].delivery.state, "pending");
    assertProblem(await act("POST", "/v1/callbacks/17/redeliver"), {
      status: 503,
      code: "invalid_configuration",
      field: "MERCHANT_WEBHOOK_URL",
    });
    assert.deepEqual(merchant.deliveries, []);
  });
});

describe("the merchant", () => {
  it("reads page after page, and later events after them", async () => {
    for (let id = 0; id < 25; id += 1) await send(deposit(id, "confirmed"));
    const seen = [];
    let next = "";
    for (let more = true; more; ) {
      const page = await list(`?limit=10${next && `&after=${next}`}`);
      seen.push(...page.data.map(({ callback_id }) => callback_id));
      ({ next, has_more: more } = page);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, id) => String(id)),
    );
    assert.deepEqual((await list(`?after=${next}`)).data, []);
    await send(deposit(25, "confirmed"));
    assert.deepEqual(
      (await list(`?after=${next}`)).data.map(({ callback_id }) => callback_id),
      ["25"],
    );
    assertProblem(await act("GET", "/v1/callbacks?limit=1000"), {
      status: 422,
      code: "invalid_parameter",
      field: "limit",
    });
    assertProblem(await act("GET", "/v1/callbacks?before=1"), { status: 422, code: "unknown_parameter" });
  });

  it("erases a payer's data, and a repetition of an erased callback is no new event", async () => {
    const body = deposit("ab/c d", "confirmed");
    await send(body);
    await merchant.taken(1);
    await until("delivered", async () => (await list("?state=delivered")).data.length === 1);
    const erased = await act("DELETE", `/v1/callbacks/${encodeURIComponent("ab/c d")}`);
    assert.deepEqual([erased.status, erased.json], [200, { erased: 1 }]);
    await send(body);
    const { data } = await list();
    assert.equal(data.length, 1);
    assert.equal(data[0].callback, null);
    assert.ok(data[0].erased_at);
    assertProblem(await act("POST", `/v1/callbacks/${data[0].id}/redeliver`), { status: 409, code: "callback_erased" });
    assertProblem(await act("DELETE", "/v1/callbacks/nothing"), { status: 404, code: "callback_not_found" });
    assert.equal(merchant.deliveries.length, 1);
  });

  it("gets no new event from a repetition of a pruned callback", async () => {
    await worker.stop();
    worker = await start({ INBOX_RETENTION_DAYS: "0.00001" });
    caller = makeCaller(worker, tokens.all);
    await send(deposit(17, "confirmed"));
    await until("pruned", async () => (await list()).data[0].callback === null);
    await send(deposit(17, "confirmed"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await list()).data.length, 1);
    assert.equal(new Set(idsOf(merchant.deliveries)).size, 1);
    assert.equal(merchant.deliveries.length, 1);
  });

  it("finds the event's id in the log, and nothing of a payer", async () => {
    await send(deposit(17, "confirmed"), SECRET, { "x-request-id": "first" });
    await send(deposit(17, "confirmed"), SECRET, { "x-request-id": "again" });
    const lines = await worker.log(2);
    const [first, again] = ["first", "again"].map((id) => lines.find(({ request_id }) => request_id === id));
    assert.deepEqual([first.route, first.status, again.event_id], ["/callbacks", 200, undefined]);
    assert.equal(first.event_id, (await list()).data[0].id);
    caller.assertNotLogged(["user-17", "50.10", createHash("sha256").update(deposit(17, "confirmed")).digest("hex")]);
    caller.assertNotDisclosed([SECRET, PREVIOUS, WEBHOOK_SECRET, settings.CITRN_API_KEY, tokens.all]);
  });
});
