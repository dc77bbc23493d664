// Faults between the client and the Worker: retries, the deadline, the caller's signal, and answers of another server.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { CitrnConnectionError, CitrnGatewayError, CitrnTimeoutError } from "citrn/worker";
import { startGateway } from "./gateway.mjs";
import { answer, CREATED, drop, errorOf, PAYMENT, problem, stall, startFakeWorker } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client();
});
after(() => fake.close());

const keys = () => fake.requests.map(({ headers }) => headers["idempotency-key"]);
const create = (options) => worker.payments.create(PAYMENT, options);
const created = answer(201, CREATED);
const NOW = { headers: { "Retry-After": "0" } };

describe("a creation is repeated under its key", () => {
  for (const [what, fault] of [
    ["a dropped connection", drop],
    ["a problem that repeating may help with", problem(503, "storage_unavailable", { retryable: true, ...NOW })],
    ["an outcome that is not known yet", problem(409, "outcome_unknown", { retryable: true, ...NOW })],
    ["too many requests", problem(429, "too_many_requests", { retryable: true, ...NOW })],
    ["an error page of another server", answer(502, "<html>Bad gateway</html>", NOW.headers)],
    ["a body that broke off", (_, response) => response.writeHead(201, { "Content-Length": "99" }).end('{"sess')],
  ]) {
    test(`after ${what}`, async () => {
      fake.answers(fault, created);
      assert.deepEqual(await create(), CREATED);
      assert.equal(fake.requests.length, 2);
      const [first, second] = keys();
      assert.match(first, /^[\w-]{36}$/);
      assert.equal(second, first);
      assert.deepEqual(fake.requests[0].body, fake.requests[1].body);
      assert.equal(fake.requests[0].headers["x-request-id"], fake.requests[1].headers["x-request-id"]);
    });
  }

  test("maxRetries times, or never if that is zero", async () => {
    for (const [maxRetries, attempts] of [
      [0, 1],
      [undefined, 3],
      [3, 4],
    ]) {
      fake.answers(problem(503, "storage_unavailable", { retryable: true, ...NOW }));
      const error = await errorOf(create({ maxRetries }));
      assert.deepEqual([error.code, fake.requests.length], ["storage_unavailable", attempts]);
    }
  });

  test("not after a refusal", async () => {
    fake.answers(problem(422, "coin_not_found"), created);
    assert.equal((await errorOf(create())).code, "coin_not_found");
    assert.equal(fake.requests.length, 1);
  });

  test("and its error says with which key to repeat it", async () => {
    fake.answers(drop);
    const error = await errorOf(create({ maxRetries: 1 }));
    assert.ok(error instanceof CitrnConnectionError);
    assert.deepEqual([error.code, error.executed, error.retryable], ["network_error", "unknown", true]);
    assert.deepEqual(keys(), [error.idempotencyKey, error.idempotencyKey]);
    assert.equal(error.foreign_id, "user-17");
    assert.match(error.message, /repeat it with the idempotencyKey of this error/);
    assert.equal(fake.requests[0].headers["x-request-id"], error.requestId);
    assert.equal(error.toJSON().idempotencyKey, error.idempotencyKey);
  });

  test("and a later refusal does not disprove that an earlier attempt was carried out", async () => {
    fake.answers(drop, problem(429, "too_many_requests", { retryable: true, headers: { "Retry-After": "3600" } }));
    const error = await errorOf(create());
    assert.deepEqual([error.code, error.executed, error.retryAfter], ["too_many_requests", "unknown", 3600]);
  });
});

test("a read and an erasure are repeated too", async () => {
  fake.answers(drop, answer(200, { as_of: "t", stale: false, data: [] }));
  assert.deepEqual((await worker.currencies.list()).data, []);
  fake.answers(drop, answer(200, { erased: 0 }));
  assert.deepEqual(await worker.callbacks.erase("17"), { erased: 0 });
});

