// Requests that the Worker refuses without calling the gateway.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, afterEach, before, describe, it } from "node:test";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const LIMIT = 16 * 1024;
const { settings, tokens } = makeSettings();
let gateway, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

describe("authentication", () => {
  afterEach(() => assert.deepEqual(gateway.received(), []));

  for (const [title, headers, expected] of /** @type {const} */ ([
    ["no token", { authorization: "" }, { status: 401, code: "token_required" }],
    ["another scheme", { authorization: `Basic ${tokens.all}` }, { status: 401, code: "token_required" }],
    ["an unknown token", { authorization: `Bearer ${"x".repeat(48)}` }, { status: 401, code: "token_unknown" }],
    [
      "a truncated token",
      { authorization: `Bearer ${tokens.all.slice(0, -1)}` },
      { status: 401, code: "token_unknown" },
    ],
    [
      "a token for another route",
      { authorization: `Bearer ${tokens.addresses}` },
      { status: 403, code: "route_not_allowed" },
    ],
  ])) {
    it(`${title} is ${expected.status} ${expected.code}`, async () => {
      const answer = await caller.post("/v1/payments", PAYMENT, headers);
      assertProblem(answer, expected);
      assert.match(answer.headers.get("www-authenticate"), /^Bearer realm="citrn"/);
    });
  }

  it("an unknown token is 401 on every route that reads one, and ignored on the others", async () => {
    const contract = JSON.parse(await (await fetch(`${worker.url}/openapi.json`)).text());
    for (const [path, operations] of Object.entries(contract.paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const status = async (headers) => {
          const response = await fetch(worker.url + path.replace(/{\w+}/, "x"), {
            method: method.toUpperCase(),
            headers,
          });
          await response.arrayBuffer();
          return response.status;
        };
        const withUnknown = await status({ authorization: `Bearer ${"x".repeat(48)}` });
        if (security.some((one) => Object.hasOwn(one, "token"))) assert.equal(withUnknown, 401, `${method} ${path}`);
        else assert.equal(withUnknown, await status({}), `${method} ${path}`);
      }
    }
    gateway.received();
  });

  it("a token in the query is ignored", async () => {
    assertProblem(await caller.request(`/v1/payments?token=${tokens.all}`, { method: "POST" }), {
      status: 401,
      code: "token_required",
    });
  });
});

