// Missing and malformed settings, and readiness with valid ones.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const GATEWAY = { apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET };
const SECRETS = [settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, tokens.addresses];
const complete = { ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" };

/** Runs a Worker with changed settings during a function. */
async function withWorker(changes, work) {
  const changed = Object.fromEntries(
    Object.entries({ ...complete, ...changes }).filter(([, value]) => value !== undefined),
  );
  const worker = await startWorker(changed);
  try {
    const caller = makeCaller(worker, tokens.all);
    await work(caller, worker);
    await worker.log(1);
    caller.assertNotDisclosed(SECRETS);
  } finally {
    await worker.stop();
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a missing or malformed setting is a 503 that names it", () => {
  for (const [name, value, path = "/v1/payments"] of [
    ["WORKER_TOKENS", undefined],
    ["WORKER_TOKENS", "not JSON"],
    ["WORKER_TOKENS", [{ name: "short", token: "only-31-characters-is-too-short" }]],
    ["CITRN_API_KEY", undefined, "/v1/addresses"],
    ["CITRN_API_KEY", "two words"],
    ["CITRN_SECRET", undefined],
    ["CITRN_SECRET", "", "/v1/addresses"],
    ["CITRN_BASE_URL", undefined, "/v1/addresses"],
    ["CITRN_BASE_URL", "gateway.example/api"],
    ["CITRN_BASE_URL", "http://gateway.example/api"],
    ["ALLOWED_RETURN_ORIGINS", undefined],
    ["ALLOWED_RETURN_ORIGINS", "https://shop.example/thanks"],
    ["UPSTREAM_DEADLINE_MS", "soon"],
    ["UPSTREAM_DEADLINE_MS", 0, "/v1/addresses"],
    ["UPSTREAM_DEADLINE_MS", { ms: 5 }],
    ["CITRN_SECRET", "abc\n"],
    ["CITRN_SECRET", "\u00a0abc", "/v1/addresses"],
    ["CITRN_API_KEY", "\ufeffkey"],
    ["CITRN_BASE_URL", "document"],
    ["CITRN_ALLOW_INSECURE_BASE_URL", "yes"],
  ]) {
    it(`${name} ${value === undefined ? "not set" : `= ${JSON.stringify(value)}`}`, async () => {
      await withWorker({ [name]: value }, async (caller, worker) => {
        const answer = await caller.post(path, path === "/v1/payments" ? PAYMENT : ADDRESS);
        assertProblem(answer, { status: 503, code: "invalid_configuration", field: name });
        assert.match(answer.json.detail, new RegExp(`^${name} `));
        assert.equal((await worker.log(1))[0].setting, name);
        assert.equal((await caller.get("/healthz")).status, 200);
        const ready = await caller.get("/readyz");
        assertProblem(ready, { status: 503, code: "not_ready", retryable: true });
        assert.match(ready.json.checks[0].detail, new RegExp(`^${name} `));
      });
    });
  }

  it("all settings together", async () => {
    const names = Object.keys(complete).filter((name) => name !== "UPSTREAM_DEADLINE_MS");
    await withWorker(Object.fromEntries(Object.keys(complete).map((name) => [name, undefined])), async (caller) => {
      const { json } = await caller.get("/readyz");
      for (const name of names) assert.ok(json.checks[0].detail.includes(`${name} is not set`), json.checks[0].detail);
    });
  });
});

describe("the names of settings", () => {
  it("are shown only on this machine and to holders of a token", async () => {
    await withWorker({ CITRN_SECRET: undefined }, async (caller) => {
      const outside = { "cf-connecting-ip": "203.0.113.7" };
      for (const headers of [outside, { ...outside, authorization: `Bearer ${tokens.addresses}` }]) {
        const { status, text, json } = await caller.get("/readyz", headers);
        assert.equal(status, 503);
        assert.ok(!text.includes("CITRN_SECRET"), text);
        assert.deepEqual(json.checks, [
          { name: "settings", ok: false, code: "invalid_configuration" },
          { name: "rate_limits", ok: true },
        ]);
      }
      assertProblem(await caller.get("/readyz", { authorization: `Bearer ${"x".repeat(48)}` }), {
        status: 401,
        code: "token_unknown",
      });
      for (const headers of [{}, { ...outside, authorization: `Bearer ${tokens.all}` }]) {
        assert.match((await caller.get("/readyz", headers)).text, /CITRN_SECRET is not set/);
      }
      // The routes name no setting to callers without a token either.
      assertProblem(await caller.post("/v1/payments", PAYMENT, { authorization: "" }), {
        status: 401,
        code: "token_required",
      });
    });
  });
});

describe("settings in another form", () => {
  it("numbers and lists in a configuration file are read like text", async () => {
    const gateway = await startGateway(GATEWAY);
    gateway.answers(200, { data: { address: "T1" } });
    const changes = {
      CITRN_BASE_URL: `${gateway.baseUrl}/`,
      UPSTREAM_DEADLINE_MS: 900,
      WORKER_TOKENS: JSON.parse(settings.WORKER_TOKENS),
    };
    await withWorker(changes, async (caller) => {
      assert.equal((await caller.post("/v1/addresses", ADDRESS)).status, 200);
      assert.equal(gateway.received()[0].url, "/api/addresses/take");
    });
    await gateway.close();
  });

  it("an empty list of origins refuses every payment and names the setting", async () => {
    await withWorker({ ALLOWED_RETURN_ORIGINS: "" }, async (caller) => {
      const answer = await caller.post("/v1/payments", PAYMENT);
      assertProblem(answer, { status: 422, code: "return_url_not_allowed", field: "return_url" });
      assert.match(answer.json.detail, /ALLOWED_RETURN_ORIGINS lists no origin/);
    });
  });
});

describe("readiness", () => {
  let gateway;
  before(async () => {
    gateway = await startGateway(GATEWAY);
  });
  after(() => gateway.close());

  const wellBehaved = (request, response) => {
    if (request.url === "/api/ping") return void response.end('{"message":"OK"}');
    if (!gateway.isSigned(request))
      return void response.writeHead(403).end('{"error":"Bad key header","code":"bad_header_key"}');
    response.end('{"data":[{"currency":"USDTT","type":"crypto","balance":"0.00000000"}]}');
  };

  it("makes a ping and one signed read for all requests within ten seconds", async () => {
    gateway.does((request, response) => setTimeout(() => wellBehaved(request, response), 100));
    await withWorker({ CITRN_BASE_URL: gateway.baseUrl }, async (caller) => {
      const outside = { "cf-connecting-ip": "203.0.113.7" };
      const answers = await Promise.all(Array.from({ length: 20 }, () => caller.get("/readyz", outside)));
      answers.push(await caller.get("/readyz", outside));
      for (const { status, json } of answers) {
        assert.equal(status, 200);
        assert.deepEqual(json, {
          status: "ready",
          checks: ["settings", "gateway", "credentials", "rate_limits"].map((name) => ({ name, ok: true })),
        });
      }
      const calls = gateway.received().map(({ method, url }) => `${method} ${url}`);
      assert.deepEqual(calls.sort(), ["GET /api/ping", "POST /api/accounts/list"]);
    });
  });

  it("lets a caller without a token wait at most a second for a gateway that hangs, and checks it once", async () => {
    gateway.received();
    gateway.does(() => {});
    await withWorker({ CITRN_BASE_URL: gateway.baseUrl, UPSTREAM_DEADLINE_MS: 4000 }, async (caller, worker) => {
      const timed = async (path) => {
        const began = performance.now();
        const response = await fetch(worker.url + path);
        return { status: response.status, text: await response.text(), ms: performance.now() - began };
      };
      const answers = await Promise.all(Array.from({ length: 30 }, (_, number) => timed(number % 2 ? "/" : "/readyz")));
      for (const { status, text, ms } of answers) {
        assert.equal(status, 503);
        assert.match(text, /checking|being checked/);
        assert.ok(ms > 800 && ms < 4_000, `${ms} ms`);
      }
      assert.equal(gateway.received().length, 2);
      // The check continues after its callers timed out, and the next caller receives its result.
      await sleep(3_500);
      const { json } = await caller.get("/readyz");
      assert.deepEqual(
        json.checks.slice(1, 3).map(({ code }) => code),
        ["timeout", "timeout"],
      );
      assert.equal(gateway.received().length, 0);
    });
  });

  it("resumes every waiter as soon as the shared check has its result", async () => {
    gateway.received();
    gateway.does((request, response) => setTimeout(() => wellBehaved(request, response), 300));
    await withWorker({ CITRN_BASE_URL: gateway.baseUrl, UPSTREAM_DEADLINE_MS: 20_000 }, async (caller, worker) => {
      const began = performance.now();
      // The first of the aborted requests started the check.
      const lost = Promise.allSettled(
        Array.from({ length: 10 }, () => fetch(`${worker.url}/readyz`, { signal: AbortSignal.timeout(100) })),
      );
      // Holders of a token wait until the deadline.
      const holder = { authorization: `Bearer ${tokens.all}` };
      const answers = await Promise.all(Array.from({ length: 20 }, () => caller.get("/readyz", holder)));
      assert.equal((await lost).filter(({ status }) => status === "rejected").length, 10);
      assert.ok(
        worker.output.every((line) => line.startsWith("{")),
        worker.output.join("\n"),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`);
      assert.equal(gateway.received().length, 2);
    });
  });

  it("reports to holders of a token that no payment is allowed", async () => {
    gateway.does(wellBehaved);
    await withWorker({ CITRN_BASE_URL: gateway.baseUrl, ALLOWED_RETURN_ORIGINS: "" }, async (caller) => {
      const { status, json } = await caller.get("/readyz", { authorization: `Bearer ${tokens.all}` });
      const { detail, ...check } = json.checks.find(({ name }) => name === "settings");
      assert.deepEqual(
        [status, check],
        [200, { name: "settings", ok: true, code: "not_configured", return_origins: [] }],
      );
      assert.match(detail, /^ALLOWED_RETURN_ORIGINS /);
    });
  });

  it("distinguishes a wrong key from an unreachable gateway", async () => {
    gateway.does(wellBehaved);
    await withWorker({ CITRN_BASE_URL: gateway.baseUrl, CITRN_SECRET: "some-other-secret" }, async (caller, worker) => {
      const answer = await caller.get("/readyz");
      assertProblem(answer, { status: 503, code: "not_ready", retryable: true });
      assert.deepEqual(
        answer.json.checks.map(({ name, ok, code }) => [name, ok, code]),
        [
          ["settings", true, undefined],
          ["gateway", true, undefined],
          ["credentials", false, "authentication_failed"],
          ["rate_limits", true, "not_bound"],
        ],
      );
      assert.deepEqual((await worker.log(1))[0].failed_checks, ["credentials"]);
    });
    await withWorker({}, async (caller) => {
      const { json } = await caller.get("/readyz", { "cf-connecting-ip": "203.0.113.7" });
      assert.deepEqual(json.checks.slice(1, 3), [
        { name: "gateway", ok: false, code: "network_error" },
        { name: "credentials", ok: false, code: "network_error" },
      ]);
    });
  });
});
