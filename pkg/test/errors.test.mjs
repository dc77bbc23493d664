// Errors: code, executed, retryable, and their printed and logged forms.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import * as citrnPackage from "citrn";
import { Citrn, CitrnError } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
const withdrawal = { address: "T-address", foreign_id: "payout-881", amount: "25", currency: "USDTT" };

/** Returns the error of a call. */
async function errorOf(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof CitrnError, `not a CitrnError: ${error?.stack}`);
    assert.ok(error instanceof Error);
    return error;
  }
  return assert.fail("the call succeeded");
}

/** Returns the error of `payments.create` for an answer. */
const onAnswer = (answer, call = (citrn) => citrn.payments.create(payment)) =>
  errorOf(() => call(new Citrn({ apiKey, secret, maxRetries: 0, fetch: fetchOf(() => answer).fetch })));

describe("the error of a payment has the right class and code for", () => {
  for (const [what, answer, expected] of [
    [
      "an error_code",
      { status: 400, body: { error_code: "coin_not_found" } },
      { name: "CitrnRefusalError", code: "coin_not_found", executed: "no", retryable: false },
    ],
    [
      "an unknown error_code",
      { status: 422, body: { error_code: "brand_new" } },
      { name: "CitrnRefusalError", code: "brand_new", executed: "no" },
    ],
    [
      "an error_code with HTTP 200",
      { body: { error_code: "amount_too_low" } },
      { name: "CitrnRefusalError", code: "amount_too_low", executed: "no", httpStatus: 200 },
    ],
    [
      "a duplicate",
      { status: 400, body: { error_code: "duplication_request" } },
      { name: "CitrnRefusalError", code: "duplication_request", executed: "unknown", retryable: false },
    ],
    [
      "a sentence about a field",
      { status: 400, body: { errors: { coin_name: "No such coin" } } },
      { name: "CitrnRefusalError", code: "request_refused", executed: "no", field: "coin_name" },
    ],
    [
      "a refused signature",
      { status: 403, body: { error: "Bad signature header", code: "bad_header_signature" } },
      { name: "CitrnAuthenticationError", code: "authentication_failed", executed: "no" },
    ],
    [
      "too many calls",
      { status: 429, headers: { "retry-after": "7" }, body: { error: "slow down" } },
      { name: "CitrnRateLimitError", code: "rate_limited", executed: "no", retryable: true, retryAfter: 7 },
    ],
    [
      "a firewall's page",
      { status: 403, body: "<html>Forbidden</html>" },
      { name: "CitrnGatewayError", code: "gateway_unavailable", executed: "unknown", retryable: false },
    ],
    [
      "a proxy's login page",
      { status: 401, body: "<html>Log in</html>" },
      { name: "CitrnGatewayError", code: "gateway_unavailable", executed: "unknown", retryable: false },
    ],
    [
      "a page of another server",
      { status: 404, body: "<html>Not found</html>" },
      { name: "CitrnGatewayError", code: "gateway_unavailable", executed: "unknown" },
    ],
    [
      "a 400 with nothing",
      { status: 400, body: "" },
      { name: "CitrnGatewayError", code: "gateway_unavailable", executed: "unknown", retryable: false },
    ],
    [
      "too many calls, reported by a proxy",
      { status: 429, body: "<html>1015</html>" },
      { name: "CitrnRateLimitError", code: "rate_limited", executed: "unknown" },
    ],
    [
      "a code of this client",
      { status: 400, body: { error_code: "invalid_parameter" } },
      { name: "CitrnRefusalError", code: "unlisted_reason", executed: "no" },
    ],
    [
      "a failure",
      { status: 502, body: "<html>Bad gateway</html>" },
      { name: "CitrnGatewayError", code: "gateway_unavailable", executed: "unknown", httpStatus: 502 },
    ],
    [
      "a redirect",
      { status: 302, body: "" },
      { name: "CitrnGatewayError", code: "unexpected_redirect", executed: "unknown" },
    ],
    [
      "HTML with HTTP 200",
      { body: "<html></html>" },
      { name: "CitrnGatewayError", code: "unreadable_reply", executed: "unknown" },
    ],
    [
      "a payment without redirect_url",
      { body: { data: { session_id: "s" } } },
      { name: "CitrnGatewayError", code: "unreadable_reply", executed: "unknown" },
    ],
    [
      "a payment with an unsafe redirect_url",
      { body: { data: { redirect_url: "javascript:alert(1)" } } },
      { name: "CitrnGatewayError", code: "unreadable_reply" },
    ],
  ]) {
    test(what, async () => {
      const error = await onAnswer(answer);
      for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, name);
      assert.equal(error.foreign_id, "user-17");
      assert.equal(error.httpStatus, answer.status ?? 200);
      assert.equal(error.raw, typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
      assert.ok(error.message.length > 20 && !error.message.includes(secret));
      assert.ok(error.stack.includes(`${error.name}: `), "the stack begins with the name");
      assert.ok(error.stack.includes("errors.test.mjs"), "the stack leads to the caller");
    });
  }

  test("a 404 suggests to check the path of the base URL", async () => {
    for (const body of ["", { code: "not_found", error: "Not found" }]) {
      assert.match((await onAnswer({ status: 404, body })).message, /base URL.*\/api/);
    }
  });

  test("a refused coin is named, with its network, and the gateway's text is not repeated", async () => {
    const { message } = await onAnswer(
      { status: 400, body: { error_code: "coin_not_found", message: "there is no such coin" } },
      (citrn) => citrn.payments.create({ ...payment, coin_name: "USDT" }),
    );
    assert.match(message, /"USDT".*USDTT.*USDTE/);
    assert.equal(message.split("there is no such coin").length, 2, message);
  });

  test("the gateway's text is shortened and its control characters are replaced", async () => {
    const error = await onAnswer({
      status: 400,
      body: { error_code: "x".repeat(900_000), message: `\u001b[2J\u202e${"y".repeat(100_000)}` },
    });
    assert.ok(error.code.length <= 200 && error.message.length < 1000);
    assert.doesNotMatch(error.message + error.code, /[\p{Cc}\p{Cf}]/u);
  });

  test("retryAfter is at most a day", async () => {
    for (const header of ["86401", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"]) {
      assert.equal((await onAnswer({ status: 429, headers: { "retry-after": header }, body: {} })).retryAfter, 86_400);
    }
  });

  test("an error of an exchange has its quote_id", async () => {
    const error = await onAnswer({ status: 500, body: "" }, (citrn) =>
      citrn.exchange.makeExchange({ quote_id: "quote-9" }),
    );
    assert.deepEqual([error.executed, error.retryable, error.quote_id], ["unknown", false, "quote-9"]);
  });

  test("a call that moves money is sent once, whatever maxRetries is", async () => {
    const { fetch, calls } = fetchOf(() => ({ status: 503, body: "" }));
    const citrn = new Citrn({ apiKey, secret, fetch, maxRetries: 5 });
    const error = await errorOf(() => citrn.withdrawals.create(withdrawal, { maxRetries: 5 }));
    assert.equal(calls.length, 1);
    assert.deepEqual([error.executed, error.retryable, error.foreign_id], ["unknown", false, "payout-881"]);
  });

  test("reads are retried; calls that create are retried only if the call sets maxRetries", async () => {
    for (const [call, expected] of [
      [(citrn) => citrn.balances.list(), 3],
      [(citrn) => citrn.balances.list({}, { maxRetries: 1 }), 2],
      [(citrn) => citrn.addresses.take({ foreign_id: "u", currency: "BTC" }), 3],
      [(citrn) => citrn.payments.create(payment), 1],
      [(citrn) => citrn.payments.create(payment, { maxRetries: 1 }), 2],
    ]) {
      const { fetch, calls } = fetchOf(() => ({ status: 503, headers: { "retry-after": "0" }, body: "" }));
      await errorOf(() => call(new Citrn({ apiKey, secret, fetch })));
      assert.equal(calls.length, expected);
    }
  });
});

describe("invalid input is refused before anything is sent", () => {
  const never = () => assert.fail("nothing may be sent");

  for (const [what, call, field] of [
    [
      "a missing parameter",
      (citrn) => citrn.payments.create({ coin_name: "BTC", return_url: "https://a.example" }),
      "foreign_id",
    ],
    ["no parameters at all", (citrn) => citrn.payments.create(), "foreign_id"],
    ["a list for parameters", (citrn) => citrn.payments.create([]), "parameters"],
    [
      "a misspelt parameter",
      (citrn) => citrn.addresses.take({ foreign_id: "u", currency: "BTC", foreing: "x" }),
      "foreing",
    ],
    ["an amount as a number", (citrn) => citrn.withdrawals.create({ ...withdrawal, amount: 0.1 }), "amount"],
    ["an amount as a bigint", (citrn) => citrn.withdrawals.create({ ...withdrawal, amount: 1n }), "amount"],
    ["an amount with an exponent", (citrn) => citrn.withdrawals.create({ ...withdrawal, amount: "1e3" }), "amount"],
    ["an amount of zero", (citrn) => citrn.withdrawals.create({ ...withdrawal, amount: "0.00" }), "amount"],
    [
      "a request_coin that is neither of the two",
      (citrn) =>
        citrn.exchange.createQuota({ from_coin: "BTC", to_coin: "EUR", request_amount: "1", request_coin: "ETH" }),
      "request_coin",
    ],
    [
      "a return_url without a scheme",
      (citrn) => citrn.payments.create({ ...payment, return_url: "/thanks" }),
      "return_url",
    ],
    [
      "a return_url of another scheme",
      (citrn) => citrn.payments.create({ ...payment, return_url: "javascript:alert(1)" }),
      "return_url",
    ],
    [
      "a return_url with a password",
      (citrn) => citrn.payments.create({ ...payment, return_url: "https://u:p@shop.example/" }),
      "return_url",
    ],
    ["a date that does not exist", (citrn) => citrn.balances.list({ date: "2026-02-30" }), "date"],
    [
      "an id that is too long",
      (citrn) => citrn.addresses.take({ foreign_id: "x".repeat(256), currency: "BTC" }),
      "foreign_id",
    ],
    ["TON without a memo", (citrn) => citrn.withdrawals.create({ ...withdrawal, currency: "TON" }), "memo"],
    ["the secret as a key", (citrn) => citrn.withdrawals.create({ ...withdrawal, key: secret }), "key"],
  ]) {
    test(`${what} is refused`, async () => {
      const error = await errorOf(() => call(new Citrn({ apiKey, secret, fetch: never })));
      assert.deepEqual(
        [error.name, error.code, error.field, error.executed, error.retryable],
        ["CitrnParameterError", "invalid_parameter", field, "no", false],
      );
      assert.ok(error.message.startsWith(field), error.message);
      assert.ok(!error.message.includes(secret));
    });
  }

  test("TON with an empty memo is accepted, and the secret as a key with allowSecretInBody", async () => {
    const { fetch, calls } = fetchOf(() => ({ body: { data: { id: 1 } } }));
    const citrn = new Citrn({ apiKey, secret, fetch, allowSecretInBody: true });
    await citrn.withdrawals.create({ ...withdrawal, currency: "TON", memo: "" });
    await citrn.withdrawals.create({ ...withdrawal, key: secret });
    assert.equal(calls.length, 2);
  });

  test("a list of currencies is sent as one text, and { array } as a list", async () => {
    const { fetch, calls } = fetchOf(() => ({ body: { data: [] } }));
    const citrn = new Citrn({ apiKey, secret, fetch });
    await citrn.balances.list({ currencies: ["BTC", "EUR"] });
    await citrn.balances.list({ currencies: { array: ["BTC", "EUR"] } });
    await citrn.balances.list({ date: undefined, currencies: null });
    assert.deepEqual(
      calls.map(({ init }) => Buffer.from(init.body).toString()),
      ['{"currencies":"BTC,EUR"}', '{"currencies":["BTC","EUR"]}', "{}"],
    );
  });

  for (const [what, settings, field] of [
    ["a misspelt setting", { apikey: "x" }, "apikey"],
    ["an apiKey that is not a string", { apiKey: 5 }, "apiKey"],
    ["an apiKey with a space", { apiKey: "a b" }, "apiKey"],
    ["an apiKey with a line feed", { apiKey: "a\n" }, "apiKey"],
    ["an empty secret", { apiKey, secret: "" }, "secret"],
    ["a secret that is not a string", { apiKey, secret: Buffer.from("s") }, "secret"],
    ["a secret and a signer", { apiKey, secret, signer: () => "" }, "signer"],
    ["a signer that is not a function", { apiKey, signer: "x" }, "signer"],
    ["a base URL that is not http", { baseUrl: "localhost:8788" }, "baseUrl"],
    ["a base URL with a password", { baseUrl: "https://u:p@a.example/api" }, "baseUrl"],
    ["half a base URL", { baseUrl: { io: "https://a.example" } }, "baseUrl"],
    ["a timeout of zero", { timeoutMs: 0 }, "timeoutMs"],
    ["a timeout that is a string", { timeoutMs: "1s" }, "timeoutMs"],
    ["a fraction of a retry", { maxRetries: 0.5 }, "maxRetries"],
    ["a fetch that is not a function", { fetch: {} }, "fetch"],
    ["an empty callback secret", { callbackSecrets: ["a", ""] }, "callbackSecrets"],
    ["settings that are not an object", "key", "settings"],
    ["settings that are null", null, "settings"],
  ]) {
    test(`${what} is refused`, async () => {
      const error = await errorOf(async () => new Citrn(settings));
      assert.deepEqual(
        [error.name, error.code, error.field, error.executed],
        ["CitrnConfigurationError", "invalid_configuration", field, "no"],
      );
      assert.ok(error.message.startsWith(field), error.message);
    });
  }

  for (const [what, options, field] of [
    ["a misspelt option", { singal: null }, "singal"],
    ["an invalid signal", { signal: {} }, "signal"],
    ["a timeout that is text", { timeoutMs: "5" }, "timeoutMs"],
    ["a negative timeout", { timeoutMs: -5 }, "timeoutMs"],
    ["a timeout that is NaN", { timeoutMs: NaN }, "timeoutMs"],
    ["minus one retry", { maxRetries: -1 }, "maxRetries"],
    ["options that are not an object", 5, "options"],
  ]) {
    test(`${what} is refused for a call`, async () => {
      const error = await errorOf(() => new Citrn({ fetch: never }).ping(options));
      assert.deepEqual([error.name, error.field, error.executed], ["CitrnConfigurationError", field, "no"]);
    });
  }

  test("without a secret, ping and rates work and other calls report that it is missing", async () => {
    const { fetch, calls } = fetchOf(() => ({ body: { message: "OK" } }));
    const citrn = new Citrn({ fetch });
    await citrn.ping();
    await citrn.rates.list();
    assert.equal(calls.length, 2);
    const error = await errorOf(() => citrn.payments.create(payment));
    assert.deepEqual([error.name, error.code, error.executed], ["CitrnConfigurationError", "secret_required", "no"]);
    assert.throws(() => citrn.callbacks.verify("{}", {}), { code: "secret_required" });
    assert.throws(() => citrn.callbacks.sign("{}"), { code: "secret_required" });
    assert.equal(calls.length, 2);
  });

  test("without a key, a signed call reports that it is missing", async () => {
    const error = await errorOf(() => new Citrn({ secret, fetch: never }).payments.create(payment));
    assert.deepEqual([error.code, error.field], ["invalid_configuration", "apiKey"]);
  });
});

describe("a connection error:", () => {
  test("nothing listens on the port", async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    const citrn = new Citrn({ apiKey, secret, baseUrl: `http://127.0.0.1:${port}/api`, maxRetries: 0 });
    const error = await errorOf(() => citrn.withdrawals.create(withdrawal));
    assert.deepEqual(
      [error.name, error.code, error.executed, error.retryable],
      ["CitrnConnectionError", "network_error", "no", true],
    );
    assert.ok(error.cause instanceof Error, "the transport's own error is the cause");
    assert.match(error.message, /ECONNREFUSED/);
    assert.equal((await errorOf(() => citrn.balances.list())).executed, "no");
  });

  test("the error of a fetch that throws becomes the cause", async () => {
    const failure = new Error("no route to the proxy");
    const citrn = new Citrn({
      apiKey,
      secret,
      maxRetries: 0,
      fetch: () => {
        throw failure;
      },
    });
    const error = await errorOf(() => citrn.balances.list());
    assert.equal(error.cause, failure);
    assert.match(error.message, /no route to the proxy/);
  });

  test("the timeout covers all attempts and the waits between them", async () => {
    const { fetch, calls } = fetchOf(() => ({ status: 503, body: "" }));
    const before = performance.now();
    const error = await errorOf(() =>
      new Citrn({ apiKey, secret, fetch }).balances.list({}, { timeoutMs: 300, maxRetries: 1000 }),
    );
    assert.ok(performance.now() - before < 10_000);
    assert.ok(["timeout", "gateway_unavailable"].includes(error.code));
    assert.ok(calls.length >= 1);
  });

  test("a Retry-After beyond the timeout ends the call immediately", async () => {
    const { fetch, calls } = fetchOf(() => ({ status: 429, headers: { "retry-after": "60" }, body: {} }));
    const before = performance.now();
    const error = await errorOf(() => new Citrn({ apiKey, secret, fetch }).balances.list());
    assert.ok(performance.now() - before < 10_000);
    assert.deepEqual([error.code, error.retryAfter, calls.length], ["rate_limited", 60, 1]);
  });
});