test("a read executes nothing, whatever its outcome", async () => {
  fake.answers(drop);
  const error = await errorOf(worker.rates.list({ maxRetries: 0 }));
  assert.deepEqual([error.executed, error.retryable, error.idempotencyKey], ["no", true, undefined]);
});

describe("Retry-After", () => {
  const limited = (value) => problem(429, "too_many_requests", { retryable: true, headers: { "Retry-After": value } });

  test("is waited for whole", async () => {
    fake.answers(limited("1"), created);
    const begun = Date.now();
    await create();
    assert.ok(Date.now() - begun >= 990, `${Date.now() - begun} ms`);
  });

  test("is not waited for if it ends after the deadline", async () => {
    fake.answers(limited("20"), created);
    const begun = Date.now();
    const error = await errorOf(create({ timeoutMs: 15_000 }));
    assert.ok(Date.now() - begun < 10_000);
    assert.deepEqual([error.code, error.retryAfter, fake.requests.length], ["too_many_requests", 20, 1]);
  });

  test("may be a date, and is at most a day", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    for (const [value, least, most] of [
      [inAnHour, 3590, 3600],
      ["Fri, 31 Dec 9999 23:59:59 GMT", 86_400, 86_400],
      ["99999999999999999999", 86_400, 86_400],
    ]) {
      fake.answers(limited(value));
      const { retryAfter } = await errorOf(create());
      assert.ok(retryAfter >= least && retryAfter <= most, `${value}: ${retryAfter}`);
    }
    for (const value of ["soon", "-1", "2030"]) {
      fake.answers(limited(value));
      const { retryAfter } = await errorOf(create({ maxRetries: 0 }));
      assert.equal(retryAfter, value === "2030" ? 2030 : undefined);
    }
  });
});

describe("the deadline", () => {
  beforeEach(() => fake.answers(stall));

  test("ends an attempt without an answer", async () => {
    const error = await errorOf(create({ timeoutMs: 100 }));
    assert.ok(error instanceof CitrnTimeoutError);
    assert.deepEqual([error.code, error.executed, error.retryable], ["timeout", "unknown", true]);
    assert.match(error.message, /^The call timed out after 100 ms\./);
  });

  test("ends a body that stalls", async () => {
    fake.answers((_, response) => response.writeHead(201, { "Content-Type": "application/json" }).write('{"sess'));
    assert.equal((await errorOf(create({ timeoutMs: 150 }))).code, "timeout");
  });

  test("holds for all attempts together", async () => {
    fake.answers(problem(503, "storage_unavailable", { retryable: true, ...NOW }), stall);
    const begun = Date.now();
    const error = await errorOf(create({ timeoutMs: 1000, maxRetries: 100 }));
    assert.equal(error.code, "timeout");
    assert.ok(Date.now() - begun < 10_000);
    assert.equal(fake.requests.length, 2);
  });
});

describe("the caller's signal", () => {
  test("that is aborted already stops the call before anything is sent", async () => {
    fake.answers(created);
    const reason = new Error("enough");
    const error = await errorOf(create({ signal: AbortSignal.abort(reason) }));
    assert.deepEqual([error.name, error.code, error.executed], ["CitrnAbortError", "aborted", "no"]);
    assert.equal(error.cause, reason);
    assert.equal(fake.requests.length, 0);
  });

  test("stops a request that runs, which then is closed", async () => {
    let closed;
    const isClosed = new Promise((resolve) => (closed = resolve));
    const controller = new AbortController();
    fake.answers((_, response) => {
      response.on("close", closed);
      controller.abort();
    });
    const error = await errorOf(create({ signal: controller.signal }));
    assert.deepEqual([error.code, error.executed], ["aborted", "unknown"]);
    await isClosed;
  });

  test("stops the wait before a retry", async () => {
    const controller = new AbortController();
    const limited = problem(429, "too_many_requests", { retryable: true, headers: { "Retry-After": "20" } });
    fake.answers((request, response) => {
      limited(request, response);
      setTimeout(() => controller.abort(), 1000);
    });
    const error = await errorOf(create({ signal: controller.signal }));
    assert.deepEqual([error.code, error.executed, fake.requests.length], ["aborted", "no", 1]);
  });

  test("has no listener left after the call", async () => {
    fake.answers(created);
    const { signal } = new AbortController();
    let listeners = 0;
    for (const [name, change] of [
      ["addEventListener", 1],
      ["removeEventListener", -1],
    ]) {
      const real = signal[name].bind(signal);
      signal[name] = (...given) => {
        listeners += change;
        real(...given);
      };
    }
    await create({ signal });
    assert.equal(listeners, 0);
  });
});

