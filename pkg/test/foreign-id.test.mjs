// The characters that ids of payers, customers and withdrawals may have, over all of Unicode.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, hmac, secret } from "./gateway.mjs";

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const WHITE_SPACE = /\p{White_Space}/u;

const { fetch, calls } = fetchOf(() => ({ body: { data: { address: "bc1q" } } }));
const citrn = new Citrn({ apiKey, secret, fetch });
const take = (foreign_id) => citrn.addresses.take({ foreign_id, currency: "BTC" });

/** Asserts that an id is refused before it is sent. */
async function refused(id, message) {
  const sent = calls.length;
  const error = await take(id).then(
    () => assert.fail(`${JSON.stringify(id)} was sent`),
    (error) => error,
  );
  assert.deepEqual(
    [error.name, error.field, error.executed, calls.length],
    ["CitrnParameterError", "foreign_id", "no", sent],
    JSON.stringify(id),
  );
  assert.match(error.message, message);
}

/** All Unicode characters. */
const characters = [];
for (let code = 0; code <= 0x10ffff; code++)
  if (code < 0xd800 || code > 0xdfff) characters.push(String.fromCodePoint(code));

describe("over all of Unicode", () => {
  test("control and format characters are refused anywhere", async () => {
    const invisible = characters.filter((character) => INVISIBLE.test(character));
    assert.ok(invisible.length > 200);
    for (const character of invisible) {
      for (const id of [character, `user${character}17`, `user-17${character}`])
        await refused(id, /control or format characters|white space/);
    }
  });

  test("white space is refused at either end", async () => {
    const white = characters.filter((character) => WHITE_SPACE.test(character) && !INVISIBLE.test(character));
    assert.ok(white.length > 15);
    for (const character of white) {
      for (const id of [character, `${character}user-17`, `user-17${character}`])
        await refused(id, /begin or end with white space/);
    }
  });

  test("every other character is sent unchanged, including white space inside", async () => {
    const plain = characters.filter((character) => !INVISIBLE.test(character));
    const most = 253;
    for (let at = 0; at < plain.length; at += most) {
      const id = `a${plain.slice(at, at + most).join("")}z`;
      await take(id);
      assert.equal(JSON.parse(Buffer.from(calls.at(-1).init.body)).foreign_id, id);
    }
  });
});

test("payments and withdrawals refuse such ids too", async () => {
  for (const id of ["user-17\0", "user\u200b17", "\u202euser-17", " user-17", "user-17\n"]) {
    for (const call of [
      citrn.payments.create({ foreign_id: id, coin_name: "USDTT", return_url: "https://shop.example/thanks" }),
      citrn.withdrawals.create({ foreign_id: id, address: "T", amount: "1", currency: "USDTT" }),
    ]) {
      await assert.rejects(call, { name: "CitrnParameterError", field: "foreign_id", executed: "no" });
    }
  }
});

test("callbacks with such ids are verified and read", () => {
  for (const id of ["user-17\0", "user\u200b17", " user-17"]) {
    const body = JSON.stringify({ id: 1, type: "deposit", status: "confirmed", crypto_address: { foreign_id: id } });
    assert.equal(citrn.callbacks.verify(body, { "X-Process-Signature": hmac(secret, body) }).customerId, id);
  }
});

test("request sends any id unchanged, for customers who already have such an id", async () => {
  await citrn.request("/addresses/take", { foreign_id: "user-17 ", currency: "BTC" });
  assert.equal(Buffer.from(calls.at(-1).init.body).toString(), '{"foreign_id":"user-17 ","currency":"BTC"}');
});