describe("the error itself", () => {
  const answer = { status: 500, body: `{"payer":"alice","echo":"${secret}"}` };

  test("has raw, which is neither in its JSON nor printed, and in which the secret is redacted", async () => {
    const error = await onAnswer(answer);
    assert.match(error.raw, /alice/);
    assert.ok(!error.raw.includes(secret));
    for (const shown of [JSON.stringify(error), inspect(error), String(error), inspect({ ...error })]) {
      assert.ok(!shown.includes("alice"), shown);
      assert.ok(!shown.includes(secret), shown);
    }
  });

  test("toJSON has the fields for a log", async () => {
    const error = await onAnswer(answer);
    assert.deepEqual(JSON.parse(JSON.stringify(error)), {
      name: "CitrnGatewayError",
      message: error.message,
      code: "gateway_unavailable",
      executed: "unknown",
      retryable: true,
      httpStatus: 500,
      foreign_id: "user-17",
    });
  });

  test("every class extends CitrnError and has its own name", () => {
    const classes = Object.entries(citrnPackage).filter(([name]) => name.endsWith("Error"));
    assert.ok(classes.length > 10);
    for (const [name, Type] of classes) {
      const error = new Type({ code: "timeout", message: "m", executed: "no", retryable: true });
      assert.ok(error instanceof CitrnError);
      assert.equal(error.name, name);
      assert.deepEqual(Object.keys(error), ["code", "executed", "retryable"]);
    }
    assert.ok(new citrnPackage.CitrnTimeoutError({}) instanceof citrnPackage.CitrnConnectionError);
  });
});