describe("an answer that cannot be the Worker's", () => {
  for (const [what, step, code, message] of [
    ["is a page", answer(201, "<html>"), "unreadable_reply", /HTTP 201, but its body is not JSON/],
    ["is empty", answer(201, ""), "unreadable_reply", /its body is empty/],
    ["is a list", answer(201, []), "unreadable_reply", /its body is not an object/],
    ["is null", answer(201, "null"), "unreadable_reply", /its body is not an object/],
    ["is not UTF-8", (_, r) => r.writeHead(201).end(Buffer.from([0x22, 0xff, 0x22])), "unreadable_reply", /not UTF-8/],
    ["lacks a field", answer(201, { session_id: null }), "unreadable_reply", /but redirect_url is missing/],
    ["has another type", answer(201, { ...CREATED, redirect_url: 5 }), "unreadable_reply", /redirect_url is not text/],
    [
      "is a problem without a code",
      answer(422, { detail: "No." }),
      "worker_unavailable",
      /HTTP 422, but code is missing/,
    ],
    ["is a firewall's", answer(403, "<html>"), "worker_unavailable", /Check the setting url; a firewall/],
    ["is a host's failure", answer(522, "error code: 522"), "worker_unavailable", /HTTP 522, but its body is not JSON/],
  ]) {
    test(what, async () => {
      fake.answers(step);
      const error = await errorOf(create({ maxRetries: 0 }));
      assert.ok(error instanceof CitrnGatewayError, String(error));
      assert.deepEqual([error.code, error.executed], [code, "unknown"]);
      assert.match(error.message, message);
      assert.equal(typeof error.raw, "string");
      assert.ok(!JSON.stringify(error).includes("html"));
    });
  }

  test("is not repeated if it has another shape, which would come again", async () => {
    fake.answers(answer(201, { session_id: null }), created);
    assert.equal((await errorOf(create())).retryable, false);
    assert.equal(fake.requests.length, 1);
  });

  test("is too large, announced or not", async () => {
    const chunk = Buffer.alloc(64 * 1024, " ");
    const large = (headers) => (_, response) => {
      response.writeHead(201, headers);
      for (let sent = 0; sent < 40; sent++) response.write(chunk);
      response.end();
    };
    for (const headers of [{}, { "Content-Length": String(40 * chunk.length) }]) {
      fake.answers(large(headers));
      const error = await errorOf(create());
      assert.deepEqual([error.name, error.code], ["CitrnConnectionError", "network_error"]);
      assert.match(error.message, /it has more than 1 MiB/);
      assert.equal(fake.requests.length, 1);
    }
  });

  test("is a redirect, which is not followed: the token stays", async () => {
    const other = await startGateway((_, response) => response.end());
    try {
      for (const status of [301, 302, 307, 308]) {
        fake.answers((_, response) => response.writeHead(status, { Location: `${other.baseUrl}/v1/payments` }).end());
        const error = await errorOf(create());
        assert.deepEqual([error.name, error.code], ["CitrnGatewayError", "unexpected_redirect"]);
        assert.match(error.message, /never followed/);
      }
      assert.equal(other.requests.length, 0);
    } finally {
      await other.close();
    }
  });
});
