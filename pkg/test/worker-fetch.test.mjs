// The Worker's client with and without features of the runtime: a custom fetch, and crypto.randomUUID.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { answer, CREATED, errorOf, PAYMENT, startFakeWorker, TOKEN } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client();
});
after(() => fake.close());

const create = (options) => worker.payments.create(PAYMENT, options);

describe("a custom fetch", () => {
  test("gets the request, and its errors are shown without the token", async () => {
    const calls = [];
    const fetch = async (url, init) => {
      calls.push({ url, ...init });
      throw new Error(`connect failed with ${init.headers.Authorization}\u202e`);
    };
    const error = await errorOf(fake.client({ fetch, maxRetries: 0 }).payments.create(PAYMENT));
    assert.equal(error.code, "network_error");
    assert.match(error.message, /connect failed with Bearer \[redacted\]/);
    assert.ok(!error.message.includes(TOKEN) && !error.message.includes("\u202e"));
    const [{ url, method, redirect, body }] = calls;
    assert.deepEqual([url, method, redirect], [`${fake.url}/v1/payments`, "POST", "manual"]);
    assert.deepEqual(JSON.parse(Buffer.from(body).toString()), PAYMENT);
  });

  test("may throw an error that holds the request: the token is shown nowhere, and the causes stay", async () => {
    const looped = (init) => {
      const error = new Error(init.headers.Authorization);
      return Object.assign(error, { cause: error });
    };
    const refused = Object.assign(new Error(`connect ECONNREFUSED, ${TOKEN}`), { code: "ECONNREFUSED" });
    const failed = (init) =>
      Object.assign(new TypeError("fetch failed", { cause: refused }), { request: init, digest: "NEXT_1" });
    const errorFor = (thrownFor) => {
      const fetch = (_url, init) => Promise.reject(thrownFor(init));
      return errorOf(fake.client({ fetch, maxRetries: 0 }).payments.create(PAYMENT));
    };
    for (const thrownFor of [
      failed,
      (init) => new Error("failed", { cause: { message: init.headers.Authorization, config: init } }),
      (init) => ({ name: init.headers.Authorization, code: TOKEN, stack: TOKEN, init }),
      (init) => init.headers.Authorization,
      looped,
    ]) {
      const error = await errorFor(thrownFor);
      assert.equal(error.code, "network_error");
      assert.ok(!inspect(error, { depth: null, showHidden: true }).includes(TOKEN), error);
    }
    const { cause, digest } = await errorFor(failed);
    assert.deepEqual([cause.name, cause.message, digest], ["TypeError", "fetch failed", "NEXT_1"]);
    assert.match(cause.stack, /worker-fetch\.test/);
    assert.deepEqual([cause.cause.code, cause.cause.message], ["ECONNREFUSED", "connect ECONNREFUSED, [redacted]"]);
  });

  test("that is missing in the runtime is named", async (t) => {
    const { fetch } = globalThis;
    t.after(() => (globalThis.fetch = fetch));
    globalThis.fetch = undefined;
    const error = await errorOf(create());
    assert.deepEqual([error.name, error.field, error.executed], ["CitrnConfigurationError", "fetch", "no"]);
  });

  test("is never called beside its earlier attempt", async () => {
    const signals = [];
    const fetch = async (_url, { signal }) => {
      signals.push(signal);
      if (signals.length === 1) throw new TypeError("socket closed");
      assert.equal(signals[0].aborted, true);
      return Response.json(CREATED, { status: 201 });
    };
    assert.deepEqual(await fake.client({ fetch }).payments.create(PAYMENT), CREATED);
  });
});

test("without crypto.randomUUID, a creation needs a key, and says so", async (t) => {
  const { crypto } = globalThis;
  t.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true, writable: true }));
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true, writable: true });
  fake.answers(answer(201, CREATED));
  const error = await errorOf(create());
  assert.deepEqual([error.name, error.field], ["CitrnConfigurationError", "idempotencyKey"]);
  assert.deepEqual(await create({ idempotencyKey: "order-1" }), CREATED);
});
