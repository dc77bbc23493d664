// The guide docs/tracing.md: OpenTelemetry on top of the package's channels, type-checked and run.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { samplesOf } from "../crediting/samples.mjs";
import { apiKey, bin, DENO_RUN, here, node, project, run, secret } from "./project.mjs";
import { bundleByWrangler, serveByWorkerd } from "./workers.mjs";

const samples = samplesOf("docs/tracing.md");
const sample = (/** @type {string} */ name) => /** @type {string} */ (samples.get(name));

/** A shop: a call that is refused once, a call of the Worker, and a delivery, each below a span of the shop. */
const SHOP = `
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { trace } from "@opentelemetry/api";
import { Citrn } from "citrn";
import { webhooks } from "citrn/worker";
import { POST } from "./deliveries.ts";
import { startTracing } from "./tracing.ts";
import { worker } from "./worker.ts";

const exporter = new InMemorySpanExporter();
startTracing(new SimpleSpanProcessor(exporter));
const { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: baseUrl } = process.env;
const citrn = new Citrn({ apiKey, secret, baseUrl });
await trace.getTracer("shop").startActiveSpan("order", async (span) => {
  await citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" });
  await worker.currencies.list();
  span.end();
});
const data = {
  callback_id: "17", status: "confirmed", superseded: false, customer_id: "user-17", is_final: true, is_deposit: true,
  credit: { customer_id: "user-17", currency: "BTC", amount: "1" }, review: null, callback: {},
};
const body = JSON.stringify({ type: "callback.received", timestamp: new Date().toISOString(), data });
const headers = await webhooks.sign(body, { secrets: process.env.MERCHANT_WEBHOOK_SECRET ?? "", id: "evt_1" });
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
await POST(new Request("https://shop.example/events", { method: "POST", body, headers: { ...headers, traceparent } }));
const unreadable = new Request("https://shop.example/events", { method: "POST", body });
await unreadable.text();
await POST(unreadable);
const spans = exporter.getFinishedSpans().map((span) => ({
  name: span.name,
  trace: span.spanContext().traceId,
  id: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
  attributes: span.attributes,
  status: span.status,
}));
console.log(JSON.stringify(spans));
`;

