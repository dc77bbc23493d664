// The OpenAPI description, the home page and llms.txt match the Worker's behaviour.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { inRoot } from "../../scripts/root.mjs";
import { ADDRESS, assertProblem, makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { checkoutSecret } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startMerchant } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
let gateway, merchant, worker, caller, contract, ajv;
/** The responses of the contract that were observed. */
const seen = new Set();

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  merchant = await startMerchant();
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: gateway.baseUrl,
    UPSTREAM_DEADLINE_MS: 4_000,
    MERCHANT_WEBHOOK_URL: merchant.url,
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    DELIVERY_BACKOFF_SCALE: "0.001",
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: "https://pay.shop.example",
  });
  caller = makeCaller(worker, tokens.all);
  contract = JSON.parse(await (await fetch(`${worker.url}/openapi.json`)).text());
  ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "contract", components: contract.components });
});
after(async () => {
  await worker?.stop();
  await merchant?.close();
  await gateway?.close();
});

const valid = (schema, value) => {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/');
  const check = ajv.compile(JSON.parse(text));
  return check(value) ? [] : check.errors;
};

/** Sends a request, and validates the answer against the contract's operation. */
async function request(method, path, { id = "", query = "", headers = {}, body = undefined } = {}) {
  const operation = contract.paths[path][method.toLowerCase()];
  const url = worker.url + path.replace(/{\w+}/, id) + query;
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${tokens.all}`, ...headers },
    body: typeof body === "object" ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  const documented = operation.responses[response.status];
  assert.ok(documented, `${method} ${path} answered ${response.status}, which the contract does not list: ${text}`);
  const [type] = response.headers.get("content-type").split(";");
  const media = documented.content[type];
  assert.ok(
    media,
    `${method} ${path} answered ${response.status} as ${type}, the contract lists ${Object.keys(documented.content)}`,
  );
  const value = /[/+]json$/.test(type) ? JSON.parse(text) : text;
  assert.deepEqual(valid(media.schema, value), [], text);
  if (value.code)
    assert.ok(
      documented.description.includes(`\`${value.code}\``) ||
        value.type.endsWith("#gateway-refusals") ||
        response.status >= 502,
      `${value.code} is not in: ${documented.description}`,
    );
  seen.add(`${method} ${path} ${response.status}`);
  return { status: response.status, json: value };
}

