// The Worker's answers to every outcome of a gateway call.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

/** Long enough for 100 concurrent requests on a busy machine. */
const DEADLINE_MS = 2_000;
const CREATED = { data: { session_id: "s-1", redirect_url: "https://pay.example/s-1" } };
const { settings, tokens } = makeSettings();
let gateway, worker, caller;

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

describe("the request to the gateway", () => {
  it("is the documented one, signed over exactly its bytes", async () => {
    gateway.answers(200, CREATED);
    const answer = await caller.post("/v1/payments", {
      ...PAYMENT,
      foreign_id: 'ü "17" \\ 漢',
      return_url: "HTTPS://Shop.Example:443/a b",
    });
    assert.deepEqual([answer.status, answer.json], [201, CREATED.data]);
    const [request, ...others] = gateway.received();
    assert.deepEqual(others, []);
    assert.equal(`${request.method} ${request.url}`, "POST /api/payments/create-payment");
    assert.equal(
      request.body,
      JSON.stringify({ foreign_id: 'ü "17" \\ 漢', coin_name: "USDTT", return_url: "https://shop.example/a%20b" }),
    );
    assert.ok(gateway.isSigned(request));
    assert.equal(request.headers["content-type"], "application/json");
  });

  it("contains no headers of the caller", async () => {
    gateway.answers(200, { data: { address: "T1" } });
    await caller.post("/v1/addresses", { ...ADDRESS, convert_to: "EUR" }, { "x-request-id": "r-1", cookie: "a=b" });
    const [request] = gateway.received();
    assert.equal(request.body, '{"foreign_id":"user-17","currency":"USDTT","convert_to":"EUR"}');
    assert.ok(gateway.isSigned(request));
    for (const name of ["authorization", "x-request-id", "cookie"])
      assert.equal(request.headers[name], undefined, name);
  });
});

describe("a success", () => {
  for (const [title, reply, expected] of [
    [
      "at the root, under other names",
      { payment_id: 17, payment_url: "https://pay.example/17" },
      { session_id: "17", redirect_url: "https://pay.example/17" },
    ],
    [
      "without a session id",
      { data: { url: "https://pay.example/x" } },
      { session_id: null, redirect_url: "https://pay.example/x" },
    ],
  ]) {
    it(`of a payment ${title}`, async () => {
      gateway.answers(201, reply);
      const answer = await caller.post("/v1/payments", PAYMENT);
      assert.deepEqual([answer.status, answer.json], [201, expected]);
    });
  }

  it("of an address with a tag", async () => {
    gateway.answers(200, { data: { address: "r1", tag: 4711, currency: "XRP", foreign_id: "user-17" } });
    const answer = await caller.post("/v1/addresses", { foreign_id: "user-17", currency: "XRP" });
    assert.deepEqual(
      [answer.status, answer.json],
      [200, { address: "r1", memo: "4711", currency: "XRP", foreign_id: "user-17" }],
    );
  });
});

it("an address of another coin or customer is refused", async () => {
  for (const data of [
    { address: "0x1", currency: "ETH" },
    { address: "T1", foreign_id: "user-18" },
  ]) {
    gateway.answers(200, { data });
    const answer = await caller.post("/v1/addresses", { foreign_id: "user-17", currency: "USDTT" });
    assertProblem(answer, { status: 502, code: "unreadable_reply", executed: "unknown" });
  }
});

