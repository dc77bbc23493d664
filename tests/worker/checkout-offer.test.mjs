// Links whose coins the gateway does not accept, and the payers' links back to the shop.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeCaller, makeSettings } from "./caller.mjs";
import { assertPayerError, checkoutSecret, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "https://pay.shop.example";
const LISTED = ["USDTT", "BTC", "TON", "LTC"];
const BACK = /<a [^>]*href="https:\/\/shop\.example\/thanks"[^>]*>Back to Example<\/a>/;
const { settings, tokens } = makeSettings();
let gateway, worker, caller, payer;

/** Sets the gateway's answer to every request except the list of currencies. */
const answers = (status, body) =>
  gateway.does(({ url }, response) => {
    const isList = url.endsWith("/currencies/list");
    const data = [...LISTED.map((currency) => ({ currency, type: "crypto" })), { currency: "EUR", type: "fiat" }];
    response.writeHead(isList ? 200 : status).end(JSON.stringify(isList ? { data } : body));
  });

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: gateway.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: ORIGIN,
    MERCHANT_NAME: "Example",
  });
  caller = makeCaller(worker, tokens.all);
  payer = makePayer(worker, tokens.all, ORIGIN);
});
beforeEach(() => answers(500, {}));
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

const LINK = { foreign_id: "a", return_url: "https://shop.example/thanks" };
const make = (coins) => caller.post("/v1/checkout-links", { ...LINK, coins });

describe("a new link", () => {
  it("may name any coin while no list is cached, and no list is fetched for it", async () => {
    gateway.received();
    assert.equal((await make(["NOPE"])).status, 201);
    assert.deepEqual(gateway.received(), []);
  });

  it("is refused with the coins that a fresh list does not contain", async () => {
    assert.equal((await caller.get("/v1/currencies", { authorization: `Bearer ${tokens.all}` })).status, 200);
    const { below, pick } = seeded(22);
    const odd = [
      ["NOPE"],
      ["NOPE", "USDTT"],
      ["USDTT", "NOPE"],
      ["EUR"],
      ["USDT"],
      ["BTCC", "BTC"],
      ["USDTT", "EUR", "GONE"],
    ];
    const cases = [...odd, LISTED];
    for (let round = 0; round < 30; round++) {
      const some = Array.from({ length: 1 + below(4) }, () =>
        pick([...LISTED, "NOPE", "GONE", "EUR", `C${below(99)}`]),
      );
      cases.push([...new Set(some)]);
    }
    for (const coins of cases) {
      const missing = coins.filter((coin) => !LISTED.includes(coin));
      const { status, json } = await make(coins);
      if (missing.length === 0) {
        assert.equal(status, 201, coins.join());
        continue;
      }
      const refusal = [422, "invalid_parameter", "coins", "no"];
      assert.deepEqual([status, json.code, json.field, json.executed], refusal, coins.join());
      assert.ok(json.detail.includes(missing.join(", ")), json.detail);
    }
  });
});

describe("a payer who cannot pay", () => {
  it("finds a link back to the shop on every page of an expired link", async () => {
    const { path, expiresAt } = await payer.link({ expires_in: 1 });
    await new Promise((resolve) => setTimeout(resolve, expiresAt + 5 - Date.now()));
    const visits = [
      () => payer.visit(path),
      () => payer.visit(path, { coin: "USDTT" }),
      () => payer.visit(`${path}/status`),
    ];
    for (const visit of visits) {
      const page = await visit();
      assert.match(page.text, BACK);
      assertPayerError(page, 410, "link_expired");
    }
  });

  for (const [failure, status, body, expected] of [
    ["refuses the coin", 400, { error_code: "coin_not_supported" }, [422, "coin_not_supported"]],
    ["refuses the payer", 400, { error_code: "user_blocked" }, [422, "user_blocked"]],
    ["is down", 500, {}, [502, "gateway_unavailable"]],
  ]) {
    it(`finds a link back to the shop if the gateway ${failure}`, async () => {
      const { path } = await payer.link();
      answers(status, body);
      const page = await payer.visit(path, { coin: "USDTT" });
      assert.match(page.text, BACK);
      assertPayerError(page, ...expected);
    });
  }

  it("finds no link back on the page of a forged link", async () => {
    const { path } = await payer.link();
    for (const forged of [`${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`, `/c/a.${"A".repeat(64)}`, "/c/x"]) {
      const page = await payer.visit(forged);
      assertPayerError(page, 404, "link_not_found");
      assert.doesNotMatch(page.text, /Back to|shop\.example\/thanks/);
    }
  });
});
