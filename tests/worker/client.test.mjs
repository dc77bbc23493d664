// Every method of `citrn/worker` against the real Worker on workerd, with the sandbox as the gateway.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { CitrnError, CitrnWorker } from "citrn/worker";
import { ADDRESS, makeSettings, PAYMENT } from "./caller.mjs";
import { checkoutSecret } from "./checkout.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
let sandbox, merchant, server, complete, worker;

before(async () => {
  sandbox = await startSandbox({ port: 0, apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  merchant = await startMerchant();
  complete = {
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    UPSTREAM_DEADLINE_MS: 4_000,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: "https://pay.shop.example",
    MERCHANT_NAME: "Shop",
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    DELIVERY_BACKOFF_SCALE: "0.001",
  };
  server = await startWorker(complete);
  worker = client();
});
afterEach(() => sandbox.faults.clear());
after(async () => {
  await server?.stop();
  await merchant?.close();
  await sandbox?.close();
});

const client = (options = {}) => new CitrnWorker({ url: server.url, token: tokens.all, ...options });
const callsOf = async (endpoint) => (await sandbox.requests.list()).filter((call) => call.endpoint === endpoint).length;
const collect = async (iterable) => {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
};

describe("creations", () => {
  it("a payment, whose page opens", async () => {
    const { session_id, redirect_url } = await worker.payments.create(PAYMENT);
    assert.equal(redirect_url, `${sandbox.url}/pay/${session_id}`);
    assert.equal((await fetch(redirect_url)).status, 200);
  });

  it("an address, the same one for the same customer and currency", async () => {
    const first = await worker.addresses.take(ADDRESS);
    assert.deepEqual([first.currency, first.foreign_id, first.memo], ["USDTT", "user-17", null]);
    assert.deepEqual(await worker.addresses.take(ADDRESS), first);
  });

  it("a checkout link, which shows the coins", async () => {
    const link = await worker.checkoutLinks.create({
      foreign_id: "user-17",
      return_url: "https://shop.example/thanks",
      coins: ["USDTT", "BTC"],
      expires_in: 600,
    });
    assert.ok(Math.abs(Date.parse(link.expires_at) - Date.now() - 600_000) < 10_000);
    const page = await fetch(link.url.replace(complete.PUBLIC_ORIGIN, server.url), {
      headers: { accept: "text/html" },
    });
    assert.match(await page.text(), /USDTT/);
  });
});

describe("the Idempotency-Key", () => {
  it("is kept across a retry: the gateway is called once", async () => {
    const before = await callsOf("payments.create");
    const keys = [];
    // The answer to the first attempt is lost on the way back.
    const lossy = async (url, init) => {
      keys.push(init.headers["Idempotency-Key"]);
      const response = await fetch(url, init);
      if (keys.length > 1) return response;
      await response.arrayBuffer();
      throw new TypeError("the connection was lost");
    };
    const payment = await client({ fetch: lossy }).payments.create(PAYMENT);
    assert.ok(payment.redirect_url);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    assert.equal(await callsOf("payments.create"), before + 1);
  });

  it("of an error repeats the call later", async () => {
    const lost = client({
      maxRetries: 0,
      fetch: async (url, init) => {
        await fetch(url, init);
        throw new TypeError("the connection was lost");
      },
    });
    const before = await callsOf("payments.create");
    const error = await lost.payments.create(PAYMENT).catch((error) => error);
    assert.deepEqual([error.code, error.executed], ["network_error", "unknown"]);
    await worker.payments.create(PAYMENT, { idempotencyKey: error.idempotencyKey });
    assert.equal(await callsOf("payments.create"), before + 1);
  });

  it("that the caller gives makes one payment", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => worker.payments.create(PAYMENT, { idempotencyKey: "order-1001" })),
    );
    assert.deepEqual(first, second);
  });
});

describe("lists of the gateway", () => {
  it("currencies and rates", async () => {
    const currencies = await worker.currencies.list();
    assert.equal(currencies.stale, false);
    assert.ok(currencies.data.some(({ currency }) => currency === "USDTT"));
    const rates = await worker.rates.list();
    assert.ok(Date.parse(rates.as_of) <= Date.now() && rates.data !== undefined);
  });
});

