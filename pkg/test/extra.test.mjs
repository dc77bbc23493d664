// The call option `extra`: its exact bytes in the signed body, what is refused, and that errors show none of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Citrn, CitrnParameterError } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const withdrawal = { address: "TXYZ", foreign_id: "payout-881", amount: "25", currency: "USDTT" };
const quote = { from_coin: "BTC", to_coin: "USDTT", request_amount: "1", request_coin: "BTC" };
const CALLS = {
  "payments.create": { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" },
  "addresses.take": { foreign_id: "user-17", currency: "BTC" },
  "withdrawals.create": withdrawal,
  "exchange.createQuota": quote,
  "exchange.makeExchange": { quote_id: "b3f1" },
};

/** Returns a client and the list of its requests. */
function client(answer = { status: 400, body: { error_code: "coin_not_found" } }, settings = { secret }) {
  const { fetch, calls } = fetchOf(() => answer);
  return { citrn: new Citrn({ apiKey, fetch, maxRetries: 0, ...settings }), calls };
}
const methodOf = (citrn, name) => name.split(".").reduce((object, part) => object[part], citrn);
const failed = (call) =>
  call.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );

const bodyOf = ({ init }) => Buffer.from(init.body).toString();

/** Returns the body that a withdrawal sends with extra fields. */
async function sent(extra) {
  const { citrn, calls } = client();
  await failed(citrn.withdrawals.create(withdrawal, { extra }));
  assert.equal(calls.length, 1, "a call that moves money is sent at most once");
  const [{ init }] = calls;
  assert.equal(init.headers["X-Process-Signature"], hmac(secret, init.body));
  return bodyOf(calls[0]);
}

/** Asserts that extra fields are refused, and returns the message. */
async function refused(extra, field) {
  const { citrn, calls } = client();
  const error = await failed(citrn.withdrawals.create(withdrawal, { extra }));
  assert.ok(error instanceof CitrnParameterError, error.stack);
  assert.deepEqual(
    [error.code, error.field, error.executed, error.retryable],
    ["invalid_parameter", field, "no", false],
  );
  assert.equal(calls.length, 0);
  return error.message;
}

describe("every call that creates or moves something", () => {
  for (const [name, parameters] of Object.entries(CALLS)) {
    test(`${name} sends extra fields after its parameters, in the signed bytes`, async () => {
      const { citrn, calls } = client();
      const extra = { end_user_reference: "user-17", sender_data: { first_name: "Zoë", tags: ["/", null, true] } };
      await failed(methodOf(citrn, name)(parameters, { extra }));
      assert.equal(bodyOf(calls[0]), JSON.stringify({ ...parameters, ...extra }));
      assert.equal(calls[0].init.headers["X-Process-Signature"], hmac(secret, calls[0].init.body));
    });
  }

  test("signs the same bytes with an external signer", async () => {
    let signed;
    const signer = (bytes) => hmac(secret, (signed = Buffer.from(bytes)));
    const { citrn, calls } = client(undefined, { signer });
    await failed(citrn.withdrawals.create(withdrawal, { extra: { note: "é" } }));
    assert.equal(signed.toString(), bodyOf(calls[0]));
    assert.match(bodyOf(calls[0]), /,"note":"é"}$/);
  });

  test("reads the values once, before the call returns", async () => {
    const { citrn, calls } = client();
    let reads = 0;
    const data = {
      get name() {
        return `read ${++reads}`;
      },
    };
    const call = citrn.withdrawals.create(withdrawal, { extra: { data } });
    data.later = 1;
    await failed(call);
    assert.match(bodyOf(calls[0]), /,"data":{"name":"read 1"}}$/);
  });

  test("without extra, or with undefined, sends the same body as ever", async () => {
    assert.equal(await sent(undefined), JSON.stringify(withdrawal));
    assert.equal(await sent({}), JSON.stringify(withdrawal));
  });
});

test("values are written as JSON.stringify writes them", async () => {
  const shared = { a: 1 };
  const extra = {
    number: 1e21,
    small: 1e-7,
    zero: -0,
    date: new Date(0),
    custom: { toJSON: () => ({ inner: [1] }) },
    twice: [shared, shared],
    text: 'é / \u2028 " \\ \u0007',
    "x-1": Object.create(null),
    ...JSON.parse('{"__proto__":{"a":1}}'),
  };
  const body = await sent(extra);
  assert.equal(body, `${JSON.stringify(withdrawal).slice(0, -1)},${JSON.stringify(extra).slice(1)}`);
});

describe("a value that JSON cannot write is refused with its path", () => {
  const cyclic = { list: [] };
  cyclic.list.push({ cyclic });
  for (const [what, value, problem] of [
    ["undefined", undefined, "undefined"],
    ["a function", () => "secret source", "function"],
    ["a symbol", Symbol("hidden"), "symbol"],
    ["a bigint", 12345678901234567890n, "bigint"],
    ["NaN", NaN, "NaN"],
    ["infinity", -Infinity, "-Infinity"],
  ]) {
    test(what, async () => {
      const message = `must be JSON, not ${problem}.`;
      assert.equal(await refused({ a: value }, "extra.a"), `extra.a ${message}`);
      assert.equal(await refused({ a: [{ ok: 1 }, { b: value }] }, "extra.a.1.b"), `extra.a.1.b ${message}`);
      assert.equal(await refused({ a: { toJSON: () => value } }, "extra.a"), `extra.a ${message}`);
    });
  }
  test("a cycle", async () => {
    assert.match(await refused({ a: cyclic }, "extra.a.list.0.cyclic"), /contains itself/);
  });
  test("a hole in a list", async () => void (await refused({ a: Object.assign([1], { 2: 3 }) }, "extra.a.1")));
  test("a path is right after nested values before it", async () => {
    await refused({ a: { b: { c: [[]] } }, d: { e: [{}, {}], f: undefined } }, "extra.d.f");
  });
});

