// A call can be aborted at every stage: it rejects immediately and leaves nothing running.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { getEventListeners } from "node:events";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Citrn, CitrnAbortError } from "citrn";
import { apiKey, json, secret, startGateway } from "./gateway.mjs";

const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };

/** Far less than the timeouts and waits in this file, even on a busy machine. */
const IMMEDIATE_MS = 5_000;

const ANSWERS = {
  "never answers": () => {},
  "stalls in the body": (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
    response.write('{"data":');
  },
  "sends Retry-After": (_request, response) => json(response, 503, {}, { "Retry-After": "20" }),
  answers: (_request, response) =>
    json(response, 200, { data: { redirect_url: "https://pay.example/1", address: "bc1q" } }),
};

describe("aborting", () => {
  let gateway;
  let answer;
  before(async () => {
    gateway = await startGateway((request, response) => answer(request, response));
  });
  after(() => gateway.close());

  const client = () => new Citrn({ apiKey, secret, baseUrl: gateway.baseUrl });

  /** Aborts a call once the request has reached the gateway, and returns the error. */
  async function abortOnce(call) {
    const controller = new AbortController();
    const reached = gateway.requested();
    const result = call(client(), { signal: controller.signal, timeoutMs: 60_000 }).then(
      () => assert.fail("the call succeeded"),
      (error) => error,
    );
    await reached;
    // Time for the first bytes of the body to arrive.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = performance.now();
    const reason = new Error("the customer left");
    controller.abort(reason);
    const error = await result;
    assert.ok(performance.now() - begun < IMMEDIATE_MS, `it took ${performance.now() - begun} ms`);
    assert.ok(error instanceof CitrnAbortError);
    assert.equal(error.code, "aborted");
    assert.equal(error.cause, reason);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0, "no listener is left on the signal");
    return error;
  }

  test("before the request is sent sends nothing", async () => {
    answer = ANSWERS.answers;
    gateway.requests.length = 0;
    const error = await client()
      .payments.create(payment, { signal: AbortSignal.abort("never mind") })
      .catch((error) => error);
    assert.deepEqual([error.code, error.executed, error.cause], ["aborted", "no", "never mind"]);
    assert.equal(gateway.requests.length, 0);
  });

  for (const stage of ["never answers", "stalls in the body"]) {
    test(`while the gateway ${stage} leaves the outcome of a payment unknown`, async () => {
      answer = ANSWERS[stage];
      const error = await abortOnce((citrn, options) => citrn.payments.create(payment, options));
      assert.deepEqual([error.executed, error.foreign_id], ["unknown", "user-17"]);
    });

    test(`a read while the gateway ${stage} reports that nothing was executed`, async () => {
      answer = ANSWERS[stage];
      const error = await abortOnce((citrn, options) => citrn.balances.list({}, options));
      assert.equal(error.executed, "no");
    });
  }

  test("between two attempts prevents the second", async () => {
    answer = ANSWERS["sends Retry-After"];
    gateway.requests.length = 0;
    await abortOnce((citrn, options) => citrn.balances.list({}, options));
    assert.equal(gateway.requests.length, 1);
  });

  test("after the call has finished has no effect, and no listener is left", async () => {
    answer = ANSWERS.answers;
    const controller = new AbortController();
    await client().payments.create(payment, { signal: controller.signal });
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    controller.abort();
  });

  for (const stage of ["never answers", "stalls in the body"]) {
    test(`a call times out while the gateway ${stage}`, async () => {
      answer = ANSWERS[stage];
      const begun = performance.now();
      const error = await client()
        .payments.create(payment, { timeoutMs: 200 })
        .catch((error) => error);
      const took = performance.now() - begun;
      assert.deepEqual([error.name, error.code, error.executed], ["CitrnTimeoutError", "timeout", "unknown"]);
      assert.ok(took >= 190 && took < 200 + IMMEDIATE_MS, `it took ${took} ms`);
    });
  }
});

test("timers run for the exact milliseconds of a timeout and of a Retry-After", async () => {
  const { setTimeout } = globalThis;
  const { now } = Date;
  const delays = [];
  globalThis.setTimeout = (work, delay) => {
    delays.push(delay);
    return setTimeout(work, delay === 30_000 ? delay : 0);
  };
  Date.now = () => Date.UTC(2026, 0, 1) - 3712;
  const headers = { get: (name) => (name === "Retry-After" ? "Thu, 01 Jan 2026 00:00:00 GMT" : null) };
  const fetch = async () => ({ status: 503, headers, arrayBuffer: async () => new ArrayBuffer(0) });
  try {
    await new Citrn({ fetch: () => new Promise(() => {}), timeoutMs: 1001 }).ping().catch(() => {});
    await new Citrn({ fetch, maxRetries: 1 }).ping().catch(() => {});
  } finally {
    globalThis.setTimeout = setTimeout;
    Date.now = now;
  }
  assert.deepEqual(delays, [1001, 30_000, 3712]);
});

describe("the signal of a request", () => {
  const answered = (status, text) => {
    const body = new TextEncoder().encode(text).buffer;
    return { status, headers: { get: () => null }, arrayBuffer: () => body };
  };

  test("is aborted when its fetch rejects, before the next attempt, and only then", async () => {
    const signals = [];
    const fetch = (_url, { signal }) => {
      assert.ok(
        signals.every(({ aborted }) => aborted),
        "no earlier request runs",
      );
      signals.push(signal);
      // As a `fetch` with its own timeout does, which leaves its request running.
      if (signals.length < 3) throw new Error("no answer in time");
      return answered(200, "OK");
    };
    const { message } = await new Citrn({ fetch }).ping();
    assert.equal(message, "OK");
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true, false],
    );
  });

  test("is not aborted after the answer was read, even if it is a refusal", async () => {
    const signals = [];
    const fetch = (_url, { signal }) => {
      signals.push(signal);
      return answered(400, '{"message":"no"}');
    };
    const error = await new Citrn({ fetch }).ping().catch((error) => error);
    assert.equal(error.code, "request_refused");
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false],
    );
  });
});

describe("a process exits without waiting for the client", () => {
  for (const [stage, answer] of Object.entries(ANSWERS)) {
    test(`when the gateway ${stage}`, async () => {
      const gateway = await startGateway(answer);
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL("abort-child.mjs", import.meta.url)), gateway.baseUrl, stage],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      const code = await new Promise((resolve) => child.on("exit", resolve));
      await gateway.close();
      assert.equal(code, 0);
      const { outcome, msToExit } = JSON.parse(output);
      assert.equal(outcome, stage === "answers" ? "done" : "aborted");
      assert.ok(msToExit < IMMEDIATE_MS, `the process lived on for ${msToExit} ms`);
    });
  }
});
