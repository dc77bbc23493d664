import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

/** Returns complete settings with new secrets, except for `CITRN_BASE_URL`. */
export function makeSettings() {
  const secret = () => randomBytes(24).toString("hex");
  const tokens = { all: secret(), addresses: secret() };
  return {
    tokens,
    settings: {
      CITRN_API_KEY: secret(),
      CITRN_SECRET: secret(),
      ALLOWED_RETURN_ORIGINS: "https://shop.example, http://127.0.0.1:3000",
      // Long enough for many concurrent requests on a busy machine.
      UPSTREAM_DEADLINE_MS: "10000",
      WORKER_TOKENS: JSON.stringify([
        { name: "all", token: tokens.all },
        { name: "addresses-only", token: tokens.addresses, routes: ["POST /v1/addresses"] },
      ]),
    },
  };
}

export const PAYMENT = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
export const ADDRESS = { foreign_id: "user-17", currency: "USDTT" };

/**
 * Returns a client of a Worker that records every answer.
 * @param {{ url: string, output: string[] }} worker
 * @param {string} token
 */
export function makeCaller(worker, token) {
  /** @type {string[]} */
  const answers = [];
  const request = async (path, { method = "GET", headers = {}, body = undefined, ...rest } = {}) => {
    const response = await fetch(worker.url + path, { method, headers, body, redirect: "manual", ...rest });
    const text = await response.text();
    answers.push(text, JSON.stringify([...response.headers]));
    let json = null;
    if (text !== "") json = JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json };
  };
  return {
    request,
    get: (path, headers = {}) => request(path, { headers }),
    /** Sends a POST with the token. Objects are sent as JSON. */
    post: (path, body, headers = {}) =>
      request(path, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
        body:
          typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream
            ? body
            : JSON.stringify(body),
        ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
      }),
    /** Asserts that no answer and no output of the Worker contains one of the secrets. @param {string[]} secrets */
    assertNotDisclosed(secrets) {
      assert.ok(answers.length > 0 && worker.output.length > 0);
      for (const secret of secrets) {
        assert.ok(secret.length > 0);
        for (const text of [...answers, ...worker.output])
          assert.ok(!text.includes(secret), `a secret appears in: ${text}`);
      }
    },
    /** Asserts that no output of the Worker contains one of the words. @param {string[]} words */
    assertNotLogged(words) {
      for (const word of words)
        for (const line of worker.output) assert.ok(!line.includes(word), `"${word}" was logged: ${line}`);
    },
  };
}

/**
 * Asserts that an answer is the expected problem, with all members.
 * @param {{ status: number, headers: Headers, json: any }} answer
 * @param {{ status: number, code: string, executed?: "no" | "unknown", retryable?: boolean, field?: string }} expected
 */
export function assertProblem(answer, { status, code, executed = "no", retryable = false, field = undefined }) {
  const { json, headers } = answer;
  assert.deepEqual(
    {
      status: answer.status,
      code: json?.code,
      executed: json?.executed,
      retryable: json?.retryable,
      field: json?.field,
    },
    { status, code, executed, retryable, field },
    JSON.stringify(json),
  );
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(json.status, status);
  assert.equal(json.request_id, headers.get("x-request-id"));
  assert.match(json.type, /#[\w-]+$/);
  for (const text of [json.title, json.detail]) assert.ok(typeof text === "string" && text.length > 0);
}
