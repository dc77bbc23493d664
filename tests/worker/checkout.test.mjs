// The checkout on real Durable Objects: links, forms, sessions and the status page.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { assertPayerError, callBack, checkoutSecret, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "https://pay.shop.example";
/** Long enough for many concurrent requests on a busy machine. */
const DEADLINE_MS = 20_000;
/** For tests of a gateway that never answers. */
const SHORT_DEADLINE_MS = 600;
/** Long enough for 200 concurrent requests on a busy machine. */
const SESSION_S = 8;
const { settings, tokens } = makeSettings();
const secret = checkoutSecret("a");
const complete = () => ({
  ...settings,
  CITRN_BASE_URL: gateway.baseUrl,
  UPSTREAM_DEADLINE_MS: DEADLINE_MS,
  CHECKOUT_SECRETS: secret,
  PUBLIC_ORIGIN: ORIGIN,
  MERCHANT_NAME: "Example <Shop>",
  CHECKOUT_SESSION_SECONDS: SESSION_S,
});
let gateway, worker, payer;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker(complete());
  payer = makePayer(worker, tokens.all, ORIGIN);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});
beforeEach(() => gateway.received());

/** The gateway's requests, except for those for the list of currencies. */
const creations = () => gateway.received().filter(({ url }) => !url.endsWith("/currencies/list"));
const created = (id) => ({ data: { session_id: id, redirect_url: `https://pay.example/${id}` } });
const redirectsTo = (id) => new RegExp(`<meta http-equiv="refresh" content="0;url=https://pay.example/${id}">`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pages = (path) => [payer.visit(path), payer.visit(path, { coin: "USDTT" }), payer.visit(`${path}/status`)];

/** Runs another deployment during a function. */
async function withDeployment(changes, use) {
  const other = await startWorker({ ...complete(), ...changes });
  try {
    await use(makePayer(other, tokens.all, ORIGIN), other);
  } finally {
    await other.stop();
  }
}

describe("a link with an invalid MAC", () => {
  it("is refused before any Durable Object is called", async () => {
    const { token } = await new Promise((resolve, reject) => {
      withDeployment({ CHECKOUT_SECRETS: checkoutSecret("a") }, async (other) => resolve(await other.link())).catch(
        reject,
      );
    });
    for (const strange of [
      token,
      "x",
      "a.",
      `a.${"A".repeat(64)}`,
      `b.${token.slice(2)}`,
      encodeURIComponent("../../v1/payments"),
      "%00",
      token.replace("a.", "%61."),
    ]) {
      for (const page of await Promise.all(pages(`/c/${strange}`))) assertPayerError(page, 404, "link_not_found");
    }
    assert.deepEqual(worker.databases(), []);
    assert.equal(creations().length, 0);
  });
});

describe("a link", () => {
  it("shows its coins with the names of their networks, and creates nothing", async () => {
    const { path } = await payer.link({ coins: ["USDTT", "USDTE", "BTC"] });
    const { status, text, headers } = await payer.visit(path);
    assert.equal(status, 200);
    for (const label of ["USDT on Tron", "USDT on Ethereum", "Bitcoin", "Example &lt;Shop&gt;"])
      assert.ok(text.includes(label), label);
    assert.ok(!text.includes("user-17"));
    assert.equal(text.match(/<script/g)?.length, 1);
    assert.ok(Buffer.byteLength(text) < 30_000);
    assert.match(
      headers.get("content-security-policy"),
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    assert.deepEqual(
      ["cache-control", "referrer-policy", "x-content-type-options"].map((name) => headers.get(name)),
      ["no-store", "no-referrer", "nosniff"],
    );
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    const head = await fetch(worker.url + path, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal(creations().length, 0);
  });

  it("fails with every flipped bit of its token", async () => {
    const { token } = await payer.link();
    assert.notEqual((await payer.link()).token, token);
    const [kid, text] = token.split(".");
    const bytes = Buffer.from(text, "base64url");
    assert.equal(bytes.length, 48);
    const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const other = Buffer.from(bytes);
      other[bit >> 3] ^= 1 << (bit & 7);
      return `${kid}.${other.toString("base64url")}`;
    });
    for (let byte = 0; byte < token.length; byte++) {
      for (let bit = 0; bit < 7; bit++) {
        flipped.push(
          encodeURIComponent(
            token.slice(0, byte) + String.fromCharCode(token.charCodeAt(byte) ^ (1 << bit)) + token.slice(byte + 1),
          ),
        );
      }
    }
    // URL parsers normalise a path of dots, so it is encoded.
    for (const other of new Set(flipped)) assertPayerError(await payer.visit(`/c/${other}`), 404, "link_not_found");
    assert.equal((await payer.visit(`/c/${token}`)).status, 200);
  });

  it("expires on time", async () => {
    const { path, expiresAt } = await payer.link({ expires_in: 4 });
    await sleep(Math.max(0, expiresAt - 3_000 - Date.now()));
    assert.equal((await payer.visit(path)).status, 200);
    await sleep(expiresAt + 5 - Date.now());
    for (const page of await Promise.all(pages(path))) assertPayerError(page, 410, "link_expired");
    assert.equal(creations().length, 0);
  });

  it("of another deployment, another key or a removed key is refused", async () => {
    const { path, token } = await payer.link();
    assertPayerError(await payer.visit(`/c/b.${token.slice(2)}`), 404, "link_not_found");
    await withDeployment({ CHECKOUT_SECRETS: checkoutSecret("a") }, async (other) =>
      assertPayerError(await other.visit(path), 404, "link_not_found"),
    );
    const next = checkoutSecret("b");
    await withDeployment({ CHECKOUT_SECRETS: `${next},${secret}` }, async (other) => {
      assert.match((await other.link()).token, /^b\./);
      // The MAC is valid, so the link existed, but this deployment has not stored it.
      assertPayerError(await other.visit(path), 410, "link_expired");
    });
    await withDeployment({ CHECKOUT_SECRETS: next }, async (other) =>
      assertPayerError(await other.visit(path), 404, "link_not_found"),
    );
  });

  it("survives a crash", async () => {
    const { path } = await payer.link();
    gateway.answers(200, created("s-1"));
    assert.match((await payer.visit(path, { coin: "USDTT" })).text, redirectsTo("s-1"));
    await worker.restart();
    assert.match((await payer.visit(path, { coin: "USDTT" })).text, redirectsTo("s-1"));
    assert.equal(creations().length, 1);
  });

  it("is created once per Idempotency-Key", async () => {
    const caller = makeCaller(worker, tokens.all);
    const make = (foreign_id) =>
      caller.post(
        "/v1/checkout-links",
        { foreign_id, return_url: "https://shop.example/" },
        { "idempotency-key": "k" },
      );
    const answers = await Promise.all(Array.from({ length: 20 }, () => make("user-17")));
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1, answers[0].text);
    assert.equal(answers[0].status, 201);
    assertProblem(await make("user-18"), { status: 422, code: "idempotency_key_reused", field: "Idempotency-Key" });
    assertProblem(await caller.post("/v1/checkout-links", { foreign_id: "a", return_url: "https://evil.example/" }), {
      status: 422,
      code: "return_url_not_allowed",
      field: "return_url",
    });
    assertProblem(await caller.post("/v1/checkout-links", { foreign_id: "a" }, { authorization: "" }), {
      status: 401,
      code: "token_required",
    });
    assertProblem(
      await caller.post("/v1/checkout-links", { foreign_id: "a" }, { authorization: `Bearer ${tokens.addresses}` }),
      { status: 403, code: "route_not_allowed" },
    );
    assert.equal(creations().length, 0);
  });
});

