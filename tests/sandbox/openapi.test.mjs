// openapi/gateway.json, as the sandbox serves it: what the sandbox answers and sends matches it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { inRoot } from "../../scripts/root.mjs";
import { data, get, merchantFor, post, sandboxFor, withdrawal } from "./gateway.mjs";

const committed = JSON.parse(readFileSync(inRoot("openapi", "gateway.json"), "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: "gateway", components: committed.components });

/** Returns what is wrong with a value under a schema of the description. */
function errors(schema, value) {
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"gateway#/components/')));
  return check(value) ? [] : check.errors;
}

/** Asserts that an answer matches the description of its endpoint. */
function assertDescribed(path, { status, headers, json, text }) {
  const operation = Object.values(committed.paths[path]).find(({ responses }) => responses);
  const response =
    operation.responses[status] ?? (status >= 400 && status < 500 ? operation.responses["4XX"] : undefined);
  assert.ok(response, `${path} answered ${status}, which the description does not have: ${text}`);
  const { content } = response.$ref ? committed.components.responses[response.$ref.split("/").at(-1)] : response;
  assert.equal(headers.get("content-type"), "application/json");
  assert.deepEqual(errors(content["application/json"].schema, json), [], text);
}

describe("/_sandbox/openapi.json", () => {
  it("is the committed description, with the sandbox as its only server", async (t) => {
    const sandbox = await sandboxFor(t);
    const response = await fetch(`${sandbox.url}/_sandbox/openapi.json`);
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/json"]);
    const text = await response.text();
    const { servers, paths, ...rest } = JSON.parse(text);
    assert.deepEqual(servers, [{ url: sandbox.baseUrl }]);
    assert.doesNotMatch(text, /"servers":.*"servers":|https:\/\/app\.citrn/);
    const { servers: real, paths: committedPaths, ...committedRest } = committed;
    assert.equal(real.length, 1);
    assert.deepEqual(rest, committedRest);
    for (const [path, { servers: _, ...item }] of Object.entries(committedPaths)) assert.deepEqual(paths[path], item);
    assert.deepEqual(Object.keys(paths), Object.keys(committedPaths));
    const list = await (await fetch(`${sandbox.url}/_sandbox/`)).text();
    assert.match(list, /GET \/_sandbox\/openapi\.json/);
  });

  it("names both hosts of Citron's documentation", () => {
    const hosts = Object.values(committed.paths).map(({ servers = committed.servers }) => new URL(servers[0].url).host);
    assert.deepEqual(new Set(hosts), new Set(["app.citrn.io", "app.citrn.com"]));
  });
});

describe("the description of the gateway", () => {
  let endpoints;
  before(() => {
    endpoints = JSON.parse(readFileSync(inRoot("api.json"), "utf8")).endpoints;
  });

  it("has exactly the endpoints of the table, with their parameters", () => {
    assert.match(committed.openapi, /^3\.1\./);
    const described = Object.entries(committed.paths).map(([path, item]) => {
      const [method, operation] = Object.entries(item).find(([name]) => name !== "servers");
      const schema = operation.requestBody?.content["application/json"].schema;
      const names = Object.keys(schema?.properties ?? {}).sort();
      return [operation.operationId, method.toUpperCase(), path, names, (schema?.required ?? []).toSorted()];
    });
    const expected = endpoints.map(({ name, method, path, parameters }) => {
      const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
      return [name, method, path, parameters.map((parameter) => parameter.name).sort(), required.sort()];
    });
    assert.deepEqual(described.sort(), expected.sort());
  });

  it("matches a success of every endpoint", async (t) => {
    const sandbox = await sandboxFor(t);
    await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
    const seen = new Set();
    const check = async (path, body) => {
      const answer = body ? await post(sandbox, path.slice(1), body) : await get(sandbox, path.slice(1));
      assert.equal(answer.status, 200, answer.text);
      assertDescribed(path, answer);
      seen.add(path);
      return answer.json.data;
    };
    await check("/ping");
    await check("/rates");
    for (const path of ["/balances", "/currencies/list", "/currencies/pairs", "/currencies/rates", "/accounts/list"])
      await check(path, {});
    await check("/addresses/take", { foreign_id: "user-17", currency: "XRP", convert_to: "EUR" });
    await check("/withdrawal/crypto", withdrawal());
    const quote = { from_coin: "USDTT", to_coin: "BTC", request_amount: "400", request_coin: "USDTT" };
    const { quote_id } = await check("/exchange/create-quota", quote);
    await check("/exchange/make-exchange", { quote_id });
    const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
    await check("/payments/create-payment", payment);
    assert.deepEqual(seen, new Set(Object.keys(committed.paths)));
  });

  it("matches every kind of refusal", async (t) => {
    const sandbox = await sandboxFor(t);
    const path = "/withdrawal/crypto";
    const refused = async (expected, body, headers) => {
      const answer = await post(sandbox, path.slice(1), body, headers);
      assert.match(answer.text, expected);
      assertDescribed(path, answer);
    };
    await refused(/"error_code":"balance_not_enough"/, withdrawal());
    await refused(/"error_code":"invalid_address"/, withdrawal({ address: "x" }));
    await refused(/"errors":{"foreign_id"/, withdrawal({ foreign_id: "" }));
    await refused(/"code":"bad_header_key"/, withdrawal(), { "X-Process-Key": "x" });
    await refused(/"code":"bad_header_signature"/, withdrawal(), { "X-Process-Signature": "x" });
    await refused(/"code":"bad_content_format"/, "{");
  });

  it("matches the callbacks of a deposit and a withdrawal", async (t) => {
    const { url, received } = await merchantFor(t);
    const sandbox = await sandboxFor(t, { callbackUrl: url });
    await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
    const { address } = await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "BTC" });
    await sandbox.deposits.create({ address, amount: "0.1", confirmed: true });
    const { id } = await data(sandbox, "withdrawal/crypto", withdrawal());
    await sandbox.withdrawals.confirm(id);
    assert.deepEqual(new Set(received.map(({ json }) => json.type)), new Set(["deposit", "withdrawal"]));
    for (const { json, body } of received)
      assert.deepEqual(errors({ $ref: "#/components/schemas/Callback" }, json), [], body);
  });
});
