// A reply must match its request, and a redirect_url must be allowed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const clientOn = (body, settings = {}) =>
  new Citrn({ apiKey, secret, fetch: fetchOf(() => ({ body })).fetch, ...settings });
const take = (data, settings) =>
  clientOn({ data: { address: "A", ...data } }, settings).addresses.take({ foreign_id: "17", currency: "USDTT" });
const pay = (redirect_url, settings) =>
  clientOn({ redirect_url }, settings).payments.create({
    foreign_id: "17",
    coin_name: "USDTT",
    return_url: "https://shop.example",
  });

describe("an address", () => {
  for (const data of [
    { currency: "USDTT", foreign_id: 17 },
    { currency: "usdt" },
    { currency: null, foreign_id: "" },
    {},
  ]) {
    test(`is accepted: ${JSON.stringify(data)}`, async () => assert.equal((await take(data)).address, "A"));
  }
  for (const [data, values] of [
    [{ currency: "ETH" }, ['"ETH"', '"USDTT"']],
    [{ currency: "USDTE", foreign_id: "17" }, ['"USDTE"', '"USDTT"']],
    [{ foreign_id: "18" }, ['"18"', '"17"']],
    [{ foreign_id: 1.7e10 }, ['"17000000000"', '"17"']],
  ]) {
    test(`of another customer or coin is refused unless allowOtherCurrency is set: ${JSON.stringify(data)}`, async () => {
      await assert.rejects(take(data), (error) => {
        assert.deepEqual(
          [error.name, error.code, error.executed],
          ["CitrnGatewayError", "unreadable_reply", "unknown"],
        );
        for (const part of [...values, "allowOtherCurrency"]) assert.ok(error.message.includes(part), error.message);
        return true;
      });
      assert.equal((await take(data, { allowOtherCurrency: true })).address, "A");
    });
  }

  test("with control characters is refused, not changed", async () => {
    for (const data of [{ address: "T1\u0000" }, { memo: "7\u202e" }, { tag: "\n7" }]) {
      await assert.rejects(take(data), { code: "unreadable_reply", executed: "unknown" });
    }
  });
});

describe("a redirect_url", () => {
  test("may be on this machine only if the gateway is", async () => {
    for (const url of [
      "http://127.0.0.1:8788/pay/1",
      "https://localhost/pay/1",
      "https://127.1/pay/1",
      "https://[::1]/pay/1",
    ]) {
      await assert.rejects(pay(url), { code: "unreadable_reply" }, url);
      assert.equal((await pay(url, { baseUrl: "http://127.0.0.1:8788/api" })).redirect_url, new URL(url).href);
    }
  });

  test("is returned as the platform's URL parser serialises it", async () => {
    for (const url of ["https://PAY.example:443", "https://pay.example/a/../b?c=d#e", "https://pay.example/\u00e9"]) {
      assert.equal((await pay(url)).redirect_url, new URL(url).href);
    }
  });

  test("must have one of redirectOrigins", async () => {
    const settings = { redirectOrigins: ["https://pay.example"] };
    assert.equal((await pay("https://pay.example/1", settings)).redirect_url, "https://pay.example/1");
    for (const url of ["https://pay.example:8443/1", "https://pay.example.evil.example/1", "https://evil.example/"]) {
      await assert.rejects(
        pay(url, settings),
        (error) => error.code === "unreadable_reply" && error.message.includes("redirectOrigins"),
        url,
      );
    }
    for (const redirectOrigins of ["https://pay.example", ["https://pay.example/"], ["pay.example"], [5], [""]]) {
      assert.throws(() => new Citrn({ redirectOrigins }), {
        name: "CitrnConfigurationError",
        field: "redirectOrigins",
      });
    }
  });
});