describe("the contract", () => {
  it("is OpenAPI 3.1 and lists exactly the existing routes", async () => {
    assert.match(contract.openapi, /^3\.1\./);
    for (const [path, operations] of Object.entries(contract.paths)) {
      for (const method of METHODS) {
        const response = await fetch(worker.url + path.replace(/{\w+}/, "x"), { method });
        await response.arrayBuffer();
        assert.equal(
          response.status === 405,
          !Object.hasOwn(operations, method.toLowerCase()),
          `${method} ${path}: ${response.status}`,
        );
        // Without a link, the checkout's paths answer 404.
        assert.equal(response.status === 404, path.startsWith("/c/") && response.status !== 405, `${method} ${path}`);
        const open =
          operations[method.toLowerCase()]?.security.every((one) => Object.keys(one).length > 0) &&
          operations[method.toLowerCase()].security.length > 0;
        if (open) assert.equal(response.status, 401, `${method} ${path} without a token`);
      }
    }
    assertProblem(await caller.get("/v2"), { status: 404, code: "not_found" });
  });

  it("describes creations", async () => {
    gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s", address: "T1", tag: 7 } });
    assert.equal(
      (await request("POST", "/v1/payments", { body: PAYMENT, headers: { "idempotency-key": "k" } })).status,
      201,
    );
    assert.equal((await request("POST", "/v1/addresses", { body: { ...ADDRESS, convert_to: "EUR" } })).status, 200);
    const requestOf = (path) => contract.paths[path].post.requestBody.content["application/json"].schema;
    for (const [path, body] of [
      ["/v1/payments", PAYMENT],
      ["/v1/addresses", ADDRESS],
      ["/v1/addresses", { ...ADDRESS, convert_to: null }],
      ["/v1/payments", { ...PAYMENT, amount: "1" }],
      ["/v1/payments", { coin_name: "USDTT", return_url: PAYMENT.return_url }],
      ["/v1/addresses", { ...ADDRESS, currency: 1 }],
    ]) {
      const { status } = await request("POST", path, { body });
      assert.equal(status < 300, valid(requestOf(path), body).length === 0, JSON.stringify(body));
    }
    const other = await request("POST", "/v1/payments", {
      body: { ...PAYMENT, foreign_id: "user-18" },
      headers: { "idempotency-key": "k" },
    });
    assert.deepEqual([other.status, other.json.code], [422, "idempotency_key_reused"]);
    for (const [status, body, expected] of [
      [400, { error_code: "coin_not_found" }, 422],
      [400, { error_code: "duplication_request" }, 409],
      [500, "oops", 502],
      [429, {}, 503],
    ]) {
      gateway.answers(status, body);
      assert.equal((await request("POST", "/v1/payments", { body: PAYMENT })).status, expected);
    }
    gateway.does(() => {});
    assert.equal((await request("POST", "/v1/payments", { body: PAYMENT })).status, 504);
    for (const [options, status] of [
      [{ body: PAYMENT, headers: { authorization: "" } }, 401],
      [{ body: "x" }, 400],
      [{ body: " ".repeat(20_000) }, 413],
    ]) {
      assert.equal((await request("POST", "/v1/payments", options)).status, status);
    }
    const narrow = { headers: { authorization: `Bearer ${tokens.addresses}` } };
    assert.equal((await request("POST", "/v1/payments", { body: PAYMENT, ...narrow })).status, 403);
  });

  it("describes the catalogue", async () => {
    gateway.does((request, response) =>
      response.end(request.url === "/api/rates" ? '{"BTCUSDT":"1.5"}' : '{"data":[{"currency":"USDTT"}]}'),
    );
    for (const path of ["/v1/currencies", "/v1/rates"]) assert.equal((await request("GET", path)).status, 200);
  });

  it("describes the checkout", async () => {
    const link = { foreign_id: "user-17", return_url: PAYMENT.return_url, coins: ["USDTT"] };
    const schema = contract.paths["/v1/checkout-links"].post.requestBody.content["application/json"].schema;
    for (const [body, isValid] of [
      [link, true],
      [{ foreign_id: "user-17", return_url: PAYMENT.return_url }, true],
      [{ ...link, mode: "both", convert_to: "EUR", expires_in: 60 }, true],
      [{ ...link, mode: "any" }, false],
      [{ ...link, expires_in: 0 }, false],
      [{ ...link, expires_in: "60" }, false],
      [{ ...link, expires_in: 2_592_001 }, false],
      [{ ...link, coins: [] }, false],
      [{ ...link, coins: ["A", "A"] }, false],
      [{ ...link, coins: ["usdtt"] }, false],
      [{ ...link, coins: "A" }, false],
      [{ ...link, amount: "1" }, false],
      [{ foreign_id: "user-17" }, false],
    ]) {
      const { status } = await request("POST", "/v1/checkout-links", { body });
      assert.deepEqual(
        [status, valid(schema, body).length === 0],
        [isValid ? 201 : 422, isValid],
        JSON.stringify(body),
      );
    }
    assert.equal(
      (await request("POST", "/v1/checkout-links", { body: { ...link, mode: "redirect", convert_to: "EUR" } })).status,
      422,
    );
    const { json } = await request("POST", "/v1/checkout-links", { body: link });
    const id = json.url.split("/c/")[1];
    const form = { "content-type": "application/x-www-form-urlencoded" };
    gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s" } });
    assert.equal((await request("GET", "/c/{token}", { id })).status, 200);
    assert.equal((await request("POST", "/c/{token}", { id, body: "coin=USDTT", headers: form })).status, 200);
    assert.equal((await request("GET", "/c/{token}/status", { id })).status, 200);
    const headers = { accept: "application/json" };
    assert.deepEqual((await request("GET", "/c/{token}/status", { id, headers })).json.deposits, []);
    for (const accept of ["text/html", "application/json"]) {
      const headers = { ...form, accept };
      assert.equal((await request("POST", "/c/{token}", { id, body: "coin=BTC", headers })).status, 422);
      for (const [method, path] of [
        ["GET", "/c/{token}"],
        ["POST", "/c/{token}"],
        ["GET", "/c/{token}/status"],
      ]) {
        assert.equal(
          (await request(method, path, { id: "x", headers, ...(method === "POST" ? { body: "coin=BTC" } : {}) }))
            .status,
          404,
        );
      }
    }
  });

  it("describes callbacks", async () => {
    for (const body of ['{"id":17,"status":"confirmed"}', "not JSON"]) {
      const signature = createHmac("sha512", settings.CITRN_SECRET).update(body).digest("hex");
      assert.equal(
        (await request("POST", "/callbacks", { body, headers: { "x-process-signature": signature } })).status,
        200,
      );
    }
    await merchant.taken(2);
    assert.equal((await request("POST", "/callbacks", { body: "{}" })).status, 401);
    const { json } = await request("GET", "/v1/callbacks");
    assert.equal(json.data.length, 2);
    await request("GET", "/v1/callbacks", {
      query: "?order=delivery&since=2026-11-26&type=deposit&foreign_id=user-17",
    });
    assert.equal((await request("GET", "/v1/deposits", { query: "?foreign_id=user-17" })).status, 200);
    assert.equal((await request("GET", "/v1/deposits")).status, 422);
    assert.equal((await request("GET", "/v1/callbacks", { query: "?limit=0" })).status, 422);
    const headers = { accept: "application/x-ndjson" };
    for (const [path, query] of [
      ["/v1/callbacks", ""],
      ["/v1/deposits", "?foreign_id=user-17"],
    ]) {
      const { json: lines } = await request("GET", path, { headers, query });
      assert.match(lines, /\{"end":true,"next":"[\w.]+","has_more":false\}\n$/);
    }
    const id = json.data[0].id;
    const filter = JSON.stringify({ since: "2026-01-01", dry_run: true });
    assert.equal((await request("POST", "/v1/callbacks/redeliver", { body: filter })).status, 202);
    assert.equal((await request("POST", "/v1/callbacks/redeliver", { body: "{}" })).status, 422);
    assert.equal((await request("DELETE", "/v1/callbacks", { query: "?foreign_id=user-17" })).status, 200);
    assert.equal((await request("DELETE", "/v1/callbacks")).status, 422);
    assert.equal((await request("POST", "/v1/callbacks/{id}/redeliver", { id })).status, 202);
    assert.equal((await request("DELETE", "/v1/callbacks/{id}", { id })).status, 200);
    assert.equal((await request("POST", "/v1/callbacks/{id}/redeliver", { id })).status, 409);
    assert.equal((await request("GET", "/v1/callbacks")).json.data.find((event) => event.id === id).callback, null);
    for (const [method, path] of [
      ["POST", "/v1/callbacks/{id}/redeliver"],
      ["DELETE", "/v1/callbacks/{id}"],
    ]) {
      assert.equal((await request(method, path, { id: "nothing" })).status, 404);
    }
  });

  it("describes the other routes", async () => {
    gateway.does((request, response) => response.end(request.url === "/api/ping" ? '{"message":"OK"}' : '{"data":[]}'));
    await worker.restart();
    for (const path of ["/healthz", "/openapi.json", "/llms.txt", "/", "/readyz"])
      assert.equal((await request("GET", path)).status, 200);
    await worker.restart();
    gateway.answers(500, "oops");
    assert.equal((await request("GET", "/readyz")).status, 503);
  });

  it("lists only successful responses that these tests observed", () => {
    for (const [path, operations] of Object.entries(contract.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const status of Object.keys(responses)) {
          if (Number(status) < 300)
            assert.ok(seen.has(`${method.toUpperCase()} ${path} ${status}`), `${method} ${path} ${status}`);
        }
      }
    }
  });
});

describe("the home page", () => {
  it("shows the routes, the readiness and an example, and no secret", async () => {
    const response = await fetch(`${worker.url}/`);
    const text = await response.text();
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(
      response.headers.get("content-security-policy"),
      /^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'$/,
    );
    for (const path of Object.keys(contract.paths)) assert.ok(text.includes(path), path);
    assert.match(text, /not ready/);
    assert.match(text, /curl /);
    for (const secret of [settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, "CITRN_"])
      assert.ok(!text.includes(secret));
  });
});

it("the guide for coding agents is the llms.txt of the repository", async () => {
  const response = await fetch(`${worker.url}/llms.txt`);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(await response.text(), readFileSync(inRoot("llms.txt"), "utf8"));
});