describe("parameters", () => {
  afterEach(() => assert.deepEqual(gateway.received(), []));

  for (const [title, body, expected] of /** @type {const} */ ([
    ["an empty body", "", { status: 400, code: "malformed_body" }],
    ["a body that is not JSON", "foreign_id=user-17", { status: 400, code: "malformed_body" }],
    ["a truncated body", '{"foreign_id":"user-17"', { status: 400, code: "malformed_body" }],
    ["a JSON list", "[]", { status: 400, code: "malformed_body" }],
    [
      "bytes that are not UTF-8",
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      { status: 400, code: "malformed_body" },
    ],
    [
      "a missing field",
      { coin_name: "USDTT", return_url: PAYMENT.return_url },
      { status: 422, code: "missing_parameter", field: "foreign_id" },
    ],
    ["an unknown field", { ...PAYMENT, amount: "10" }, { status: 422, code: "unknown_parameter", field: "amount" }],
    [
      "a number instead of text",
      { ...PAYMENT, foreign_id: 17 },
      { status: 422, code: "invalid_parameter", field: "foreign_id" },
    ],
    [
      "null instead of text",
      { ...PAYMENT, coin_name: null },
      { status: 422, code: "invalid_parameter", field: "coin_name" },
    ],
    ["empty text", { ...PAYMENT, foreign_id: "" }, { status: 422, code: "invalid_parameter", field: "foreign_id" }],
    [
      "text that is too long",
      { ...PAYMENT, foreign_id: "x".repeat(256) },
      { status: 422, code: "invalid_parameter", field: "foreign_id" },
    ],
    [
      "a duplicate field",
      '{"foreign_id":"a","foreign_id":"b","coin_name":"USDTT","return_url":"https://shop.example/"}',
      { status: 422, code: "duplicate_parameter", field: "foreign_id" },
    ],
  ])) {
    it(`${title} is ${expected.status} ${expected.code}`, async () => {
      assertProblem(await caller.post("/v1/payments", body), expected);
    });
  }

  it("each route accepts only its own fields", async () => {
    assertProblem(await caller.post("/v1/addresses", PAYMENT), {
      status: 422,
      code: "unknown_parameter",
      field: "coin_name",
    });
    assertProblem(await caller.post("/v1/addresses", { foreign_id: "user-17" }), {
      status: 422,
      code: "missing_parameter",
      field: "currency",
    });
  });

  it("an Idempotency-Key with a space, or a duplicate header, is refused by name", async () => {
    const headers = { authorization: `Bearer ${tokens.all}` };
    const sendTwo = (first, second) =>
      new Promise((resolve, reject) => {
        const sent = {
          ...headers,
          "idempotency-key": [first, second],
          "content-length": Buffer.byteLength(JSON.stringify(PAYMENT)),
        };
        const request = http.request(
          `${worker.url}/v1/payments`,
          { method: "POST", headers: sent },
          async (response) => {
            const text = Buffer.concat(await response.toArray()).toString();
            resolve({
              status: response.statusCode,
              headers: new Headers(/** @type {any} */ (response.headers)),
              json: JSON.parse(text),
            });
          },
        );
        request.on("error", reject).end(JSON.stringify(PAYMENT));
      });
    const refused = { status: 422, code: "invalid_parameter", field: "Idempotency-Key" };
    for (const key of ["a b", "K1, K2", "a\tb", "na\xefve", "x".repeat(129)])
      assertProblem(await caller.post("/v1/payments", PAYMENT, { "idempotency-key": key }), refused);
    for (const keys of [
      ["K1", "K2"],
      ["K1", "K1"],
      ["", "K1"],
      ["K1", ""],
    ])
      assertProblem(await sendTwo(...keys), refused);
  });

  it("UTF-16, as PowerShell writes it, is named in the refusal", async () => {
    const text = JSON.stringify(PAYMENT);
    for (const body of [
      Buffer.from(text, "utf16le"),
      Buffer.from(`\ufeff${text}`, "utf16le"),
      Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    ]) {
      const answer = await caller.post("/v1/payments", new Uint8Array(body));
      assertProblem(answer, { status: 400, code: "malformed_body" });
      assert.match(answer.json.detail, /UTF-16.*UTF-8/);
    }
  });

  it("an unknown path is 404, and a wrong method is 405 with Allow", async () => {
    assertProblem(await caller.post("/v1/payment", PAYMENT), { status: 404, code: "not_found" });
    for (const [path, method, allow] of [
      ["/v1/payments", "GET", "POST"],
      ["/v1/addresses", "OPTIONS", "POST"],
      ["/readyz", "POST", "GET, HEAD"],
    ]) {
      const answer = await caller.request(path, { method });
      assertProblem(answer, { status: 405, code: "method_not_allowed" });
      assert.equal(answer.headers.get("allow"), allow);
    }
  });

  it("HEAD has the headers of GET and no body", async () => {
    const answer = await caller.request("/healthz", { method: "HEAD" });
    assert.deepEqual([answer.status, answer.text], [200, ""]);
  });
});

describe("a return_url", () => {
  afterEach(() => assert.deepEqual(gateway.received(), []));

  for (const [return_url, code] of [
    ["https://evil.example/thanks", "return_url_not_allowed"],
    ["https://shop.example.evil.example/", "return_url_not_allowed"],
    ["https://shop.example:8443/", "return_url_not_allowed"],
    ["http://shop.example/", "return_url_not_allowed"],
    ["https://user:password@shop.example/", "invalid_parameter"],
    ["https://shop.example@evil.example/", "invalid_parameter"],
    ["javascript:alert(1)//https://shop.example/", "invalid_parameter"],
    ["data:text/html,<script>", "invalid_parameter"],
    ["blob:https://shop.example/17", "invalid_parameter"],
    ["/thanks", "invalid_parameter"],
    ["", "invalid_parameter"],
  ]) {
    it(`must not be ${return_url || "empty"}`, async () => {
      assertProblem(await caller.post("/v1/payments", { ...PAYMENT, return_url }), {
        status: 422,
        code,
        field: "return_url",
      });
    });
  }
});

describe("a byte order mark before a body", () => {
  it("is ignored on every route that takes JSON", async () => {
    gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s", address: "T1" } });
    for (const [path, body, status] of /** @type {const} */ ([
      ["/v1/payments", PAYMENT, 201],
      ["/v1/addresses", ADDRESS, 200],
    ])) {
      assert.equal((await caller.post(path, `\ufeff${JSON.stringify(body)}`)).status, status);
      assertProblem(await caller.post(path, `\ufeff\ufeff${JSON.stringify(body)}`), {
        status: 400,
        code: "malformed_body",
      });
    }
    for (const { body } of gateway.received()) assert.ok(body.startsWith("{"));
  });
});