/** Returns the attempts of a call that fails twice, in the async context of each. */
const ATTEMPTS = `
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { Citrn } from "citrn";

async function attempts() {
  const active = new AsyncLocalStorage();
  const lines = [];
  const channel = tracingChannel("citrn:request");
  channel.start.bindStore(active, ({ attempt }) => attempt);
  channel.asyncEnd.subscribe(({ attempt, code, duration }) => lines.push(\`\${attempt} \${code} \${duration >= 0}\`));
  const fetch = async () => {
    lines.push(\`request in \${active.getStore()}\`);
    throw new Error("the connection broke");
  };
  const citrn = new Citrn({ apiKey: "key", secret: "secret", fetch, maxRetries: 1 });
  const { code } = await citrn.ping().catch((error) => error);
  return [...lines, \`\${code} in \${active.getStore()}\`].join("; ");
}
`;
const EXPECTED = [
  ...[1, 2].map((at) => `request in ${at}; ${at} network_error true`),
  "network_error in undefined",
].join("; ");
const WRANGLER = `name = "app"
main = "worker.mjs"
compatibility_date = "2025-01-01"
compatibility_flags = ["nodejs_compat"]
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    ...{ target: "es2022", module: "nodenext", strict: true, noEmit: true, allowImportingTsExtensions: true },
    ...{ skipLibCheck: true, types: ["node"], typeRoots: [path.join(here, "node_modules", "@types")] },
  },
  include: ["*.ts"],
});

const directory = project("tracing", {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": TSCONFIG,
  "tracing.ts": sample("spans"),
  "worker.ts": sample("propagation"),
  "deliveries.ts": sample("delivery"),
  "shop.ts": SHOP,
  "attempts.mjs": `${ATTEMPTS}\nconsole.log(await attempts());`,
  "worker.mjs": `${ATTEMPTS}\nexport default { fetch: async () => new Response(await attempts()) };`,
  "wrangler.toml": WRANGLER,
});

/** The headers of the requests to the gateway and to the Worker, which are one server here. */
const received = { gateway: [], worker: [] };
let server, env;
before(async () => {
  server = createServer((request, response) => {
    const host = request.url.startsWith("/api") ? "gateway" : "worker";
    const count = received[host].push(request.headers);
    request.resume().on("end", () => {
      if (host === "gateway" && count === 1) return response.writeHead(503, { "Retry-After": "0" }).end();
      const reply = { address: "bc1", foreign_id: "user-17", currency: "BTC" };
      const list = { as_of: "2026-11-22T12:00:00Z", data: [], stale: false };
      response.end(JSON.stringify(host === "gateway" ? { data: reply } : list));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  env = {
    ...{ CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: `${url}/api` },
    ...{ CITRN_WORKER_URL: url, CITRN_WORKER_TOKEN: "token-of-the-shop" },
    MERCHANT_WEBHOOK_SECRET: `whsec_${btoa("a secret of 24 bytes or so")}`,
  };
});
after(() => server.close());

describe("docs/tracing.md", () => {
  test("its command installs what the samples import", () => {
    const imported = ["spans", "propagation", "delivery"].flatMap((name) =>
      sample(name).match(/@opentelemetry\/[\w-]+/g),
    );
    assert.deepEqual(new Set(sample("install").match(/@opentelemetry\/[\w-]+/g)), new Set(imported));
  });

  test("its samples have no type errors", () => run(bin("tsc"), ["-p", directory]));

  test("makes one span per attempt and per delivery, below the right parents", async () => {
    const { stdout } = await run(node(24), ["--no-warnings", "shop.ts"], { cwd: directory, env });
    const spans = JSON.parse(stdout.trim().split("\n").at(-1));
    const [first, second, list, order, delivery, failed] = spans;
    const calls = ["addresses.take", "addresses.take", "currencies.list"].map((endpoint) => `citrn ${endpoint}`);
    assert.deepEqual(
      spans.map(({ name }) => name),
      [...calls, "order", "citrn callback", "citrn callback"],
    );
    for (const span of [first, second, list]) assert.deepEqual([span.trace, span.parent], [order.trace, order.id]);
    const { "citrn.duration": duration, ...attributes } = first.attributes;
    assert.ok(duration > 0);
    assert.deepEqual(attributes, {
      "citrn.endpoint": "addresses.take",
      "citrn.attempt": 1,
      "citrn.status": 503,
      "citrn.code": "gateway_unavailable",
      "citrn.executed": "unknown",
    });
    assert.deepEqual(first.status, { code: 2, message: "gateway_unavailable" });
    assert.deepEqual([second.attributes["citrn.status"], second.status.code], [200, 0]);
    assert.deepEqual([delivery.trace, delivery.parent], ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"]);
    assert.deepEqual(
      [delivery.attributes["citrn.status"], delivery.attributes["citrn.type"]],
      [200, "callback.received"],
    );
    assert.deepEqual([failed.attributes["citrn.status"], failed.status.code, delivery.status.code], [500, 2, 0]);
    // The Worker continues the span of its attempt, and the gateway learns of none.
    assert.deepEqual(
      received.worker.map((headers) => headers.traceparent),
      [`00-${list.trace}-${list.id}-01`],
    );
    assert.deepEqual(
      received.gateway.map((headers) => headers.traceparent),
      [undefined, undefined],
    );
    for (const hidden of ["user-17", "bc1", apiKey, secret, "token-of-the-shop"]) {
      assert.ok(!stdout.includes(`"${hidden}"`), hidden);
    }
  });
});

describe("a span is active around its attempt", () => {
  const RUNTIMES = {
    "on Node 20": [node(20), []],
    "on Node 26": [node(26), []],
    "on Bun": [bin("bun"), []],
    "on Deno": [bin("deno"), DENO_RUN],
  };
  for (const [name, [command, args]] of Object.entries(RUNTIMES)) {
    test(name, async () => {
      const { stdout } = await run(command, [...args, "attempts.mjs"], { cwd: directory });
      assert.equal(stdout.trim(), EXPECTED);
    });
  }

  test("on Workers with Node's modules", async () => {
    const { url, stop } = await serveByWorkerd(await bundleByWrangler(directory), ["nodejs_compat"]);
    try {
      assert.equal(await (await fetch(url)).text(), EXPECTED);
    } finally {
      await stop();
    }
  });
});
