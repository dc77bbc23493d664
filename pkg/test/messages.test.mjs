// Messages about a refused coin and about a wrong signature are exact and repeat nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const refusing = (body) => new Citrn({ apiKey, secret, fetch: fetchOf(() => ({ status: 400, body })).fetch });
const NOT_FOUND = { error_code: "coin_not_found", message: "there is no such coin" };

/** Returns the message of a refused call. */
const messageOf = (call) =>
  call.then(
    () => assert.fail("the call succeeded"),
    (error) => {
      assert.deepEqual([error.name, error.executed], ["CitrnRefusalError", "no"]);
      return error.message;
    },
  );

const return_url = "https://shop.example/";
const calls = {
  "of a payment": (citrn, coin_name) => citrn.payments.create({ foreign_id: "a", coin_name, return_url }),
  "of an address": (citrn, currency) => citrn.addresses.take({ foreign_id: "a", currency }),
  "of a withdrawal": (citrn, currency) =>
    citrn.withdrawals.create({ foreign_id: "a", address: "T", amount: "1", currency }),
};

describe("an unknown coin", () => {
  for (const [what, call] of Object.entries(calls)) {
    for (const coin of ["USDT", "usdtt", "NOPE"]) {
      test(`${what} is named, with examples of codes with networks: ${coin}`, async () => {
        const message = await messageOf(call(refusing(NOT_FOUND), coin));
        for (const part of [`"${coin}"`, "USDTT", "USDTE"]) assert.ok(message.includes(part), message);
        assert.equal(message.toLowerCase().split("there is no such coin").length, 2, message);
      });
    }
  }

  test("is not reported twice, however the gateway writes its message", async () => {
    for (const text of [
      "There is no such coin.",
      "THERE IS NO SUCH COIN",
      "coin_not_found",
      " there is no such coin ",
    ]) {
      const message = await messageOf(calls["of an address"](refusing({ ...NOT_FOUND, message: text }), "USDT"));
      assert.ok(!message.includes("It says"), message);
    }
  });

  test("keeps other text of the gateway", async () => {
    const message = await messageOf(
      calls["of an address"](refusing({ ...NOT_FOUND, message: "Ask for BTC." }), "USDT"),
    );
    assert.ok(message.includes('It says: "Ask for BTC."'), message);
  });
});

describe("a signature that does not match", () => {
  const messageUnder = (callbackSecrets) => {
    try {
      new Citrn({ callbackSecrets }).callbacks.verify("{}", { "x-process-signature": "0".repeat(128) });
    } catch (error) {
      assert.equal(error.code, "invalid_signature");
      return error.message;
    }
    return assert.fail("it was verified");
  };

  test("mentions no number of secrets if there is one", () => {
    for (const secrets of ["one", ["one"], ["another"]])
      assert.doesNotMatch(messageUnder(secrets), /\d+ secrets?|any of/);
  });

  test("mentions the number of secrets if there are several", () => {
    assert.match(messageUnder(["one", "two"]), /2 secrets/);
    assert.match(messageUnder(["one", "two", "three"]), /3 secrets/);
  });
});
