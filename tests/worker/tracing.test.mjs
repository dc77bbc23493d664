// Spans, logs and trace ids of a whole checkout: the Worker on workerd, the sandbox, and both clients.
import assert from "node:assert/strict";
import { tracingChannel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { CitrnWorker, webhookHandler } from "citrn/worker";
import { makeSettings } from "./caller.mjs";
import { checkoutSecret, makePayer } from "./checkout.mjs";
import { sendCallback } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const ORIGIN = "https://pay.shop.example";
const CUSTOMER = "customer-of-the-trace";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** Prints the platform's events, in one line each. */
const TAIL = `export default { tailStream(onset) {
  const plain = (_, value) => (typeof value === "bigint" ? Number(value) : value);
  const print = (event) => console.log("TAIL " + JSON.stringify(event, plain));
  print(onset);
  return print;
} };`;

const { settings, tokens } = makeSettings();
const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const checkoutSecrets = checkoutSecret("a");
/** The spans of the npm package, and the headers of the deliveries. */
const [spans, deliveries] = [[], []];
let sandbox, shop, worker, link, address;

const record = (span) => spans.push(span);
const channels = ["citrn:request", "citrn:callback"].map((name) => tracingChannel(name).asyncEnd);

/** Starts a shop that answers deliveries with the handler of the npm package. */
async function startShop() {
  const handle = webhookHandler({
    secrets: webhookSecret,
    process: async () => "done",
    review() {},
  });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    deliveries.push(request.headers);
    const { headers } = request;
    const answer = await handle(
      new Request("https://shop.example/", { method: "POST", headers, body: Buffer.concat(chunks) }),
    );
    response.writeHead(answer.status).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, close: () => server.close() };
}

