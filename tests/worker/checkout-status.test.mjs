// The status of a checkout link on real Durable Objects: the gateway's status token, the deposits on the page, and data
// stored by the first version of the checkout.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, it } from "node:test";
import { makeCaller, makeSettings } from "./caller.mjs";
import { assertPayerError, callBack, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { executeSql } from "./object-sql.mjs";
import { startWorker } from "./workerd.mjs";

const fixture = JSON.parse(readFileSync(new URL("fixtures/checkout-1.json", import.meta.url), "utf8"));
const ORIGIN = fixture.origin;
const { settings, tokens } = makeSettings();
const created = (id) => ({ data: { session_id: id, redirect_url: `https://pay.example/${id}` } });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let gateway, worker, payer;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: gateway.baseUrl,
    CHECKOUT_SECRETS: fixture.secrets,
    PUBLIC_ORIGIN: ORIGIN,
    MERCHANT_NAME: "Example",
  });
  await worker.restart(store);
  payer = makePayer(worker, tokens.all, ORIGIN);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});
beforeEach(() => gateway.received());

/** Stores the fixture's rows as the first version of the checkout did. @param {string} disk */
async function store(disk) {
  const now = Date.now();
  const began = now - fixture.began_ms_ago;
  const end = now + 3_600_000;
  const { key, link } = fixture.link;
  await executeSql(disk, "CheckoutShard", {
    [fixture.shard]: [
      ...fixture.schema.map((statement) => [statement]),
      [
        "INSERT INTO links (key, link, expires_at, began_at, forgotten_at) VALUES (?, ?, ?, ?, ?)",
        key,
        link,
        end,
        began,
        end + 604_800_000,
      ],
      ...fixture.sessions.map(({ coin, way }) => [
        "INSERT INTO sessions (key, coin, way, number, began_at) VALUES (?, ?, ?, 1, ?)",
        key,
        coin,
        way,
        began,
      ]),
      ["INSERT INTO addresses (key, address) VALUES (?, ?)", key, fixture.address.key],
    ],
  });
  for (const { shard, scope, fingerprint, outcome } of fixture.keys) {
    const row = [scope, fingerprint, outcome, began, began + 86_400_000];
    await executeSql(disk, "IdempotencyShard", {
      [shard]: [
        ...fixture.keys_schema.map((statement) => [statement]),
        ["INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES (?, ?, ?, ?, ?)", ...row],
      ],
    });
  }
}

const creations = () => gateway.received().filter(({ url }) => !url.endsWith("/currencies/list"));

/** Starts a redirect session, and returns the path of the `return_url` that the gateway received. */
async function redirect(path) {
  gateway.answers(200, created("s"));
  assert.equal((await payer.visit(path, { coin: "USDTT", mode: "redirect" })).status, 200);
  return JSON.parse(creations()[0].body).return_url.slice(ORIGIN.length);
}

const deposit = (id, status, foreign_id, address) => ({
  ...{ id, type: "deposit", status, crypto_address: { currency: "USDTT", address, foreign_id } },
  currency_sent: { currency: "USDTT", amount: String(id) },
});
const shown = ({ text }) => [...text.matchAll(/<h2>(\d+) USDT on Tron<\/h2>/g)].map(([, id]) => Number(id));

describe("the return_url that the gateway receives", () => {
  it("opens only the status, not the coins or a deposit address", async () => {
    const { path, token } = await payer.link({ mode: "both", foreign_id: "payer-of-the-token" });
    const status = await redirect(path);
    assert.match(status, /^\/c\/a\.[\w-]{84}\/status$/);
    assert.ok(!status.includes(token));
    // Long, since a link contains any two characters by chance.
    const address = "TDepositAddressOfThePayer";
    gateway.answers(200, { data: { address } });
    assert.equal((await payer.visit(path, { coin: "USDTT", mode: "address" })).status, 200);
    creations();
    const page = await payer.visit(`${status}?session=s`);
    assert.equal(page.status, 200);
    for (const hidden of [token, "<form", "start again"]) assert.ok(!page.text.includes(hidden), hidden);
    const picker = status.replace(/\/status$/, "");
    for (const page of await Promise.all([
      payer.visit(picker),
      payer.visit(picker, { coin: "USDTT" }),
      payer.visit(picker, { coin: "USDTT", mode: "address", again: "1" }),
    ])) {
      assertPayerError(page, 404, "link_not_found");
      assert.ok(page.text.includes(`href="${status}"`) && !page.text.includes(address), page.text);
    }
    assert.equal(creations().length, 0);
    const own = await payer.visit(`${path}/status`);
    assert.ok(own.text.includes("Show the deposit address again") && own.text.includes("start again"));
  });

  it("is the same in every session of a link, and fails with every flipped bit", async () => {
    const { path } = await payer.link({ coins: ["USDTT", "BTC"] });
    const status = await redirect(path);
    gateway.answers(200, created("s-2"));
    await payer.visit(path, { coin: "BTC" });
    assert.equal(JSON.parse(creations()[0].body).return_url, ORIGIN + status);
    const [kid, text] = status.split("/")[2].split(".");
    const bytes = Buffer.from(text, "base64url");
    assert.equal(bytes.length, 63);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = Buffer.from(bytes);
      other[bit >> 3] ^= 1 << (bit & 7);
      const at = `/c/${kid}.${other.toString("base64url")}`;
      assertPayerError(await payer.visit(bit % 2 ? at : `${at}/status`), 404, "link_not_found");
    }
  });
});

