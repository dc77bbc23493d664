// Amounts and rates of replies become plain decimal text, whatever their exponent; other fields are unchanged.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

/** Returns a client whose gateway answers with this text. */
const answering = (body) => new Citrn({ apiKey, secret, maxRetries: 0, fetch: fetchOf(() => ({ body })).fetch });
const balanceOf = async (written) => {
  const [entry] = (await answering(`{"data":[{"currency":"BTC","balance":${written}}]}`).balances.list()).data;
  return entry.balance;
};

describe("a balance", () => {
  for (const [written, plain] of [
    ["1e-8", "0.00000001"],
    ["1.0e-5", "0.000010"],
    ['"1E-5"', "0.00001"],
    ["1e2", "100"],
    ["1.25E+1", "12.5"],
    ["-1.5e-3", "-0.0015"],
    ['"2.50"', "2.50"],
  ]) {
    test(`of ${written} is ${plain}`, async () => assert.equal(await balanceOf(written), plain));
  }

  test("of any exponent is exact", async () => {
    const { below } = seeded(8);
    for (let round = 0; round < 200; round++) {
      const digits = String(1 + below(999_999));
      const fraction = below(2) ? String(below(10_000)).padStart(4, "0") : "";
      const exponent = below(61) - 30;
      const mark = below(2) ? "e" : "E";
      const number = `${digits}${fraction && `.${fraction}`}${mark}${exponent > 0 && below(2) ? "+" : ""}${exponent}`;
      const plain = await balanceOf(below(2) ? number : `"${number}"`);
      assert.match(plain, /^\d+(\.\d+)?$/, number);
      // Compared as whole numbers of 10^-34, which represent every digit.
      const whole = (text, shift) => {
        const [integer, rest = ""] = text.split(".");
        return BigInt(integer + rest.padEnd(shift, "0"));
      };
      assert.equal(
        whole(plain, 34),
        BigInt(digits + fraction) * 10n ** BigInt(34 - fraction.length + exponent),
        number,
      );
    }
  });
});

describe("in a reply with exponents", () => {
  test("ids, other fields and raw are unchanged", async () => {
    const body = '{"data":{"id":1e3,"foreign_id":"1e5","address":"1e7","memo":"2e2","currency":"BTC"}}';
    const reply = await answering(body).addresses.take({ foreign_id: "1e5", currency: "BTC" });
    assert.deepEqual([reply.foreign_id, reply.address, reply.memo], ["1e5", "1e7", "2e2"]);
    assert.equal(reply.raw, body);
  });

  test("rates are written out like amounts", async () => {
    const { data } = await answering('{"BTCUSDT":2.6967e4,"TONBTC":1e-7}').rates.list();
    assert.deepEqual([String(data.BTCUSDT), data.TONBTC], ["26967", "0.0000001"]);
  });
});