describe("callbacks", () => {
  const deposit = (id) =>
    JSON.stringify({
      ...{ id, type: "deposit", status: "confirmed" },
      crypto_address: { foreign_id: "user-17", address: "T1" },
      currency_received: { currency: "USDTT", amount: "50.10", amount_minus_fee: "49.5" },
    });

  before(async () => {
    for (let id = 1; id <= 5; id++) {
      assert.equal((await sendCallback(server.url, settings.CITRN_SECRET, deposit(id))).status, 200);
    }
    await merchant.taken(5);
  });

  it("are listed over several pages, and page by page", async () => {
    const events = await collect(worker.callbacks.list({ limit: 2 }));
    assert.deepEqual(
      events.map(({ callback_id, status, type }) => [callback_id, status, type]),
      [1, 2, 3, 4, 5].map((id) => [String(id), "confirmed", "callback.received"]),
    );
    const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
    for (const event of events) assert.deepEqual([event.credit, event.review], [credit, null]);
    const pages = await collect(worker.callbacks.list({ limit: 2 }).pages());
    assert.deepEqual(
      pages.map(({ data }) => data.length),
      [2, 2, 1],
    );
    const later = await collect(worker.callbacks.list({ after: pages[0].next }));
    assert.deepEqual(
      later.map(({ callback_id }) => callback_id),
      ["3", "4", "5"],
    );
    assert.equal((await collect(worker.callbacks.list({ callback_id: "4" }))).length, 1);
  });

  it("are streamed, with the cursor after each", async () => {
    const events = await collect(worker.callbacks.list({ type: "deposit" }).stream());
    assert.deepEqual(
      events.map(({ callback_id }) => callback_id),
      ["1", "2", "3", "4", "5"],
    );
    const later = await collect(worker.callbacks.list({ after: events[2].next }).stream());
    assert.deepEqual(later, events.slice(3));
  });

  it("make deposits, in pages and as a stream", async () => {
    const deposits = await collect(worker.deposits.list({ foreign_id: "user-17", limit: 2 }));
    assert.deepEqual(
      deposits.map(({ id, state, amount_after_fees }) => [id, state, amount_after_fees]),
      [1, 2, 3, 4, 5].map((id) => [String(id), "confirmed", "49.5"]),
    );
    const streamed = await collect(worker.deposits.list({ foreign_id: "user-17" }).stream());
    assert.deepEqual(
      streamed.map(({ next, ...deposit }) => deposit),
      deposits,
    );
  });

  it("of a filter are delivered again", async () => {
    const before = (await merchant.taken(0)).length;
    const filter = { foreign_id: "user-17", since: "2020-01-01" };
    const counts = { queued: 5, already_queued: 0, without_body: 0, has_more: false };
    const dry = await worker.callbacks.redeliver({ ...filter, dry_run: true });
    assert.deepEqual(dry, { ...counts, next: dry.next });
    const { next, ...redelivered } = await worker.callbacks.redeliver(filter);
    assert.deepEqual(redelivered, counts);
    assert.equal((await merchant.taken(before + 5)).length, before + 5);
    assert.deepEqual(await worker.callbacks.redeliver({ ...filter, after: next }), { ...counts, queued: 0, next });
    const error = await worker.callbacks.redeliver({}).catch((error) => error);
    assert.deepEqual([error.name, error.code], ["CitrnParameterError", "missing_parameter"]);
  });

  it("are delivered again", async () => {
    const [event] = await collect(worker.callbacks.list({ callback_id: "2" }));
    const before = (await merchant.taken(0)).length;
    assert.deepEqual(await worker.callbacks.redeliver(event.id), { queued: 1 });
    const deliveries = await merchant.taken(before + 1);
    assert.equal(deliveries.at(-1).headers["webhook-id"], event.id);
  });

  it("are erased, and then cannot be delivered", async () => {
    assert.deepEqual(await worker.callbacks.erase("3"), { erased: 1 });
    assert.deepEqual(await worker.callbacks.erase("3"), { erased: 0 });
    const [event] = await collect(worker.callbacks.list({ callback_id: "3" }));
    assert.equal(event.callback, null);
    const error = await worker.callbacks.redeliver("3").catch((error) => error);
    assert.deepEqual([error.name, error.code, error.httpStatus], ["CitrnRefusalError", "callback_erased", 409]);
    assert.deepEqual(await worker.callbacks.erase({ foreign_id: "user-17" }), { erased: 4 });
    assert.deepEqual(await collect(worker.callbacks.list({ foreign_id: "user-17" })), []);
  });
});