describe("the size of a body", () => {
  /** Returns a valid payment of exactly this many bytes. @param {number} bytes */
  const sized = (bytes) => JSON.stringify(PAYMENT).padEnd(bytes, " ");
  /** Returns the same as a stream, without a Content-Length. @param {number} bytes */
  const streamed = (bytes) => new Blob([sized(bytes)]).stream();

  it("may be 16,384 bytes, with and without Content-Length", async () => {
    gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s" } });
    for (const body of [sized(LIMIT), streamed(LIMIT)])
      assert.equal((await caller.post("/v1/payments", body)).status, 201);
    assert.equal(gateway.received().length, 2);
  });

  it("may not be one byte more, with and without Content-Length", async () => {
    for (const body of [sized(LIMIT + 1), streamed(LIMIT + 1)]) {
      assertProblem(await caller.post("/v1/payments", body), { status: 413, code: "body_too_large" });
    }
    assert.deepEqual(gateway.received(), []);
  });

  it("is checked while an endless body is still being sent", async () => {
    const headers = { authorization: `Bearer ${tokens.all}` };
    const request = http.request(`${worker.url}/v1/payments`, { method: "POST", headers });
    const timer = setInterval(() => request.write(" ".repeat(1024)), 1);
    const [response] = await once(request, "response").finally(() => clearInterval(timer));
    assert.equal(response.statusCode, 413);
    request.destroy();
  });

  it("may be incomplete without effect on later requests", async () => {
    await new Promise((resolve) => {
      const request = http.request(`${worker.url}/v1/payments`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokens.all}`, "content-length": "100" },
      });
      request.on("error", resolve);
      request.write('{"foreign_id"', () => setTimeout(() => request.destroy(new Error("gone")), 50));
    });
    assert.equal((await caller.get("/healthz")).status, 200);
    assert.deepEqual(gateway.received(), []);
  });
});

describe("every answer", () => {
  it("has the caller's request id if it is usable, otherwise a new one", async () => {
    assert.equal(
      (await caller.get("/healthz", { "x-request-id": "order-17:retry/2" })).headers.get("x-request-id"),
      "order-17:retry/2",
    );
    const ids = new Set();
    for (const unusable of ["", "x".repeat(129), 'a"b', "payer@shop.example"]) {
      const id = (await caller.get("/healthz", { "x-request-id": unusable })).headers.get("x-request-id");
      assert.match(id, /^[0-9a-f]{32}$/);
      ids.add(id);
    }
    assert.equal(ids.size, 4);
  });

  it("has headers against caching, sniffing, framing and script execution", async () => {
    for (const { headers } of [
      await caller.get("/healthz"),
      await caller.get("/nothing"),
      await caller.post("/v1/addresses", {}),
    ]) {
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("access-control-allow-origin"), null);
      assert.match(headers.get("strict-transport-security"), /^max-age=\d+$/);
      assert.match(headers.get("server-timing"), /^total;dur=\d+$/);
    }
  });
});

describe("the log", () => {
  it("has one line per request, with its route, token and outcome", async () => {
    const before = (await worker.log(0)).length;
    await caller.post("/v1/payments", { ...PAYMENT, secret_note: "Jane Doe" }, { "x-request-id": "log-1" });
    await caller.get("/user-17/Jane?Doe=1", { "x-request-id": "log-2" });
    await caller.post("/v1/payments", PAYMENT, {
      authorization: `Bearer ${tokens.addresses}`,
      "x-request-id": "log-3",
    });
    const lines = (await worker.log(before + 3)).slice(before).map(({ ms, ...line }) => {
      assert.ok(Number.isInteger(ms));
      return line;
    });
    const common = { event: "request", upstream_ms: null, executed: "no" };
    assert.deepEqual(lines, [
      {
        ...common,
        request_id: "log-1",
        method: "POST",
        route: "/v1/payments",
        token: "all",
        status: 422,
        code: "unknown_parameter",
      },
      { ...common, request_id: "log-2", method: "GET", route: null, token: null, status: 404, code: "not_found" },
      {
        ...common,
        request_id: "log-3",
        method: "POST",
        route: "/v1/payments",
        token: "addresses-only",
        status: 403,
        code: "route_not_allowed",
      },
    ]);
  });

  it("contains no secret and no data of a payer", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, tokens.addresses]);
    caller.assertNotLogged(["user-17", "Jane", "shop.example", "secret_note", "USDTT"]);
  });

  it("is not affected by a token for one route, which works there", async () => {
    gateway.answers(200, { data: { address: "T1" } });
    const answer = await caller.post("/v1/addresses", ADDRESS, { authorization: `Bearer ${tokens.addresses}` });
    assert.equal(answer.status, 200);
  });
});