/** @type {[string, (request: unknown, response: import("node:http").ServerResponse) => void, object][]} */
const FAILURES = [
  [
    "500 with HTML",
    (_, r) => r.writeHead(500, { "content-type": "text/html" }).end("<h1>Oops</h1>"),
    { status: 502, code: "gateway_unavailable", executed: "unknown", retryable: true },
  ],
  [
    "503 with nothing",
    (_, r) => r.writeHead(503).end(),
    { status: 502, code: "gateway_unavailable", executed: "unknown", retryable: true },
  ],
  [
    "a redirect",
    (_, r) => r.writeHead(302, { location: "/api/elsewhere" }).end(),
    { status: 502, code: "unexpected_redirect", executed: "unknown" },
  ],
  [
    "200 with HTML",
    (_, r) => r.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>"),
    { status: 502, code: "unreadable_reply", executed: "unknown", retryable: true },
  ],
  [
    "200 with nothing",
    (_, r) => r.writeHead(200).end(),
    { status: 502, code: "unreadable_reply", executed: "unknown", retryable: true },
  ],
  [
    "200 without a redirect URL",
    (_, r) => r.end('{"data":{"session_id":"s","return_url":"https://shop.example/thanks"}}'),
    { status: 502, code: "unreadable_reply", executed: "unknown" },
  ],
  [
    "a redirect URL that is a script",
    (_, r) => r.end('{"redirect_url":"javascript:alert(1)"}'),
    { status: 502, code: "unreadable_reply", executed: "unknown" },
  ],
  [
    "error_code",
    (_, r) => r.writeHead(400).end('{"error_code":"coin_not_supported"}'),
    { status: 422, code: "coin_not_supported" },
  ],
  ["error_code with 200", (_, r) => r.end('{"error_code":"coin_not_found"}'), { status: 422, code: "coin_not_found" }],
  [
    "error_code with 500",
    (_, r) => r.writeHead(500).end('{"error_code":"coin_not_found"}'),
    { status: 422, code: "coin_not_found" },
  ],
  [
    "duplication_request",
    (_, r) => r.writeHead(400).end('{"error_code":"duplication_request"}'),
    { status: 409, code: "duplication_request", executed: "unknown" },
  ],
  [
    "network_not_available",
    (_, r) => r.writeHead(400).end('{"error_code":"network_not_available"}'),
    { status: 503, code: "network_not_available", retryable: true },
  ],
  [
    "a refused signature",
    (_, r) => r.writeHead(403).end('{"error":"Bad signature header","code":"bad_header_signature"}'),
    { status: 502, code: "authentication_failed" },
  ],
  [
    "a firewall's page",
    (_, r) => r.writeHead(403).end("<h1>Forbidden</h1>"),
    { status: 502, code: "gateway_unavailable", executed: "unknown", retryable: false },
  ],
  [
    "a code of the Worker",
    (_, r) => r.writeHead(400).end('{"error_code":"token_unknown"}'),
    { status: 422, code: "unlisted_reason" },
  ],
  [
    "a very long code",
    (_, r) => r.writeHead(400).end(JSON.stringify({ error_code: "x".repeat(900_000) })),
    { status: 422, code: "unlisted_reason" },
  ],
  [
    "a dropped connection",
    (_, r) => r.socket.destroy(),
    { status: 502, code: "network_error", executed: "unknown", retryable: true },
  ],
  [
    "a connection dropped in the body",
    (_, r) => {
      r.writeHead(200, { "content-length": "1000" }).write('{"data":');
      setTimeout(() => r.socket.destroy(), 20);
    },
    { status: 502, code: "network_error", executed: "unknown", retryable: true },
  ],
  ["no answer at all", () => {}, { status: 504, code: "timeout", executed: "unknown", retryable: true }],
  [
    "a body that stalls",
    (_, r) => r.writeHead(200, { "content-length": "1000" }).write('{"data":'),
    { status: 504, code: "timeout", executed: "unknown", retryable: true },
  ],
];

describe("a payment after which the next one succeeds", () => {
  for (const [title, does, expected] of FAILURES) {
    it(`${title} is ${expected.status} ${expected.code}`, async () => {
      gateway.does(does);
      const began = performance.now();
      const answer = await caller.post("/v1/payments", PAYMENT);
      const took = performance.now() - began;
      assertProblem(answer, expected);
      assert.equal(answer.json.foreign_id, expected.executed === "unknown" ? "user-17" : undefined);
      assert.equal(gateway.received().length, 1, "a payment is never retried");
      assert.ok(answer.json.detail.length < 1_000, "the gateway's text is truncated");
      if (expected.code === "timeout") assert.ok(took >= DEADLINE_MS - 50, `it gave up after ${took} ms`);
      assert.ok(took < 2 * DEADLINE_MS, `it took ${took} ms`);

      gateway.answers(200, CREATED);
      assert.equal((await caller.post("/v1/payments", PAYMENT)).status, 201);
    });
  }
});