describe("a choice", () => {
  it("that is made 200 times concurrently makes one gateway call", async () => {
    let calls = 0;
    gateway.does((_, response) => {
      calls += 1;
      setTimeout(() => response.end(JSON.stringify(created(`s-${calls}`))), 150);
    });
    const { path } = await payer.link();
    const answers = await Promise.all(Array.from({ length: 200 }, () => payer.visit(path, { coin: "USDTT" })));
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
    assert.match(answers[0].text, redirectsTo("s-1"));
    const [call, ...more] = creations();
    assert.equal(more.length, 0);
    assert.ok(gateway.isSigned(call));
    const { return_url, ...rest } = JSON.parse(call.body);
    assert.deepEqual(rest, { foreign_id: "user-17", coin_name: "USDTT" });
    assert.match(return_url, /^https:\/\/pay\.shop\.example\/c\/a\.[\w-]{84}\/status$/);
    assert.equal((await payer.visit(return_url.slice(ORIGIN.length))).status, 200);
  });

  it("starts a new session once the previous one has expired, and keeps the address", async () => {
    const { path } = await payer.link({ mode: "both" });
    gateway.answers(200, created("s-1"));
    assert.match((await payer.visit(path, { coin: "USDTT", mode: "redirect" })).text, redirectsTo("s-1"));
    gateway.answers(200, created("s-2"));
    assert.match((await payer.visit(path, { coin: "USDTT", mode: "redirect" })).text, redirectsTo("s-1"));
    gateway.answers(200, { data: { address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8" } });
    const first = await payer.visit(path, { coin: "USDTT", mode: "address" });
    assert.match(first.text, /<code id="address" dir="ltr">TJRabPrwbZy45sbavfcjinPJC18kjpRTv8<\/code>/);
    assert.equal((await payer.visit(path, { coin: "USDTT", mode: "address" })).text, first.text);
    assert.equal(creations().length, 2);
    await sleep(SESSION_S * 1000);
    gateway.answers(200, created("s-2"));
    for (let click = 0; click < 2; click++)
      assert.match((await payer.visit(path, { coin: "USDTT", mode: "redirect" })).text, redirectsTo("s-2"));
    assert.equal(creations().length, 1);
  });

  it("of an address shows the coin's minimum and network, and stays in the browser's history", async () => {
    const list = {
      data: [
        { currency: "USDTT", type: "crypto", minimum_amount: "5.00000000" },
        { currency: "USDC", network: "Polygon", minimum_amount: "0" },
      ],
    };
    const own = await startWorker(complete());
    try {
      const stranger = makePayer(own, tokens.all, ORIGIN);
      gateway.does((request, response) =>
        response.end(JSON.stringify(request.url.endsWith("/currencies/list") ? list : { data: { address: "A1" } })),
      );
      const { path } = await stranger.link({ mode: "address", coins: ["USDTT", "USDC"] });
      assert.match((await stranger.visit(path)).text, /<small>at least 5 USDT<\/small>/);
      const page = await stranger.visit(path, { coin: "USDTT" });
      assert.match(page.text, /Send at least 5 USDT\. Smaller deposits are not credited and may be lost\./);
      assert.equal(page.headers.get("cache-control"), "private, no-cache");
      assert.match(
        (await stranger.visit(path, { coin: "USDC" })).text,
        /Send only USD Coin, and only on the network Polygon\./,
      );
    } finally {
      await own.stop();
    }
  });

  it("that the link does not offer is refused without a call", async () => {
    const { path } = await payer.link();
    for (const [form, code] of [
      [{ coin: "BTC" }, "coin_not_offered"],
      [{ coin: "<script>" }, "coin_not_offered"],
      [{}, "missing_parameter"],
      [{ coin: "USDTT", mode: "address" }, "invalid_parameter"],
    ]) {
      const page = await payer.visit(path, form);
      assertPayerError(page, 422, code);
      assert.ok(page.text.includes(`href="${path}">Try again`));
    }
    assertPayerError(await payer.visit(path, { coin: "USDTT", x: "x".repeat(5_000) }), 413, "body_too_large");
    assert.equal(creations().length, 0);
  });

  it("may be any coin of the gateway if the link names none", async () => {
    gateway.does((request, response) =>
      response.end(
        JSON.stringify(
          request.url.endsWith("/currencies/list")
            ? {
                data: [
                  { currency: "USDTT", type: "crypto" },
                  { currency: "BTC" },
                  { currency: "NEW", name: '"><b>New', type: "crypto" },
                  { currency: "EUR", type: "fiat" },
                ],
              }
            : created("s-new"),
        ),
      ),
    );
    const { path } = await payer.link({ coins: undefined });
    const { text } = await payer.visit(path);
    assert.ok(text.includes("&quot;&gt;&lt;b&gt;New") && text.includes("USDT on Tron") && !text.includes("EUR"), text);
    assertPayerError(await payer.visit(path, { coin: "EUR" }), 422, "coin_not_offered");
    assert.match((await payer.visit(path, { coin: "NEW" })).text, redirectsTo("s-new"));
  });
});

describe("a failing gateway", () => {
  for (const [failure, answers, status, code] of [
    ["is down", [500, "<h1>oops</h1>"], 502, "gateway_unavailable"],
    ["refuses the coin", [400, { error_code: "coin_not_supported" }], 422, "coin_not_supported"],
    ["has its network down", [400, { error_code: "network_not_available" }], 503, "network_not_available"],
    ["refuses the key", [403, { code: "bad_header_signature" }], 502, "authentication_failed"],
  ]) {
    it(`that ${failure} is explained, and the same link works again later`, async () => {
      const { path } = await payer.link({ coins: ["USDTT", "BTC"] });
      gateway.answers(...answers);
      const page = await payer.visit(path, { coin: "USDTT" });
      assert.equal(page.status, status, page.text);
      assertPayerError(page, status, code);
      assert.ok(page.text.includes(`href="${path}">Try again`) && !page.text.includes("oops"));
      gateway.answers(200, created("s-later"));
      assert.match((await payer.visit(path, { coin: "BTC" })).text, redirectsTo("s-later"));
    });
  }

  it("that does not answer leaves the outcome unknown for a while, then the choice works again", async () => {
    await withDeployment({ UPSTREAM_DEADLINE_MS: SHORT_DEADLINE_MS }, async (payer) => {
      const { path } = await payer.link();
      gateway.does(() => {});
      const first = await Promise.all([payer.visit(path, { coin: "USDTT" }), payer.visit(path, { coin: "USDTT" })]);
      for (const page of first) assertPayerError(page, 504, "timeout");
      gateway.answers(200, created("s-after"));
      const unknown = await payer.visit(path, { coin: "USDTT" });
      assertPayerError(unknown, 409, "outcome_unknown");
      await sleep(Number(unknown.headers.get("retry-after")) * 1000);
      assert.match((await payer.visit(path, { coin: "USDTT" })).text, redirectsTo("s-after"));
      assert.equal(creations().length, 2);
    });
  });

  it("is reported to programs as a problem without the merchant's id of the payer", async () => {
    await withDeployment({ UPSTREAM_DEADLINE_MS: SHORT_DEADLINE_MS }, async (payer) => {
      const { path } = await payer.link();
      gateway.does(() => {});
      const answer = await payer.visit(path, { coin: "USDTT" }, { accept: "application/json" });
      assertProblem(
        { ...answer, json: JSON.parse(answer.text) },
        { status: 504, code: "timeout", executed: "unknown", retryable: true },
      );
      assert.ok(!answer.text.includes("user-17"), answer.text);
    });
  });
});

describe("the status", () => {
  const deposit = (id, status, foreign_id) => ({
    ...{ id, type: "deposit", status, crypto_address: { currency: "USDTT", address: `T-${foreign_id}`, foreign_id } },
    currency_sent: { currency: "USDTT", amount: "12.50000000" },
  });

  it("follows a deposit until it is confirmed, and shows none of other payers", async () => {
    const foreign_id = "payer-of-the-status";
    await callBack(worker, settings, deposit(1, "confirmed", foreign_id));
    const { path } = await payer.link({ foreign_id });
    gateway.answers(200, created("s"));
    await payer.visit(path, { coin: "USDTT" });
    const look = () => payer.visit(`${path}/status?session=s&status=paid`);
    const nothing = await look();
    assert.match(nothing.text, /No deposit has been seen yet/);
    assert.equal(nothing.headers.get("refresh"), "5");
    assert.match(
      nothing.text,
      /<a target="_top" class="button returns" href="https:\/\/shop\.example\/thanks" rel="noreferrer">Back to Example &lt;Shop&gt;<\/a>/,
    );
    await callBack(worker, settings, deposit(2, "not_confirmed", foreign_id));
    await callBack(worker, settings, deposit(3, "confirmed", "another-payer"));
    const seen = await look();
    assert.match(seen.text, /12\.5 USDT on Tron/);
    assert.match(seen.text, /waiting for the network/);
    assert.equal(seen.text.split("<section").length, 2);
    await callBack(worker, settings, deposit(2, "confirmed", foreign_id));
    const confirmed = await look();
    assert.match(confirmed.text, /Confirmed by the network/);
    assert.match(confirmed.text, /<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z">\d+ \w+ \d{4}, \d\d:\d\d UTC<\/time>/);
    assert.doesNotMatch(confirmed.text, /paid/i);
    assert.equal((await payer.visit(`${path}/status?refresh=off`)).headers.get("refresh"), null);
  });
});

describe("a link that showed many addresses", () => {
  it("still has a status page, with the latest deposits of all objects", async () => {
    await withDeployment({ CHECKOUT_SESSION_SECONDS: 1 }, async (payer, other) => {
      const foreign_id = "payer-of-many";
      const coins = Array.from({ length: 64 }, (_, number) => `COIN${number}`);
      const { path } = await payer.link({ foreign_id, mode: "address", coins });
      let taken = 0;
      gateway.does((request, response) =>
        response.end(
          JSON.stringify({ data: request.url.endsWith("/currencies/list") ? [] : { address: `A${(taken += 1)}` } }),
        ),
      );
      for (let round = 0; round < 2; round++) {
        const shown = await Promise.all(coins.map((coin) => payer.visit(path, { coin })));
        assert.deepEqual(new Set(shown.map(({ status }) => status)), new Set([200]));
        await sleep(1_000);
      }
      assert.equal(taken, 128);
      for (let id = 1; id <= 30; id++) {
        await callBack(other, settings, {
          id,
          type: "deposit",
          status: "confirmed",
          crypto_address: { currency: "COIN1", address: `A${id * 4}` },
        });
      }
      const status = await payer.visit(`${path}/status`);
      assert.equal(status.status, 200, status.text);
      assert.equal(status.text.split("<section").length, 21);
    });
  });
});

describe("without its settings, the checkout", () => {
  it("is off, and names the missing setting to holders of a token", async () => {
    const { path } = await payer.link();
    const { CHECKOUT_SECRETS, PUBLIC_ORIGIN, MERCHANT_NAME, ...rest } = complete();
    const off = await startWorker(rest);
    try {
      const caller = makeCaller(off, tokens.all);
      assertProblem(await caller.post("/v1/checkout-links", {}), {
        status: 503,
        code: "invalid_configuration",
        field: "CHECKOUT_SECRETS",
      });
      assertPayerError(await makePayer(off, tokens.all, ORIGIN).visit(path), 503, "invalid_configuration");
      gateway.does((request, response) =>
        response.end(request.url === "/api/ping" ? '{"message":"OK"}' : '{"data":[]}'),
      );
      const ready = await caller.get("/readyz", { authorization: `Bearer ${tokens.all}` });
      assert.equal(ready.status, 200, "a checkout that is off is no fault");
      assert.equal(ready.json.checks.find(({ name }) => name === "checkout").code, "not_configured");
    } finally {
      await off.stop();
    }
    await withDeployment({ PUBLIC_ORIGIN: "" }, async (_, other) => {
      const caller = makeCaller(other, tokens.all);
      assertProblem(await caller.post("/v1/checkout-links", {}), {
        status: 503,
        code: "invalid_configuration",
        field: "PUBLIC_ORIGIN",
      });
    });
  });
});

describe("afterwards", () => {
  it("only a fixed number of objects exist, and the log contains no token and no data of a payer", async () => {
    const { path, token } = await payer.link();
    gateway.answers(200, created("s"));
    await Promise.all(pages(path));
    const lines = await worker.log(1);
    for (const { route } of lines) assert.ok(route === null || !route.includes(token.slice(0, 8)), route);
    assert.ok(lines.some(({ route, status }) => route === "/c/{token}" && status === 200));
    for (const line of worker.output)
      for (const word of [token, "user-17", "shop.example", "pay.example", "USDTT", tokens.all])
        assert.ok(!line.includes(word), line);
    const objects = worker.databases().filter((file) => file.includes("CheckoutShard"));
    assert.ok(objects.length >= 1 && objects.length <= 16, worker.databases().join("\n"));
  });
});
