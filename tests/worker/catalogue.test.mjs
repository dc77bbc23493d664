// The catalogue: fetched once while it is fresh, and served as stale while the gateway is down.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { startEdgeCache } from "./edge-cache.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const RATES = { BTCUSDT: "26967.40200000" };
let gateway, cache, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  cache = await startEdgeCache();
});
beforeEach(async () => {
  await worker?.stop();
  cache.entries.clear();
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl }, { cache: cache.address });
  caller = makeCaller(worker, tokens.all);
  gateway.received();
});
after(async () => {
  await worker?.stop();
  await cache?.close();
  await gateway?.close();
});

const list = (path) => caller.request(path, { headers: { authorization: `Bearer ${tokens.all}` } });
const up = () =>
  gateway.does((request, response) =>
    response.end(
      request.url === "/api/rates" ? JSON.stringify(RATES) : '{"data":[{"currency":"USDTT","minimum_amount":2.50}]}',
    ),
  );
const down = () => gateway.does((_, response) => response.socket.destroy());

describe("the catalogue", () => {
  it("requires a token", async () => {
    for (const path of ["/v1/currencies", "/v1/rates"])
      assertProblem(await caller.get(path), { status: 401, code: "token_required" });
    assert.deepEqual(gateway.received(), []);
  });

  it("is fetched once for concurrent requests, and states how long it is fresh", async () => {
    up();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, number) => list(number % 2 === 0 ? "/v1/rates" : "/v1/currencies")),
    );
    for (const [number, { status, json, headers }] of answers.entries()) {
      assert.equal(status, 200);
      assert.equal(json.stale, false);
      if (number % 2 === 0) assert.deepEqual(json.data, RATES);
      else assert.equal(json.data[0].minimum_amount, "2.50");
      assert.match(
        headers.get("cache-control"),
        number % 2 === 0 ? /^private, max-age=(2\d|30)$/ : /^private, max-age=(29\d|300)$/,
      );
      assert.ok(Date.now() - Date.parse(json.as_of) < 10_000);
    }
    assert.deepEqual(
      gateway
        .received()
        .map(({ url }) => url)
        .sort(),
      ["/api/currencies/list", "/api/rates"],
    );
  });

  it("is read from the edge cache by a new isolate", async () => {
    up();
    const first = await list("/v1/rates");
    await worker.restart();
    down();
    const second = await list("/v1/rates");
    assert.deepEqual([second.status, second.json], [200, first.json]);
    assert.equal(gateway.received().length, 1);
  });

  it("is served as stale while the gateway is down", async () => {
    up();
    await list("/v1/rates");
    const [[key, entry]] = cache.entries;
    const hourAgo = Date.now() - 3_600_000;
    cache.entries.set(key, Buffer.from(entry.toString("utf8").replace(/"at":\d+/, `"at":${hourAgo}`)));
    await worker.restart();
    down();
    const began = performance.now();
    const { status, json, headers } = await list("/v1/rates");
    assert.deepEqual([status, json], [200, { data: RATES, as_of: new Date(hourAgo).toISOString(), stale: true }]);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.ok(Number(headers.get("age")) >= 3600);
    assert.ok(performance.now() - began < 9_000);
    up();
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    assert.equal((await list("/v1/rates")).json.stale, false);
  });

  it("fails with the gateway if no list is cached, and recovers with it", async () => {
    down();
    assertProblem(await list("/v1/rates"), { status: 502, code: "network_error", retryable: true });
    up();
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    assert.equal((await list("/v1/rates")).status, 200);
  });

  it("refuses a list that some JSON parsers would reject, wherever the fault is", async () => {
    const faults = [
      '"\\ud800"',
      '{"\\udfff":1}',
      '{"a":1,"a":2}',
      '{"a":1,"\\u0061":2}',
      "1e400",
      "-1e999",
      '["\\ud83d"]',
      '{"b":{"c":[{"d":"1","d":"1"}]}}',
    ];
    const around = [
      (fault) => `{"data":[{"currency":"BTC","note":${fault}}]}`,
      (fault) => `{"data":[{"currency":"BTC"},{"currency":"ETH","deep":[[${fault}]]}]}`,
    ];
    let body;
    gateway.does((request, response) =>
      response.end(request.url === "/api/rates" ? `{"BTCUSDT":"1","more":{"x":${body}}}` : around[0](body)),
    );
    for (const path of ["/v1/currencies", "/v1/rates"]) {
      for (body of faults) {
        for (const wrap of around) {
          if (path === "/v1/currencies") gateway.does((_, response) => response.end(wrap(body)));
          assertProblem(await list(path), { status: 502, code: "unreadable_reply" });
          await worker.restart();
        }
      }
      assert.equal(cache.entries.size, 0);
    }
    gateway.does((_, response) => response.end(around[0]('"\\ud83d\\ude00 1e400 \\u0000"')));
    const { status, json } = await list("/v1/currencies");
    assert.deepEqual([status, json.data[0].note], [200, "\u{1f600} 1e400 \0"]);
  });

  it("works without an edge cache too", async () => {
    const plain = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl });
    try {
      up();
      const headers = { authorization: `Bearer ${tokens.all}` };
      const response = await fetch(`${plain.url}/v1/rates`, { headers });
      assert.deepEqual((await response.json()).data, RATES);
    } finally {
      await plain.stop();
    }
  });
});