/** Waits until a condition holds. */
async function until(holds, what) {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what}:\n${worker.output.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The platform's events, and the other lines that the Worker printed. */
const platform = () =>
  worker.output.filter((line) => line.startsWith("TAIL ")).map((line) => JSON.parse(line.slice(5)));
const logs = () => worker.output.filter((line) => !line.startsWith("TAIL "));
const requests = () =>
  logs()
    .filter((line) => line.startsWith('{"event":"request"'))
    .map((line) => JSON.parse(line));

/** The Worker's spans, with their attributes and ids. */
function ownSpans() {
  const events = platform();
  return events
    .filter(({ event }) => event.type === "spanOpen" && event.name.startsWith("citrn "))
    .map(({ event, spanContext }) => {
      const attributes = events
        .filter((other) => other.event.type === "attributes" && other.spanContext.spanId === event.spanId)
        .flatMap((other) => other.event.info.map(({ name, value }) => [name, value]));
      const { name, spanId } = event;
      return { name, spanId, traceId: spanContext.traceId, ...Object.fromEntries(attributes) };
    });
}

before(async () => {
  sandbox = await startSandbox({ port: 0, apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  shop = await startShop();
  const complete = {
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    CHECKOUT_SECRETS: checkoutSecrets,
    PUBLIC_ORIGIN: ORIGIN,
    MERCHANT_NAME: "Shop",
    MERCHANT_WEBHOOK_URL: shop.url,
    MERCHANT_WEBHOOK_SECRET: webhookSecret,
    DELIVERY_BACKOFF_SCALE: "0.001",
  };
  worker = await startWorker(complete, { tail: TAIL });
  await sandbox.settings.set({ callback_url: `${worker.url}/callbacks` });
  for (const channel of channels) channel.subscribe(record);

  const traced = (url, init) => fetch(url, { ...init, headers: { ...init.headers, traceparent: TRACEPARENT } });
  const client = new CitrnWorker({ url: worker.url, token: tokens.all, fetch: traced });
  const return_url = "https://shop.example/thanks";
  const { url } = await client.checkoutLinks.create({
    foreign_id: CUSTOMER,
    return_url,
    coins: ["USDTT"],
    mode: "both",
  });
  link = url.slice(ORIGIN.length);
  const payer = makePayer(worker, tokens.all, ORIGIN);
  assert.equal((await payer.visit(link)).status, 200);
  assert.equal((await payer.visit(link, { coin: "USDTT", mode: "redirect" })).status, 200);
  const shown = await payer.visit(link, { coin: "USDTT", mode: "address" });
  address = /<code id="address"[^>]*>(.*?)<\/code>/.exec(shown.text)?.[1].replaceAll(/<[^>]+>/g, "");
  const { id } = await sandbox.deposits.create({ address, amount: "25" });
  await sandbox.deposits.confirm(id, { wait: true });
  assert.equal((await payer.visit(`${link}/status`, undefined, { accept: "application/json" })).status, 200);
  assert.equal((await payer.visit(`${link}x`)).status, 404);
  const gateway = new Citrn({
    apiKey: settings.CITRN_API_KEY,
    secret: settings.CITRN_SECRET,
    baseUrl: sandbox.baseUrl,
  });
  await gateway.addresses.take({ foreign_id: CUSTOMER, currency: "BTC" });
  await until(() => deliveries.length >= 2 && spans.length >= 4, "the deliveries are missing");
  // Three calls to the gateway, and two deliveries.
  await until(() => ownSpans().filter((span) => span["citrn.status"] === 200).length >= 5, "spans are missing");
});
after(async () => {
  for (const channel of channels) channel.unsubscribe(record);
  await worker?.stop();
  await shop?.close();
  await sandbox?.close();
});

describe("a whole checkout", () => {
  it("has spans around gateway calls, object calls and deliveries", () => {
    const own = ownSpans();
    const gateway = own.filter(({ name }) => name === "citrn gateway");
    const endpoints = gateway.map((span) => [span["citrn.endpoint"], span["citrn.status"]]);
    assert.deepEqual(endpoints, [
      ["/api/currencies/list", 200],
      ["/api/payments/create-payment", 200],
      ["/api/addresses/take", 200],
    ]);
    const objects = own.filter(({ name }) => name === "citrn object").map((span) => span["citrn.object"]);
    assert.deepEqual(new Set(objects), new Set(["IDEMPOTENCY", "INBOX", "CHECKOUT"]));
    const delivered = own.filter(({ name }) => name === "citrn delivery");
    assert.deepEqual(
      delivered.map((span) => span["citrn.status"]),
      deliveries.map(() => 200),
    );
    // The platform's own spans of the requests are below them.
    const parents = platform().filter(({ event }) => event.type === "spanOpen" && event.name === "fetch");
    for (const { spanId } of [...gateway, ...delivered]) {
      assert.ok(
        parents.some(({ spanContext }) => spanContext.spanId === spanId),
        spanId,
      );
    }
  });

  it("logs the trace of the caller, or else the platform's", () => {
    const traces = new Set(platform().map(({ spanContext }) => spanContext.traceId));
    const [first, ...others] = requests();
    assert.deepEqual([first.route, first.trace_id], ["/v1/checkout-links", TRACE]);
    for (const { trace_id, route } of others) assert.ok(traces.has(trace_id) && trace_id !== TRACE, route);
  });

  it("continues the trace of a callback in its delivery, or else the platform's", async () => {
    const own = ownSpans().filter(({ name }) => name === "citrn delivery");
    assert.deepEqual(
      deliveries.map(({ traceparent }) => traceparent).sort(),
      own.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-00`).sort(),
    );
    const before = deliveries.length;
    const body = JSON.stringify({ id: 1_000_017, type: "deposit", status: "not_confirmed" });
    await sendCallback(worker.url, settings.CITRN_SECRET, body, { traceparent: TRACEPARENT });
    await until(() => deliveries.length > before, "the delivery is missing");
    assert.equal(deliveries.at(-1).traceparent, TRACEPARENT);
  });

  it("shows no token, secret, address or foreign_id in any span or line of the log", () => {
    const token = link.slice("/c/".length);
    const events = platform();
    const printed = events.filter(({ event }) => event.type === "log" || event.type === "exception");
    assert.deepEqual(spans.map(({ endpoint, type, status }) => [endpoint ?? type, status]).slice(0, 1), [
      ["checkoutLinks.create", 201],
    ]);
    const dump = JSON.stringify([spans, ownSpans(), logs(), printed]);
    const secrets = [settings.CITRN_SECRET, settings.CITRN_API_KEY, tokens.all, webhookSecret, checkoutSecrets];
    for (const hidden of [token, token.slice(0, 16), address, CUSTOMER, ...secrets]) {
      assert.ok(hidden.length > 8 && !dump.includes(hidden), hidden);
    }
    // The platform's own spans show the payer only through the URL: the reason why traces are off by default.
    const others = JSON.stringify(events.filter(({ event }) => event.type !== "onset"));
    for (const hidden of [address, CUSTOMER, ...secrets]) assert.ok(!others.includes(hidden), hidden);
    const urls = events.map(({ event }) => event.info?.url).join();
    assert.ok(urls.includes(token) && !urls.includes(CUSTOMER), urls);
  });
});
