// Messages about settings for operators, and accepted spellings of settings.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
/** The answer to a payment if the settings are valid but allow no return_url. */
const NOT_ALLOWED = { status: 422, code: "return_url_not_allowed", field: "return_url" };
const HOLDER = { authorization: `Bearer ${tokens.all}` };
let gateway;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
});
beforeEach(() =>
  gateway.does(({ url }, response) => {
    const data = url.endsWith("/list") ? [] : { address: "T1" };
    response.end(JSON.stringify(url.endsWith("/ping") ? { message: "OK" } : { data }));
  }),
);
after(() => gateway?.close());

/** Runs a Worker with changed settings during a function. @param {object} changes */
async function withWorker(changes, work) {
  const all = { ...settings, CITRN_BASE_URL: gateway.baseUrl, ...changes };
  const worker = await startWorker(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
  try {
    return await work(makeCaller(worker, tokens.all), worker);
  } finally {
    await worker.stop();
  }
}

describe("the message about a missing secret", () => {
  for (const [name, value] of [
    ["CITRN_SECRET", undefined],
    ["CITRN_API_KEY", ""],
    ["WORKER_TOKENS", " "],
  ]) {
    it(`contains the complete command that sets it: ${name}`, async () => {
      await withWorker({ [name]: value }, async (caller) => {
        const { status, text } = await caller.get("/readyz");
        assert.equal(status, 503);
        assert.ok(text.includes(`npx wrangler secret put ${name} --env production`), text);
      });
    });
  }

  it("contains the command also if the checkout is off", async () => {
    await withWorker({ PUBLIC_ORIGIN: "https://pay.shop.example" }, async (caller) => {
      const link = { foreign_id: "a", return_url: "https://shop.example/", coins: ["USDTT"] };
      const { text } = await caller.post("/v1/checkout-links", link);
      assert.ok(text.includes("npx wrangler secret put CHECKOUT_SECRETS --env production"), text);
    });
  });
});

describe("an empty list of origins for return_url", () => {
  for (const value of ["", " ", " \n"]) {
    it(`is reported by /readyz, and addresses work: ${JSON.stringify(value)}`, async () => {
      await withWorker({ ALLOWED_RETURN_ORIGINS: value }, async (caller) => {
        const { status, json } = await caller.get("/readyz", HOLDER);
        const check = json.checks.find(({ name }) => name === "settings");
        assert.deepEqual([status, json.status, check.ok, check.code], [200, "ready", true, "not_configured"]);
        assert.match(check.detail, /^ALLOWED_RETURN_ORIGINS /);
        assert.equal((await caller.post("/v1/addresses", ADDRESS)).status, 200);
      });
    });
  }

  it("is not reported if there is an origin", async () => {
    await withWorker({}, async (caller) => {
      const { json } = await caller.get("/readyz", HOLDER);
      assert.deepEqual(
        json.checks.find(({ name }) => name === "settings"),
        { name: "settings", ok: true, return_origins: ["https://shop.example", "http://127.0.0.1:3000"] },
      );
    });
  });
});

describe("CITRN_BASE_URL", () => {
  for (const word of ["documented", "Documented", "DOCUMENTED", " Documented\n"]) {
    it(`is recognised as the documented hosts: ${JSON.stringify(word)}`, async () => {
      await withWorker({ CITRN_BASE_URL: word, ALLOWED_RETURN_ORIGINS: "" }, async (caller) => {
        // With a faulty setting, the request would not reach this check.
        assertProblem(await caller.post("/v1/payments", PAYMENT), NOT_ALLOWED);
      });
    });
  }

  for (const url of ["http://gateway.invalid/api", "http://10.255.255.1/api", "http://localhost.evil.invalid/api"]) {
    it(`may be plain http only with a setting that production refuses: ${url}`, async () => {
      const SWITCH = "CITRN_ALLOW_INSECURE_BASE_URL";
      const answer = (changes) => {
        const all = { CITRN_BASE_URL: url, ALLOWED_RETURN_ORIGINS: "", ...changes };
        return withWorker(all, (caller) => caller.post("/v1/payments", PAYMENT));
      };
      const refused = await answer({});
      assertProblem(refused, { status: 503, code: "invalid_configuration", field: "CITRN_BASE_URL" });
      assert.ok(refused.json.detail.includes(SWITCH), refused.json.detail);
      assertProblem(await answer({ [SWITCH]: "true" }), NOT_ALLOWED);
      const production = await answer({ [SWITCH]: "true", ENVIRONMENT: "production" });
      assertProblem(production, { status: 503, code: "invalid_configuration", field: SWITCH });
    });
  }
});

describe("a token that is restricted to routes", () => {
  const routes = {
    "GET /readyz": "details",
    "/readyz": "details",
    "POST /v1/addresses": "none",
    "/v1/callbacks": "none",
    "/v1/rates": "none",
  };
  for (const [route, expected] of Object.entries(routes)) {
    it(`receives ${expected === "details" ? "the details" : "no details"} of /readyz with ${route}`, async () => {
      const token = "t".repeat(40);
      const WORKER_TOKENS = JSON.stringify([{ name: "restricted", token, routes: [route] }]);
      await withWorker({ WORKER_TOKENS, ALLOWED_RETURN_ORIGINS: "" }, async (caller) => {
        const headers = { authorization: `Bearer ${token}`, "cf-connecting-ip": "203.0.113.7" };
        const { status, json } = await caller.get("/readyz", headers);
        assert.equal(status, 200);
        assert.equal(
          json.checks.some((check) => "detail" in check),
          expected === "details",
          JSON.stringify(json),
        );
      });
    });
  }

  it("may be restricted to a path, which allows all of its methods", async () => {
    const token = "t".repeat(40);
    const WORKER_TOKENS = JSON.stringify([{ name: "restricted", token, routes: ["/v1/payments", "/v1/callbacks"] }]);
    await withWorker({ WORKER_TOKENS, ALLOWED_RETURN_ORIGINS: "" }, async (caller) => {
      const headers = { authorization: `Bearer ${token}` };
      assert.equal((await caller.post("/v1/payments", PAYMENT, headers)).json.code, "return_url_not_allowed");
      assert.equal((await caller.get("/v1/callbacks", headers)).status, 200);
      assertProblem(await caller.get("/v1/rates", headers), { status: 403, code: "route_not_allowed" });
    });
  });
});
