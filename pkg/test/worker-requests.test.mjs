// The request that each method of the Worker's client sends, and how it reads the reply.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, CREATED, errorOf, PAYMENT, startFakeWorker, TOKEN } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client({ maxRetries: 0 });
});
after(() => fake.close());

const ADDRESS = { address: "T1", memo: null, currency: "USDTT", foreign_id: "user-17" };
const LINK = { url: "https://pay.example.com/c/t", expires_at: "2026-11-22T13:00:00.000Z" };
const CURRENCIES = { as_of: "2026-11-22T12:00:00.000Z", stale: false, data: [{ currency: "BTC" }] };
const RATES = { as_of: "2026-11-22T12:00:00.000Z", stale: true, data: { BTC: { EUR: "50000" } } };

describe("each method is one request", () => {
  const cases = [
    ["payments.create", () => worker.payments.create(PAYMENT), "POST /v1/payments", PAYMENT, 201, CREATED],
    [
      "addresses.take",
      () => worker.addresses.take({ foreign_id: "user-17", currency: "USDTT" }),
      "POST /v1/addresses",
      { foreign_id: "user-17", currency: "USDTT" },
      200,
      ADDRESS,
    ],
    [
      "checkoutLinks.create",
      () =>
        worker.checkoutLinks.create({
          foreign_id: "u",
          return_url: "https://a.example",
          coins: ["BTC"],
          expires_in: 60,
        }),
      "POST /v1/checkout-links",
      { foreign_id: "u", return_url: "https://a.example", coins: ["BTC"], expires_in: 60 },
      201,
      LINK,
    ],
    ["currencies.list", () => worker.currencies.list(), "GET /v1/currencies", undefined, 200, CURRENCIES],
    ["rates.list", () => worker.rates.list(), "GET /v1/rates", undefined, 200, RATES],
    [
      "callbacks.redeliver",
      () => worker.callbacks.redeliver("a/b?c"),
      "POST /v1/callbacks/a%2Fb%3Fc/redeliver",
      undefined,
      202,
      { queued: 2 },
    ],
    ["callbacks.erase", () => worker.callbacks.erase("17"), "DELETE /v1/callbacks/17", undefined, 200, { erased: 1 }],
  ];
  for (const [name, call, line, body, status, reply] of cases) {
    test(name, async () => {
      fake.answers(answer(status, reply));
      assert.deepEqual(await call(), reply);
      const [request, ...others] = fake.requests;
      assert.equal(others.length, 0);
      assert.equal(`${request.method} ${request.path}`, line);
      assert.equal(request.headers.authorization, `Bearer ${TOKEN}`);
      assert.match(request.headers["x-request-id"], /^[\w-]{36}$/);
      const text = request.body.toString();
      if (body === undefined) assert.equal(text, "");
      else assert.deepEqual(JSON.parse(text), body);
      const isCreation = /\.(create|take)$/.test(name);
      assert.equal(request.headers["content-type"], isCreation ? "application/json" : undefined);
      assert.equal(request.headers["idempotency-key"] !== undefined, isCreation);
    });
  }

  test("fields that a later Worker adds stay in the reply", async () => {
    fake.answers(answer(201, { ...CREATED, later: 1 }));
    assert.deepEqual(await worker.payments.create(PAYMENT), { ...CREATED, later: 1 });
  });

  test("methods work without their object", async () => {
    const { create } = worker.payments;
    fake.answers(answer(201, CREATED));
    assert.deepEqual(await create(PAYMENT), CREATED);
  });

  test("a url with a path and a slash at its end", async () => {
    fake.answers(answer(200, CURRENCIES));
    await fake.client({ url: `${fake.url}/prefix//` }).currencies.list();
    assert.equal(fake.requests[0].path, "/prefix/v1/currencies");
  });
});

describe("the Idempotency-Key", () => {
  test("is another one for each call, or the one that is given", async () => {
    fake.answers(answer(201, CREATED));
    await worker.payments.create(PAYMENT);
    await worker.payments.create(PAYMENT);
    await worker.payments.create(PAYMENT, { idempotencyKey: "order-1001" });
    const [first, second, third] = fake.requests.map(({ headers }) => headers["idempotency-key"]);
    assert.match(first, /^[\w-]{36}$/);
    assert.notEqual(first, second);
    assert.equal(third, "order-1001");
  });

  for (const [what, idempotencyKey] of [
    ["is empty", ""],
    ["has a space", "order 1001"],
    ["has a line break", "a\r\nX-Evil: 1"],
    ["is too long", "k".repeat(129)],
    ["is no text", 1001],
  ]) {
    test(`that ${what} is refused by name, and nothing is sent`, async () => {
      fake.answers(answer(201, CREATED));
      const error = await errorOf(worker.payments.create(PAYMENT, { idempotencyKey }));
      assert.deepEqual(
        [error.name, error.field, error.executed],
        ["CitrnConfigurationError", "idempotencyKey", "no"],
        error.message,
      );
      assert.equal(fake.requests.length, 0);
    });
  }
});

describe("parameters", () => {
  test("that are undefined or null are left out", async () => {
    fake.answers(answer(200, ADDRESS));
    await worker.addresses.take({ foreign_id: "u", currency: "BTC", convert_to: undefined });
    await worker.addresses.take({ foreign_id: "u", currency: "BTC", convert_to: null });
    for (const { body } of fake.requests) assert.equal(body.toString(), '{"foreign_id":"u","currency":"BTC"}');
  });

  const throwing = Object.defineProperty({ ...PAYMENT }, "coin_name", {
    enumerable: true,
    get: () => {
      throw new Error("the getter failed");
    },
  });
  for (const [what, parameters, field] of [
    ["that are missing", undefined, "parameters"],
    ["that are text", "user-17", "parameters"],
    ["that are a list", [PAYMENT], "parameters"],
    ["with half a surrogate pair", { ...PAYMENT, foreign_id: "user-\ud83d" }, "foreign_id"],
    ["with a BigInt", { ...PAYMENT, coin_name: 1n }, "coin_name"],
    ["with a function", { ...PAYMENT, coin_name: () => "BTC" }, "coin_name"],
    ["with a getter that throws", throwing, "coin_name"],
  ]) {
    test(`${what} are refused by name, and nothing is sent`, async () => {
      fake.answers(answer(201, CREATED));
      const error = await errorOf(worker.payments.create(parameters));
      assert.deepEqual([error.name, error.code, error.field], ["CitrnParameterError", "invalid_parameter", field]);
      assert.ok(error.message.startsWith(field), error.message);
      assert.equal(fake.requests.length, 0);
    });
  }

  test("a pair of surrogates and backslashes pass", async () => {
    fake.answers(answer(201, CREATED));
    await worker.payments.create({ ...PAYMENT, foreign_id: "\u{1f600}\\ud83d" });
    assert.equal(JSON.parse(fake.requests[0].body.toString()).foreign_id, "\u{1f600}\\ud83d");
  });

  for (const id of [undefined, "", 17, ".", "..", "\ud83d"]) {
    test(`the id ${JSON.stringify(id)} is refused, and nothing is sent`, async () => {
      fake.answers(answer(200, { erased: 1 }));
      for (const call of [worker.callbacks.erase(id), worker.callbacks.redeliver(id)]) {
        const error = await errorOf(call);
        assert.deepEqual([error.name, error.field], ["CitrnParameterError", "id"]);
      }
      assert.equal(fake.requests.length, 0);
    });
  }
});
