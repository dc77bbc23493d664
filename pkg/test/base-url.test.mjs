// Requests carry the account's key and signature, so plain http is allowed only to this machine, or with a setting.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
const make = (baseUrl, settings) => new Citrn({ apiKey, secret, baseUrl, ...settings });
const refusal = {
  name: "CitrnConfigurationError",
  code: "invalid_configuration",
  field: "baseUrl",
  executed: "no",
  message: /https.*allowInsecureBaseUrl: true/,
};

const LOCAL = [
  "127.0.0.1:8788",
  "127.9.8.7",
  "127.1",
  "0x7f.1",
  "0177.0.0.1",
  "2130706433",
  "127.0.0.1.",
  "[::1]:8788",
  "localhost",
  "LOCALHOST:1",
  "localhost.",
  "shop.localhost",
];
const REMOTE = [
  "sandbox:8788",
  "localhost.evil.example",
  "notlocalhost",
  "localhost..",
  "127.0.0.1.nip.io",
  "127.evil.example",
  "[::ffff:127.0.0.1]",
  "[::]",
  "0.0.0.0",
  "10.0.0.1",
  "128.0.0.1",
];

describe("a base URL over plain http", () => {
  for (const host of LOCAL) test(`to ${host} stays on this machine`, () => void make(`http://${host}/api`));

  for (const host of REMOTE) {
    test(`to ${host} needs allowInsecureBaseUrl`, () => {
      assert.throws(() => make(`http://${host}/api`), refusal);
      assert.throws(() => make({ io: "https://io.example/api", com: `http://${host}/api` }), refusal);
      assert.throws(() => make(`http://${host}/api`, { allowInsecureBaseUrl: false }), refusal);
      make(`http://${host}/api`, { allowInsecureBaseUrl: true });
      make(`https://${host}/api`);
    });
  }

  test("is checked against the host as the platform's URL parser reads it", () => {
    const random = seeded(127);
    const part = () =>
      random.pick([
        "127",
        "0x7f",
        "0177",
        "localhost",
        "1",
        "0",
        "evil",
        "example",
        "nip",
        "io",
        "128",
        "",
        "%31",
        "\u{ff11}",
      ]);
    let local = 0;
    for (let round = 0; round < 2_000; round++) {
      const host = Array.from({ length: 1 + random.below(4) }, part).join(".") + random.pick(["", "", "."]);
      const url = `http://${host}/api`;
      if (!URL.canParse(url)) continue;
      const { hostname } = new URL(url);
      const isLocal = /^(127\.\d+\.\d+\.\d+|(.*\.)?localhost\.?)$/.test(hostname);
      local += Number(isLocal);
      const outcome = (() => {
        try {
          return make(url) && undefined;
        } catch (error) {
          return error;
        }
      })();
      assert.equal(outcome === undefined, isLocal, `${url} is ${hostname}: ${outcome?.message}`);
    }
    assert.ok(local > 50, `${local} were local`);
  });

  test("with allowInsecureBaseUrl allows a redirect_url over http on that host only", async () => {
    const create = (redirect_url, settings) => {
      const { fetch } = fetchOf(() => ({ body: { data: { session_id: "s", redirect_url } } }));
      return make("http://sandbox:8788/api", { allowInsecureBaseUrl: true, fetch, ...settings }).payments.create(
        payment,
      );
    };
    assert.equal((await create("http://sandbox:8788/pay/s")).redirect_url, "http://sandbox:8788/pay/s");
    assert.equal((await create("https://pay.example/s")).redirect_url, "https://pay.example/s");
    await assert.rejects(create("http://pay.example/s"), { code: "unreadable_reply" });
    await assert.rejects(create("http://sandbox:8788/pay/s", { baseUrl: "https://sandbox:8788/api" }), {
      code: "unreadable_reply",
    });
  });

  test("allowInsecureBaseUrl must be a boolean", () => {
    assert.throws(() => make("http://sandbox:8788/api", { allowInsecureBaseUrl: "true" }), {
      field: "allowInsecureBaseUrl",
    });
  });
});
