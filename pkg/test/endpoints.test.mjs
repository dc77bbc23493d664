// The exact request of each method, checked against the endpoint table and Node's HMAC.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, hmac, json, secret, startGateway } from "./gateway.mjs";

const { endpoints } = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));

/** Values that are harder to encode than the table's examples, by rule. */
const VALUES = {
  foreign_id: 'user-17 \u00e9\ud83d\ude00"\\/',
  amount: "0.010000000000000001",
  return_url: "https://shop.example/thanks?order=1&x=%20",
};

/** Returns the first committed example of an endpoint's reply. */
function replyOf(name) {
  const folder = new URL(`../../tests/replies/${name}/`, import.meta.url);
  const [first] = readdirSync(folder)
    .filter((file) => file.endsWith(".body"))
    .sort();
  return readFileSync(new URL(first, folder), "utf8");
}

const methodOf = (citrn, name) => name.split(".").reduce((object, key) => object[key], citrn);

/** Returns all parameters in the reverse of the table's order, since the caller's order must not matter. */
const parametersOf = (endpoint, filter = () => true) =>
  Object.fromEntries(
    endpoint.parameters
      .filter(filter)
      .map(({ name, rule, example }) => [name, VALUES[rule] ?? example])
      .reverse(),
  );

/** Returns the bytes that must be sent: the table's order, and JSON as JSON.stringify writes it. */
const bodyOf = (endpoint, parameters) =>
  JSON.stringify(
    Object.fromEntries(
      endpoint.parameters.filter(({ name }) => name in parameters).map(({ name }) => [name, parameters[name]]),
    ),
  );

describe("every method", () => {
  let gateway;
  let citrn;
  let reply;
  before(async () => {
    gateway = await startGateway((_request, response) => json(response, 200, reply));
    // The example replies have other customers and currencies than these calls.
    citrn = new Citrn({ apiKey, secret, baseUrl: gateway.baseUrl, allowOtherCurrency: true });
  });
  after(() => gateway.close());

  test("the endpoint table and the client have the same methods", () => {
    const methods = [];
    for (const [namespace, value] of Object.entries(citrn)) {
      if (typeof value === "function") methods.push(namespace);
      else if (namespace !== "callbacks") methods.push(...Object.keys(value).map((name) => `${namespace}.${name}`));
    }
    assert.deepEqual(methods.sort(), endpoints.map(({ name }) => name).sort());
  });

  for (const endpoint of endpoints) {
    for (const [what, filter] of [
      ["all parameters", () => true],
      ["only required parameters", ({ required }) => required],
    ]) {
      test(`${endpoint.name} with ${what}`, async () => {
        const parameters = parametersOf(endpoint, filter);
        reply = replyOf(endpoint.name);
        gateway.requests.length = 0;
        const options = { timeoutMs: 5000 };
        const got = await methodOf(
          citrn,
          endpoint.name,
        )(...(endpoint.parameters.length > 0 ? [parameters, options] : [options]));

        assert.equal(gateway.requests.length, 1);
        const [{ method, path, headers, body }] = gateway.requests;
        assert.equal(method, endpoint.method);
        assert.equal(path, `/api${endpoint.path}`);
        assert.equal(headers["content-type"], "application/json");
        assert.equal(body.toString(), endpoint.method === "GET" ? "" : bodyOf(endpoint, parameters));
        assert.equal(headers["x-process-key"], endpoint.signed ? apiKey : undefined);
        assert.equal(headers["x-process-signature"], endpoint.signed ? hmac(secret, body) : undefined);
        for (const absent of ["authorization", "cookie"]) assert.equal(headers[absent], undefined);

        assert.equal(got.httpStatus, 200);
        assert.equal(got.raw, reply);
        assert.ok(!Object.keys(got).includes("raw"));
        for (const { name, required } of endpoint.reply.fields) {
          assert.ok(name in got, `the reply has ${name}`);
          if (required) assert.notEqual(got[name], null);
        }
      });
    }

    test(`${endpoint.name} goes to the documented URL`, async () => {
      const urls = [];
      const fetch = async (url, init) => {
        urls.push([init.method, url]);
        return new Response(replyOf(endpoint.name));
      };
      await methodOf(
        new Citrn({ apiKey, secret, fetch, allowOtherCurrency: true }),
        endpoint.name,
      )(...(endpoint.parameters.length > 0 ? [parametersOf(endpoint)] : []));
      assert.deepEqual(urls, [[endpoint.method, endpoint.url]]);
    });
  }

  test("baseUrl as { io, com } replaces each host", async () => {
    const urls = [];
    const fetch = async (url) => {
      urls.push(url);
      return new Response(replyOf(urls.length === 1 ? "ping" : "payments.create"));
    };
    const both = new Citrn({
      apiKey,
      secret,
      fetch,
      baseUrl: { io: "https://io.example/a/", com: "https://com.example/b" },
    });
    await both.ping();
    await both.payments.create({ foreign_id: "u", coin_name: "BTC", return_url: "https://shop.example/" });
    assert.deepEqual(urls, ["https://io.example/a/ping", "https://com.example/b/payments/create-payment"]);
  });

  test("signGets signs an empty body", async () => {
    reply = replyOf("ping");
    gateway.requests.length = 0;
    await new Citrn({ apiKey, secret, baseUrl: gateway.baseUrl, signGets: true }).ping();
    assert.equal(gateway.requests[0].headers["x-process-key"], apiKey);
    assert.equal(gateway.requests[0].headers["x-process-signature"], hmac(secret, ""));
  });
});