describe("the deposits of an expired link", () => {
  it("include only those to the addresses that it showed", async () => {
    const foreign_id = "payer-of-an-address";
    const { path, expiresAt } = await payer.link({ foreign_id, mode: "address", expires_in: 4 });
    gateway.answers(200, { data: { address: "TShown" } });
    assert.equal((await payer.visit(path, { coin: "USDTT" })).status, 200);
    await sleep(expiresAt + 5 - Date.now());
    await callBack(worker, settings, deposit(11, "confirmed", foreign_id, "TShown"));
    await callBack(worker, settings, deposit(12, "confirmed", foreign_id, "TOther"));
    await callBack(worker, settings, deposit(13, "confirmed", "another-user", "TShown"));
    await callBack(worker, settings, deposit(14, "not_confirmed", undefined, "tshown"));
    const page = await payer.visit(`${path}/status`);
    assert.deepEqual(shown(page), [14, 11]);
    const expired = await payer.visit(path);
    assertPayerError(expired, 410, "link_expired");
    assert.match(
      expired.text,
      /<a target="_top" class="button first" href="https:\/\/shop\.example\/thanks" rel="noreferrer">Back to Example<\/a>/,
    );
  });

  it("through the gateway's page are shown if they arrived within a day of the latest session", async () => {
    const path = `/c/${fixture.token}`;
    const status = await redirect(path);
    await callBack(worker, settings, deposit(21, "not_confirmed", "user-17", "TElsewhere"));
    const age = async (ms) =>
      worker.restart((disk) =>
        executeSql(disk, "CheckoutShard", {
          [fixture.shard]: [
            [
              "UPDATE links SET began_at = began_at - ?, expires_at = ? WHERE key = ?",
              ms,
              Date.now() - 1,
              fixture.link.key,
            ],
            ["UPDATE sessions SET began_at = began_at - ? WHERE key = ?", ms, fixture.link.key],
          ],
        }),
      );
    // Only the link ages, so the earlier callback now counts as received later, but within the day.
    await age(86_200_000);
    await callBack(worker, settings, deposit(22, "not_confirmed", "user-17", "TElsewhere"));
    assert.deepEqual(shown(await payer.visit(status)), [22, 21]);
    await age(200_000);
    await callBack(worker, settings, deposit(23, "not_confirmed", "user-17", "TElsewhere"));
    for (const at of [status, `${path}/status`])
      assert.ok(!shown(await payer.visit(at)).includes(23), "a deposit outside of the link");
  });
});

describe("data stored by the first version of the checkout", () => {
  before(() =>
    worker.restart(async (disk) => {
      const now = Date.now();
      await executeSql(disk, "CheckoutShard", {
        [fixture.shard]: [
          ["DELETE FROM sessions WHERE key = ?", fixture.link.key],
          [
            "UPDATE links SET began_at = ?, expires_at = ? WHERE key = ?",
            now - 60_000,
            now + 3_600_000,
            fixture.link.key,
          ],
          ...fixture.sessions.map(({ coin, way }) => [
            "INSERT INTO sessions (key, coin, way, number, began_at) VALUES (?, ?, ?, 1, ?)",
            fixture.link.key,
            coin,
            way,
            now - 60_000,
          ]),
        ],
      });
    }),
  );

  it("opens as before, also through the old return_url", async () => {
    const page = await payer.visit(`/c/${fixture.token}`);
    assert.equal(page.status, 200, page.text);
    assert.ok(page.text.includes("USDT on Tron"));
    const status = await payer.visit(`/c/${fixture.token}/status?session=s-stored`);
    assert.equal(status.status, 200);
    assert.ok(status.text.includes("start again"));
  });

  it("causes a new call for a redirect session, and none for an address", async () => {
    gateway.answers(500, "");
    const address = await payer.visit(`/c/${fixture.token}`, { coin: "BTC", mode: "address" });
    assert.match(address.text, /<code id="address" dir="ltr">bc1qstored<\/code>/);
    assert.equal(creations().length, 0);
    gateway.answers(200, created("s-new"));
    const page = await payer.visit(`/c/${fixture.token}`, { coin: "USDTT", mode: "redirect" });
    assert.equal(page.status, 200, page.text);
    assert.ok(!page.text.includes("s-stored"));
  });
});

describe("a link with a coin that the gateway does not list", () => {
  it("is refused by name once a fresh list is cached, and its picker links back to the shop", async () => {
    gateway.does((request, response) =>
      response.end(
        JSON.stringify({
          data: request.url.endsWith("/currencies/list") ? [{ currency: "USDTT", type: "crypto" }] : [],
        }),
      ),
    );
    const own = await startWorker({
      ...settings,
      CITRN_BASE_URL: gateway.baseUrl,
      CHECKOUT_SECRETS: fixture.secrets,
      PUBLIC_ORIGIN: ORIGIN,
    });
    try {
      const stranger = makePayer(own, tokens.all, ORIGIN);
      const { path } = await stranger.link({ coins: ["NOPE", "GONE"] });
      assert.equal(gateway.received().length, 0, "no list is fetched for a new link");
      const page = await stranger.visit(path);
      assertPayerError(page, 503, "no_coin_available");
      assert.match(page.text, /None of this link's coins is available now\./);
      assert.match(page.text, /href="https:\/\/shop\.example\/thanks" rel="noreferrer">Back to the shop/);
      const { status, json } = await makeCaller(own, tokens.all).post("/v1/checkout-links", {
        foreign_id: "a",
        return_url: "https://shop.example/",
        coins: ["USDTT", "NOPE"],
      });
      assert.deepEqual([status, json.code, json.field], [422, "invalid_parameter", "coins"]);
      assert.match(json.detail, /no deposits in NOPE;/);
    } finally {
      await own.stop();
    }
  });
});