describe("problems", () => {
  /** Waits for the line in the log, which may come after the answer. */
  async function isLogged(requestId, code) {
    const isThere = () => server.output.some((line) => line.includes(requestId) && line.includes(code));
    for (let tries = 0; tries < 500 && !isThere(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(isThere(), `${requestId} is not logged with ${code}`);
  }
  /** Asserts that a call fails like this, and that the log has its request id. */
  async function fails(call, name, code, more = {}) {
    const error = await call.catch((error) => error);
    assert.ok(error instanceof CitrnError, String(error));
    const expected = { executed: "no", retryable: false, field: undefined, ...more };
    const actual = Object.fromEntries(Object.keys(expected).map((key) => [key, error[key]]));
    assert.deepEqual({ name: error.name, code: error.code, ...actual }, { name, code, ...expected }, error.message);
    await isLogged(error.requestId, code);
    assert.ok(!JSON.stringify(error).includes(tokens.all));
  }
  const once = () => client({ maxRetries: 0 });
  const pay = (changes, options) => once().payments.create({ ...PAYMENT, ...changes }, options);

  it("of the token and the url", async () => {
    await fails(client({ token: "x".repeat(48) }).rates.list(), "CitrnAuthenticationError", "token_unknown");
    const narrow = client({ token: tokens.addresses });
    await fails(narrow.payments.create(PAYMENT), "CitrnAuthenticationError", "route_not_allowed");
    await fails(client({ url: `${server.url}/api` }).rates.list(), "CitrnConfigurationError", "not_found");
  });

  it("of the parameters", async () => {
    const wrong = (code, field, changes) => fails(pay(changes), "CitrnParameterError", code, { field });
    await wrong("missing_parameter", "foreign_id", { foreign_id: undefined });
    await wrong("unknown_parameter", "amount", { amount: "5" });
    await wrong("invalid_parameter", "coin_name", { coin_name: 5 });
    await wrong("return_url_not_allowed", "return_url", { return_url: "https://evil.example/" });
    await wrong("body_too_large", undefined, { foreign_id: "u".repeat(20_000) });
    const list = collect(worker.callbacks.list({ limit: 1000 }));
    await fails(list, "CitrnParameterError", "invalid_parameter", { field: "limit" });
  });

  it("of the key", async () => {
    await pay({}, { idempotencyKey: "order-2001" });
    const reused = pay({ coin_name: "BTC" }, { idempotencyKey: "order-2001" });
    await fails(reused, "CitrnParameterError", "idempotency_key_reused", { field: "Idempotency-Key" });
    const unknown = { executed: "unknown", retryable: true, foreign_id: "user-17" };
    await sandbox.faults.add({ kind: "server_error", endpoint: "payments/create-payment", times: 10 });
    const first = pay({}, { idempotencyKey: "order-2002" });
    await fails(first, "CitrnGatewayError", "gateway_unavailable", { ...unknown, idempotencyKey: "order-2002" });
    const second = pay({}, { idempotencyKey: "order-2002" });
    await fails(second, "CitrnGatewayError", "outcome_unknown", { ...unknown, httpStatus: 409 });
  });

  it("of the gateway", async () => {
    const fault = (kind, more = {}) =>
      sandbox.faults.clear().then(() => sandbox.faults.add({ kind, endpoint: "*", times: 10, ...more }));
    await fails(pay({ coin_name: "NOPE" }), "CitrnRefusalError", "coin_not_found");
    const gone = { executed: "unknown", retryable: true, foreign_id: "user-17" };
    await fault("sever_during");
    await fails(pay(), "CitrnConnectionError", "network_error", { ...gone, httpStatus: 502 });
    await fault("stall");
    await fails(pay(), "CitrnTimeoutError", "timeout", { ...gone, httpStatus: 504 });
    await fault("truncated_json");
    await fails(pay(), "CitrnGatewayError", "unreadable_reply", gone);
    await fault("redirect");
    await fails(pay(), "CitrnGatewayError", "unexpected_redirect", { executed: "unknown" });
    await fault("rate_limit", { retry_after: "17" });
    await fails(pay(), "CitrnRateLimitError", "rate_limited", { retryable: true, retryAfter: 17 });
    await fault("error_code", { code: "network_not_available" });
    await fails(pay(), "CitrnRefusalError", "network_not_available", { retryable: true });
    await fault("error_code", { code: "duplication_request" });
    await fails(pay(), "CitrnRefusalError", "duplication_request", { executed: "unknown" });
  });

  it("of an unknown callback", async () => {
    await fails(worker.callbacks.erase("no/such?callback"), "CitrnRefusalError", "callback_not_found");
  });

  it("of the Worker's own settings", async () => {
    const whole = server;
    const { CHECKOUT_SECRETS, ...without } = complete;
    server = await startWorker({ ...without, CITRN_SECRET: "another-secret" });
    try {
      await fails(pay(), "CitrnAuthenticationError", "authentication_failed", { httpStatus: 502 });
      const link = once().checkoutLinks.create({ foreign_id: "u", return_url: PAYMENT.return_url });
      await fails(link, "CitrnConfigurationError", "invalid_configuration", { field: "CHECKOUT_SECRETS" });
    } finally {
      await server.stop();
      server = whole;
    }
  });
});
