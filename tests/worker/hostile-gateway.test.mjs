// A gateway with unbounded answers: pages and problems stay small, and requests stay fast.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { ADDRESS, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { checkoutSecret, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "https://pay.shop.example";
const DAY = 86_400;
const LINK = { return_url: "https://shop.example/", coins: ["USDTT"] };
const { settings, tokens } = makeSettings();
let gateway;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
});
after(() => gateway?.close());

/** Runs a new Worker, whose catalogue is empty, during a function. */
async function withWorker(work) {
  const checkout = { CHECKOUT_SECRETS: checkoutSecret("a"), PUBLIC_ORIGIN: ORIGIN };
  const worker = await startWorker({
    ...settings,
    ...checkout,
    CITRN_BASE_URL: gateway.baseUrl,
    UPSTREAM_DEADLINE_MS: 10_000,
  });
  try {
    return await work(makePayer(worker, tokens.all, ORIGIN), makeCaller(worker, tokens.all));
  } finally {
    await worker.stop();
  }
}

describe("a list of currencies of any length", () => {
  const many = (count, entry) => Array.from({ length: count }, (_, number) => ({ type: "crypto", ...entry(number) }));
  const { below } = seeded(38);
  for (const [contents, list, least] of [
    ["of different coins", many(38_000, (number) => ({ currency: `COIN${number}` })), 200],
    ["of repeated coins", many(20_000, (number) => ({ currency: `COIN${number % 5_000}` })), 200],
    ["of a single repeated coin", many(38_000, () => ({ currency: "USDTT" })), 1],
    [
      "of coins and other currencies",
      many(30_000, (number) => ({ currency: `C${below(20_000)}`, type: number % 3 ? "crypto" : "fiat" })),
      200,
    ],
  ]) {
    it(`${contents} is rendered fast as a short page`, async () => {
      gateway.answers(200, { data: list });
      await withWorker(async (payer) => {
        const { path } = await payer.link({ coins: undefined });
        const pages = [];
        for (let visit = 0; visit < 3; visit++) {
          const began = performance.now();
          const { status, text } = await payer.visit(path);
          const ms = performance.now() - began;
          const inputs = text.match(/<input[^>]* name="coin"[^>]*>/g) ?? [];
          pages.push({ status, ms, coins: inputs.map((input) => /value="([^"]+)"/.exec(input)?.[1]) });
        }
        for (const { status, coins } of pages) {
          assert.equal(status, 200);
          assert.ok(coins.length >= least && coins.length <= 500, `${coins.length} coins`);
          assert.equal(new Set(coins).size, coins.length);
        }
        // The first page fetches and parses the list. The minimum of the others excludes interruptions.
        const fastest = Math.min(...pages.slice(1).map(({ ms }) => ms));
        assert.ok(fastest < 5_000, `${fastest} ms`);
      });
    });
  }
});

describe("a Retry-After of the gateway", () => {
  it("is capped at a day in every format", async () => {
    await withWorker(async (_, caller) => {
      for (const wait of [String(DAY + 1), "99999999999", "9".repeat(30), "Fri, 31 Dec 9999 23:59:59 GMT"]) {
        gateway.answers(429, { error: "slow down" }, { "retry-after": wait });
        for (const [path, body] of [
          ["/v1/payments", PAYMENT],
          ["/v1/addresses", ADDRESS],
        ]) {
          const { status, headers, text } = await caller.post(path, body);
          assert.ok(status >= 429, text);
          assert.equal(headers.get("retry-after"), String(DAY), `${path} ${wait}`);
        }
      }
    });
  });
});

describe("a list that requires a token", () => {
  for (const path of ["/v1/currencies", "/v1/rates"]) {
    it(`has Vary: Authorization, fresh and cached: ${path}`, async () => {
      gateway.answers(200, { data: [] });
      await withWorker(async (_, caller) => {
        for (let time = 0; time < 2; time++) {
          const { status, headers } = await caller.get(path, { authorization: `Bearer ${tokens.all}` });
          assert.equal(status, 200);
          assert.match(headers.get("vary") ?? "", /\bauthorization\b/i);
        }
      });
    });
  }
});

describe("an id with invisible characters", () => {
  it("is refused on every route that sends or stores one", async () => {
    gateway.answers(200, { data: { address: "T1", session_id: "s", redirect_url: "https://pay.example/s" } });
    const { pick, below } = seeded(14);
    const control = ["\0", "\u0007", "\u001b", "\u007f", "\u0085"];
    const format = ["\u00ad", "\u061c", "\u200b", "\u200d", "\u202e", "\u2060", "\u2066", "\ufeff", "\u{e0001}"];
    const white = [" ", "\n", "\t", "\u00a0", "\u2003", "\u3000"];
    const ids = ["user-17\0", " user-17", "user-17 ", "us\u200ber-17", "\u202euser-17"];
    for (let round = 0; round < 20; round++) {
      const at = below(8);
      ids.push(`${"user-17".slice(0, at)}${pick([...control, ...format])}${"user-17".slice(at)}`);
      ids.push(below(2) ? `user-17${pick(white)}` : `${pick(white)}user-17`);
    }
    gateway.received();
    await withWorker(async (_, caller) => {
      for (const foreign_id of ids) {
        for (const [path, body] of [
          ["/v1/payments", PAYMENT],
          ["/v1/addresses", ADDRESS],
          ["/v1/checkout-links", LINK],
        ]) {
          const { status, json } = await caller.post(path, { ...body, foreign_id });
          const refusal = [422, "invalid_parameter", "foreign_id", "no"];
          assert.deepEqual(
            [status, json.code, json.field, json.executed],
            refusal,
            `${path} ${JSON.stringify(foreign_id)}`,
          );
        }
      }
      assert.deepEqual(gateway.received(), []);
    });
  });
});