test("anything but an object of fields is refused", async () => {
  for (const extra of [null, [], "a", 7, true, new Date(0)]) {
    assert.match(await refused(extra, "extra"), /must be a JSON object/, inspect(extra));
  }
  for (const extra of [() => {}, Symbol("s"), 7n]) await refused(extra, "extra");
});

test("a value that throws is an error, and not a crash", async () => {
  const thrower = {
    get a() {
      throw new Error("boom");
    },
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const value of [thrower, proxy, { toJSON: () => assert.fail("boom") }]) await refused({ value }, "extra");
  assert.match(await refused(thrower, "extra"), /cannot be written as JSON: boom/);
  let deep = {};
  for (let level = 0; level < 100_000; level++) deep = [deep];
  await refused({ deep }, "extra");
  const { citrn } = client({ body: { data: { address: "bc1q" } } });
  assert.equal((await citrn.addresses.take(CALLS["addresses.take"])).address, "bc1q", "the next call works");
});

test("known names, other names of parameters and invalid names are refused", async () => {
  for (const name of ["memo", "tag", "amount_to", "amountTo", "Amount", "coin_name", "network", "secret_key"]) {
    assert.match(await refused({ [name]: "1" }, `extra.${name}`), /parameter/);
  }
  assert.match(await refused({ tag: "1" }, "extra.tag"), /set memo instead/);
  for (const name of ["", "a b", "a.b", "é"]) await refused({ [name]: "1" }, `extra.${name}`);
});

test("sixteen levels and sixteen kilobytes are the limits", async () => {
  const nested = (levels) => Array.from({ length: levels }).reduce((inner) => [inner], "x");
  await sent({ a: nested(16) });
  for (const levels of [17, 60]) assert.match(await refused({ a: nested(levels) }, "extra.a"), /16 levels/);
  const room = 16 * 1024 - JSON.stringify({ a: "" }).length;
  await sent({ a: "x".repeat(room) });
  for (const a of ["x".repeat(room + 1), "é".repeat(room / 2 + 1), "x".repeat(50_000_000)]) {
    assert.match(await refused({ a }, "extra"), /at most 16384 bytes/);
  }
});

test("text that is not Unicode is refused with its path", async () => {
  await refused({ a: [{ b: "\ud800" }] }, "extra.a.0.b");
  await refused({ a: { "\udfff": 1 } }, "extra.a");
  await refused({ "\ud800": 1 }, "extra");
});

test("the API secret is refused anywhere, and no error contains it", async () => {
  for (const [extra, field] of [
    [{ a: secret }, "extra.a"],
    [{ a: [{ b: `key=${secret}` }] }, "extra.a"],
    [{ a: { [secret]: 1 } }, "extra.a"],
    [{ [secret]: 1 }, "extra"],
    [{ a: { [secret]: { b: undefined } } }, "extra.a"],
  ]) {
    assert.doesNotMatch(await refused(extra, field), new RegExp(secret));
  }
  const { citrn, calls } = client(undefined, { secret, callbackSecrets: ["an-older-secret"] });
  const error = await failed(citrn.withdrawals.create(withdrawal, { extra: { a: ["an-older-secret"] } }));
  assert.deepEqual([error.field, calls.length], ["extra.a", 0]);
});

test("no error shows a value of an extra field", async () => {
  const receiver_data = { first_name: "Li", last_name: "O'Brien-Żółć", country: "DE", document: 12345678 };
  const body = { error: `Li "O'Brien-Żółć" from DE, 12345678: first_name is wrong`, data: { receiver_data } };
  const { citrn, calls } = client({ status: 422, body });
  const error = await failed(citrn.withdrawals.create(withdrawal, { extra: { receiver_data } }));
  assert.equal(calls.length, 1);
  const shown = `${error.message} ${inspect(error)} ${JSON.stringify(error)} ${error.raw}`;
  for (const value of [/\bLi\b/, /Brien/, /Ż/, /\bDE\b/, /12345678/]) assert.doesNotMatch(shown, value);
  assert.match(error.message, /first_name is wrong/);
});

test("a call that only reads, and a request by path, take no extra fields", async () => {
  const { citrn, calls } = client();
  const options = { extra: { a: 1 } };
  for (const [call, message] of [
    [() => citrn.ping(options), "extra is not for ping, which only reads"],
    [() => citrn.accounts.list({ extra: {} }), "extra is not for accounts.list, which only reads"],
    [() => citrn.currencies.rates({}, options), "extra is not for currencies.rates, which only reads"],
    [() => citrn.request("/addresses/take", {}, options), /^extra is not for a request by path: .*params/],
  ]) {
    const error = await failed(call());
    assert.deepEqual([error.code, error.field], ["invalid_parameter", "extra"]);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
  }
  assert.equal(calls.length, 0);
});