describe("retries", () => {
  it("repeat a request for an address with the same signed bytes", async () => {
    let turn = 0;
    gateway.does((_, response) => {
      turn += 1;
      if (turn === 1) return void response.socket.destroy();
      if (turn === 2) return void response.writeHead(503).end();
      response.end('{"data":{"address":"T1"}}');
    });
    // The waits between attempts are random, up to 0.5 s and 1 s, and may exceed the deadline.
    let answer;
    for (let attempt = 0; attempt < 20 && answer?.status !== 200; attempt += 1) {
      turn = 0;
      gateway.received();
      answer = await caller.post("/v1/addresses", ADDRESS);
    }
    assert.equal(answer.status, 200);
    const received = gateway.received();
    assert.equal(received.length, 3);
    assert.equal(new Set(received.map(({ body }) => body)).size, 1);
    assert.ok(received.every((request) => gateway.isSigned(request)));
  });

  it("stop immediately if Retry-After exceeds the deadline, which is passed on", async () => {
    gateway.answers(429, { errors: {} }, { "retry-after": "17" });
    const began = performance.now();
    const answer = await caller.post("/v1/addresses", ADDRESS);
    assertProblem(answer, { status: 503, code: "rate_limited", retryable: true });
    assert.equal(answer.headers.get("retry-after"), "17");
    assert.equal(gateway.received().length, 1);
    assert.ok(performance.now() - began < DEADLINE_MS);
  });
});

describe("concurrent requests", () => {
  it("receive their own answers, independent of the others", async () => {
    gateway.does((request, response) => {
      const { foreign_id } = JSON.parse(request.body);
      const number = Number(foreign_id.slice(5));
      if (number % 4 === 1) return void response.writeHead(400).end('{"error_code":"coin_not_found"}');
      if (number % 4 === 2) return void response.socket.destroy();
      if (number % 4 === 3) return;
      setTimeout(
        () =>
          response.end(
            JSON.stringify({ data: { session_id: foreign_id, redirect_url: `https://pay.example/${foreign_id}` } }),
          ),
        number,
      );
    });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        caller.post("/v1/payments", { ...PAYMENT, foreign_id: `user-${number}` }, { "x-request-id": `many-${number}` }),
      ),
    );
    for (const [number, answer] of answers.entries()) {
      assert.equal(answer.headers.get("x-request-id"), `many-${number}`);
      assert.equal(answer.status, [201, 422, 502, 504][number % 4], answer.text);
      if (number % 4 === 0) assert.equal(answer.json.session_id, `user-${number}`);
      if (number % 4 > 1) assert.equal(answer.json.foreign_id, `user-${number}`);
    }
  });
});

describe("the log", () => {
  it("contains the status and the duration of the gateway call", async () => {
    const before = (await worker.log(0)).length;
    gateway.answers(400, { error_code: "coin_not_found" });
    await caller.post("/v1/payments", PAYMENT, { "x-request-id": "logged" });
    const { ms, upstream_ms, ...line } = (await worker.log(before + 1)).at(-1);
    assert.ok(Number.isInteger(ms) && Number.isInteger(upstream_ms) && upstream_ms <= ms);
    assert.deepEqual(line, {
      event: "request",
      request_id: "logged",
      method: "POST",
      route: "/v1/payments",
      token: "all",
      status: 422,
      code: "coin_not_found",
      executed: "no",
      gateway_status: 400,
    });
  });

  it("does not contain a secret that the gateway echoes", async () => {
    for (const body of [
      { error_code: "coin_not_found", message: `secret ${settings.CITRN_SECRET}` },
      { errors: { [settings.CITRN_SECRET]: "no" } },
    ]) {
      gateway.answers(400, body);
      const answer = await caller.post("/v1/payments", PAYMENT);
      assert.ok([422, 502].includes(answer.status));
    }
  });

  it("contains no secret and no data of a payer", () => {
    caller.assertNotDisclosed([settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, tokens.addresses]);
    caller.assertNotLogged(["user-", "pay.example", "shop.example", "USDTT"]);
  });
});

describe("an unreachable gateway", () => {
  it("is 502 network_error", async () => {
    await gateway.close();
    assertProblem(await caller.post("/v1/payments", PAYMENT), {
      status: 502,
      code: "network_error",
      executed: "unknown",
      retryable: true,
    });
  });
});
