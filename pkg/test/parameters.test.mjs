// An invalid parameter is refused for the right reason: its name is checked before its value.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";

const api = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));
const citrn = new Citrn({ apiKey, secret, fetch: () => assert.fail("nothing may be sent") });
const methodOf = (name) => name.split(".").reduce((object, part) => object[part], citrn);

/** Returns the error of a call that is refused before it is sent. */
const refusal = (call) =>
  call.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );

const values = {
  "an object": { a: 1 },
  "a list": ["BTC"],
  "an empty list": [],
  "a date": new Date(0),
  "a number": 7,
  "a bigint": 7n,
  "a boolean": true,
  "a symbol": Symbol("s"),
  "a function": () => {},
  "a text": "text",
  "a lone surrogate": "\ud800",
  null: null,
  undefined: undefined,
};

describe("an unknown parameter is refused by name, whatever its value", () => {
  const withParameters = api.endpoints.filter(({ parameters }) => parameters.length > 0);
  for (const { name, parameters } of withParameters) {
    const known = parameters.map((parameter) => parameter.name).join(", ");
    test(`${name} reports its name and its parameters`, async () => {
      for (const [what, value] of Object.entries(values)) {
        const error = await refusal(methodOf(name)({ metadata: value }));
        assert.deepEqual([error.name, error.field, error.executed], ["CitrnParameterError", "metadata", "no"], what);
        assert.equal(error.message, `metadata is not a parameter of ${name}; it takes ${known}`, what);
      }
    });
  }
});

test("an unknown name is shortened in the message, and its control characters are replaced", async () => {
  for (const name of ["x".repeat(5000), "a\u202e\n\u001b[2J", "\u0000"]) {
    const { message, field } = await refusal(citrn.addresses.take({ foreign_id: "17", currency: "BTC", [name]: "1" }));
    assert.ok(message.length < 400 && [...field].length <= 200, message);
    assert.doesNotMatch(message + field, /[\p{Cc}\p{Cf}]/u);
  }
});

test("parameters that are too long together are refused with the name", async () => {
  const long = "\u20ac".repeat(2 ** 26 + 1);
  const parameters = { foreign_id: long, currency: long, convert_to: long };
  for (const [call, field] of [
    [() => citrn.addresses.take(parameters), "foreign_id"],
    [() => citrn.addresses.take({ foreign_id: "17", currency: long }), "currency"],
    [() => citrn.balances.list({ currencies: [long, long] }), "currencies"],
    [() => citrn.balances.list({ currencies: { array: [long, long] } }), "currencies"],
  ]) {
    const error = await refusal(call());
    assert.deepEqual([error.name, error.field, error.executed], ["CitrnParameterError", field, "no"], error.message);
    assert.match(error.message, /is too long/);
  }
});

describe("a number where text belongs is refused with an example of that text", () => {
  const withdrawal = { address: "T", foreign_id: "payout-881", amount: "1", currency: "USDTT" };
  for (const [what, call, message] of [
    [
      "an id of a payer",
      () => citrn.payments.create({ foreign_id: 17 }),
      /^foreign_id must be text, not a number: write the id in quotes, such as "user-17"$/,
    ],
    [
      "an id of a customer",
      () => citrn.addresses.take({ foreign_id: 17n, currency: "BTC" }),
      /write the id in quotes, such as "user-17"/,
    ],
    [
      "an id of a withdrawal",
      () => citrn.withdrawals.create({ ...withdrawal, foreign_id: 881 }),
      /write the id in quotes, such as "user-17"/,
    ],
    [
      "an amount",
      () => citrn.withdrawals.create({ ...withdrawal, amount: 0.1 }),
      /^amount must be text, not a number: .*lose digits.*such as "0\.1"$/,
    ],
    [
      "an amount of an exchange",
      () => citrn.exchange.createQuota({ request_amount: 1 }),
      /lose digits.*such as "0\.1"/,
    ],
    [
      "an address",
      () => citrn.withdrawals.create({ ...withdrawal, address: 7 }),
      /^address must be text, not a number: write it in quotes$/,
    ],
    [
      "a quote's id",
      () => citrn.exchange.makeExchange({ quote_id: 7 }),
      /^quote_id must be text, not a number: write it in quotes$/,
    ],
  ]) {
    test(what, async () => assert.match((await refusal(call())).message, message));
  }
});
