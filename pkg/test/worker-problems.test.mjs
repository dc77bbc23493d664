// Each code of worker/PROBLEMS.md becomes an error class of citrn, with everything that the problem says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import * as entry from "citrn/worker";
import { answer, errorOf, PAYMENT, problem, startFakeWorker, TOKEN } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client({ maxRetries: 0 });
});
after(() => fake.close());

const CLASSES = new Map(Object.entries(entry));

/** Code, HTTP status and class. */
const EXPECTED = [
  ["token_required", 401, "CitrnAuthenticationError"],
  ["token_unknown", 401, "CitrnAuthenticationError"],
  ["route_not_allowed", 403, "CitrnAuthenticationError"],
  ["not_found", 404, "CitrnConfigurationError"],
  ["method_not_allowed", 405, "CitrnConfigurationError"],
  ["body_too_large", 413, "CitrnParameterError"],
  ["malformed_body", 400, "CitrnParameterError"],
  ["missing_parameter", 422, "CitrnParameterError"],
  ["unknown_parameter", 422, "CitrnParameterError"],
  ["duplicate_parameter", 422, "CitrnParameterError"],
  ["invalid_parameter", 422, "CitrnParameterError"],
  ["return_url_not_allowed", 422, "CitrnParameterError"],
  ["idempotency_key_reused", 422, "CitrnParameterError"],
  ["outcome_unknown", 409, "CitrnGatewayError"],
  ["callback_not_found", 404, "CitrnRefusalError"],
  ["callback_erased", 409, "CitrnRefusalError"],
  ["too_many_requests", 429, "CitrnRateLimitError"],
  ["storage_unavailable", 503, "CitrnGatewayError"],
  ["invalid_configuration", 503, "CitrnConfigurationError"],
  ["internal_error", 500, "CitrnGatewayError"],
  ["rate_limited", 503, "CitrnRateLimitError"],
  ["authentication_failed", 502, "CitrnAuthenticationError"],
  ["request_refused", 502, "CitrnRefusalError"],
  ["gateway_unavailable", 502, "CitrnGatewayError"],
  ["network_error", 502, "CitrnConnectionError"],
  ["unexpected_redirect", 502, "CitrnGatewayError"],
  ["unreadable_reply", 502, "CitrnGatewayError"],
  ["timeout", 504, "CitrnTimeoutError"],
  // Reasons of the gateway.
  ["coin_not_found", 422, "CitrnRefusalError"],
  ["duplication_request", 409, "CitrnRefusalError"],
  ["network_not_available", 503, "CitrnRefusalError"],
  ["a_reason_of_next_year", 422, "CitrnRefusalError"],
  ["a_failure_of_next_year", 503, "CitrnGatewayError"],
  ["__proto__", 422, "CitrnRefusalError"],
];

/** Codes that no route of this client answers with. */
const ELSEWHERE = [
  "invalid_signature",
  "link_not_found",
  "link_expired",
  "coin_not_offered",
  "no_coin_available",
  "checking",
  "not_ready",
  "gateway-refusals",
];

test("the codes are those of worker/PROBLEMS.md", () => {
  const page = readFileSync(new URL("../../worker/PROBLEMS.md", import.meta.url), "utf8");
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, code]) => code);
  const codes = EXPECTED.map(([code]) => code);
  assert.deepEqual(
    headings.filter((code) => !codes.includes(code)),
    ELSEWHERE,
  );
});

describe("the class of each code", () => {
  for (const [code, status, name] of EXPECTED) {
    test(`${code}, HTTP ${status}: ${name}`, async () => {
      fake.answers(problem(status, code));
      const error = await errorOf(worker.payments.create(PAYMENT));
      assert.equal(error.name, name);
      assert.ok(error instanceof CLASSES.get(name) && error instanceof entry.CitrnError);
      assert.deepEqual(
        [error.code, error.httpStatus, error.message, error.executed, error.retryable, error.requestId],
        [code, status, `The detail of ${code}.`, "no", false, "request-1"],
      );
    });
  }
});

test("an error has everything that the problem says", async () => {
  const more = { executed: "unknown", retryable: true, field: "CITRN_SECRET", foreign_id: "user-17" };
  fake.answers(problem(503, "storage_unavailable", { ...more, headers: { "Retry-After": "7" } }));
  const error = await errorOf(worker.payments.create(PAYMENT, { idempotencyKey: "order-1001" }));
  assert.deepEqual(error.toJSON(), {
    name: "CitrnGatewayError",
    message:
      "The detail of storage_unavailable. It may have been carried out: " +
      "repeat it with the idempotencyKey of this error.",
    code: "storage_unavailable",
    executed: "unknown",
    retryable: true,
    httpStatus: 503,
    retryAfter: 7,
    field: "CITRN_SECRET",
    foreign_id: "user-17",
    requestId: "request-1",
    idempotencyKey: "order-1001",
  });
  assert.equal(JSON.parse(error.raw).code, "storage_unavailable");
});

test("an answer without a request id has the one that was sent", async () => {
  fake.answers(answer(500, "oops"));
  const error = await errorOf(worker.currencies.list());
  assert.equal(error.requestId, fake.requests[0].headers["x-request-id"]);
});

test("anything but executed: no is unknown", async () => {
  fake.answers(problem(503, "storage_unavailable", { executed: "perhaps" }));
  assert.equal((await errorOf(worker.payments.create(PAYMENT))).executed, "unknown");
});

test("a token that an answer repeats is shown nowhere", async () => {
  const token = 'tok"en\\of-the-shop';
  const client = fake.client({ token, maxRetries: 0 });
  const more = { detail: `The token ${token} is unknown.`, field: token, request_id: token, extra: token };
  for (const step of [problem(401, "token_unknown", more), answer(500, `<p>${token}</p>`), problem(422, token)]) {
    fake.answers(step);
    const error = await errorOf(client.payments.create(PAYMENT));
    for (const text of [inspect(error, { showHidden: true }), JSON.stringify(error), error.raw]) {
      assert.ok(!text.includes(token) && !text.includes(JSON.stringify(token).slice(1, -1)), text);
    }
  }
  fake.answers(problem(401, "token_unknown", { detail: `${TOKEN} is unknown.` }));
  assert.equal((await errorOf(worker.currencies.list())).message, "[redacted] is unknown.");
});