describe("replies", () => {
  const reading = (body, status = 200) =>
    new Citrn({ apiKey, secret, maxRetries: 0, fetch: async () => new Response(body, { status }) });

  test("amounts and ids keep every digit, tag is read as memo, and unknown fields are passed on", async () => {
    const body = '{"data":{"id":12345678901234567890,"address":"bc1q","tag":7,"shard":{"n":1.50}}}';
    const reply = await reading(body, 201).addresses.take({ foreign_id: "u", currency: "BTC" });
    assert.equal(reply.id, "12345678901234567890");
    assert.equal(reply.memo, "7");
    assert.deepEqual(reply.shard, { n: "1.50" });
    assert.equal(reply.httpStatus, 201);
    assert.equal(reply.raw, body);
    assert.equal("raw" in JSON.parse(JSON.stringify(reply)), false);
  });

  test("amounts that the gateway writes as numbers are returned as text", async () => {
    const { data } = await reading('{"data":{"BTC":0.10000000000000000001}}').balances.list();
    assert.equal(data[0].balance, "0.10000000000000000001");
    assert.equal(data[0].currency, "BTC");
  });

  test("a field named __proto__ does not change the prototype", async () => {
    const reply = await reading(
      '{"data":{"address":"bc1q","__proto__":{"httpStatus":1,"polluted":true}}}',
    ).addresses.take({
      foreign_id: "u",
      currency: "BTC",
    });
    assert.equal(Object.getPrototypeOf(reply), Object.prototype);
    assert.equal(reply.polluted, undefined);
    assert.equal({}.polluted, undefined);
    assert.equal(reply.httpStatus, 200);
  });

  test("fields named raw, httpStatus or status do not replace the client's own", async () => {
    const reply = await reading(
      '{"data":{"id":1,"status":"processing","httpStatus":"x","raw":"y"}}',
    ).exchange.makeExchange({ quote_id: "q" });
    assert.equal(reply.status, "processing");
    assert.equal(reply.httpStatus, 200);
    assert.match(reply.raw, /^\{"data"/);
  });

  test("rates are returned unchanged", async () => {
    assert.deepEqual((await reading('[{"a":1}]').rates.list()).data, [{ a: 1 }]);
    assert.deepEqual((await reading('{"data":{"BTCUSDT":"1.0"}}').rates.list()).data, { BTCUSDT: "1.0" });
  });

  test("ping also accepts a reply that is bare text, as in the CoinsPaid family", async () => {
    assert.equal((await reading("OK").ping()).message, "OK");
  });
});

describe("request", () => {
  const capture = () => {
    const calls = [];
    const fetch = async (url, init) => {
      calls.push({
        url,
        method: init.method,
        headers: init.headers,
        body: init.body && Buffer.from(init.body).toString(),
      });
      return new Response('{"data":[1,2],"meta":3}');
    };
    return { calls, citrn: new Citrn({ apiKey, secret, fetch }) };
  };

  test("signs and sends the exact output of JSON.stringify", async () => {
    const { calls, citrn } = capture();
    const reply = await citrn.request("/v3/new-thing", { z: "1", a: [true, null, { b: "é" }] });
    assert.deepEqual(reply.data, [1, 2]);
    assert.equal(reply.raw, '{"data":[1,2],"meta":3}');
    const body = '{"z":"1","a":[true,null,{"b":"é"}]}';
    assert.equal(calls[0].url, "https://app.citrn.io/api/v3/new-thing");
    assert.equal(calls[0].method, "POST");
    assert.equal(calls[0].body, body);
    assert.equal(calls[0].headers["X-Process-Signature"], hmac(secret, body));
  });

  test("a known path keeps its host and its method", async () => {
    const { calls, citrn } = capture();
    await citrn.request("payments/create-payment", { foreign_id: "u" });
    await citrn.request("/rates");
    assert.equal(calls[0].url, "https://app.citrn.com/api/payments/create-payment");
    assert.deepEqual(
      [calls[1].url, calls[1].method, calls[1].body],
      ["https://app.citrn.io/api/rates", "GET", undefined],
    );
    assert.equal(calls[1].headers["X-Process-Signature"], undefined);
  });

  test("without parameters posts {}", async () => {
    const { calls, citrn } = capture();
    await citrn.request("/accounts/list");
    assert.equal(calls[0].body, "{}");
  });

  for (const path of [
    "https://evil.example/x",
    "//evil.example/x",
    "/a/../b",
    "/a//b",
    "/a?b=c",
    "/a#b",
    "/a\\b",
    "",
    "/%2e%2e/x",
    "/a b",
    7,
  ]) {
    test(`refuses the path ${JSON.stringify(path)}`, async () => {
      const { calls, citrn } = capture();
      await assert.rejects(citrn.request(path, {}), { name: "CitrnParameterError", field: "path", executed: "no" });
      assert.equal(calls.length, 0);
    });
  }

  test("refuses parameters that are not an object", async () => {
    const { calls, citrn } = capture();
    const cycle = {};
    cycle.self = cycle;
    for (const params of [null, "x", [1], { n: 1n }, cycle]) {
      await assert.rejects(citrn.request("/x", params), { name: "CitrnParameterError", field: "params" });
    }
    assert.equal(calls.length, 0);
  });
});
