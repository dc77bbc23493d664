// `citrn listen` against the real Worker on workerd.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { webhookHandler } from "citrn/worker";
import { runCitrn } from "../../pkg/test/command.mjs";
import { about, SECRET, startListening, until } from "./listening.mjs";
import { startMerchant } from "./merchant.mjs";

const deposit = (id, status, more = {}) => ({
  ...{ id, type: "deposit", status },
  crypto_address: { foreign_id: "user-17", address: "T1" },
  currency_received: { currency: "USDTT", amount: "50.10", amount_minus_fee: "49.5" },
  ...more,
});

describe("citrn listen", () => {
  let shop, direct;
  before(async () => {
    direct = await startMerchant();
    shop = await startListening({
      MERCHANT_WEBHOOK_URL: direct.url,
      MERCHANT_WEBHOOK_SECRET: SECRET,
      DELIVERY_BACKOFF_SCALE: "0.001",
    });
  });
  beforeEach(() => {
    shop.handler.deliveries.length = 0;
    direct.deliveries.length = 0;
    shop.handler.answers(() => 200);
  });
  let listener;
  const listen = async (...args) => {
    listener = await shop.listen(...args);
    return listener;
  };
  afterEach(async () => {
    listener?.child.kill("SIGINT");
    await listener?.ended;
  });
  after(async () => {
    await shop?.close();
    await direct?.close();
  });
  const forwarded = async (count) => (await shop.handler.taken(count)).map(about);

  it("forwards the bytes that the Worker delivers", async () => {
    await listen("--cursor-file", path.join(shop.directory, "bytes"));
    await shop.send(
      deposit(1, "not_confirmed"),
      '{"id":2,"type":"deposit","status":"confirmed","amount":49.50,"rate":0.1000000000000000000001,"n":-1E+2,"s":"#\\u0001-5 \\"6\\" \\/ \\\\"}',
      '{"id":3,"status":"confirmed","huge":1e400}',
      "no callback",
      deposit(1, "confirmed"),
      deposit(1, "confirmed", { note: "another body" }),
    );
    const [delivered, copies] = [await direct.taken(6), await shop.handler.taken(6)];
    const bodies = (deliveries) => deliveries.map(({ headers, body }) => `${headers["webhook-id"]} ${body}`).sort();
    assert.deepEqual(bodies(copies), bodies(delivered));
    assert.ok(copies.some(({ body }) => body.includes("0.1000000000000000000001")));
  });

  it("is accepted by a handler that is written for production", async () => {
    const credits = [];
    const handle = webhookHandler({
      secrets: SECRET,
      process: async ({ data }) => {
        if (data.credit) credits.push(data.credit);
        return "done";
      },
      review: () => {},
    });
    shop.handler.answers(({ headers, body }, response) => {
      handle(new Request("http://shop.example/", { method: "POST", headers, body })).then(({ status }) =>
        response.writeHead(status).end(),
      );
    });
    const { output } = await listen("--cursor-file", path.join(shop.directory, "production"));
    await shop.send(deposit(11, "not_confirmed"), deposit(11, "confirmed"));
    await until(output, "stdout", /deposit confirmed {2}11 {2}evt_\w+ {2}200 in \d+ ms\n/);
    assert.deepEqual(credits, [{ customer_id: "user-17", currency: "USDTT", amount: "49.5" }]);
  });

  it("forwards redelivered events again, and reports them as repeats", async () => {
    const { output } = await listen("--cursor-file", path.join(shop.directory, "redelivered"));
    await shop.send(deposit(21, "confirmed"));
    await forwarded(1);
    await shop.worker.callbacks.redeliver("21");
    await until(output, "stdout", /deposit confirmed {2}21 .*\n.*deposit confirmed \(repeat\) {2}21 /);
    assert.deepEqual(await forwarded(2), ["21 confirmed", "21 confirmed"]);
  });

  it("sends a refused event again before the next one of its transaction, while others pass", async () => {
    let refusals = 2;
    shop.handler.answers((delivery) => (about(delivery) === "31 not_confirmed" && refusals-- > 0 ? 500 : 200));
    const { output } = await listen("--cursor-file", path.join(shop.directory, "refused"));
    await shop.send(deposit(31, "not_confirmed"), deposit(31, "confirmed"), deposit(32, "confirmed"));
    assert.deepEqual(await forwarded(3), ["32 confirmed", "31 not_confirmed", "31 confirmed"]);
    assert.match(output.stdout, /deposit not_confirmed {2}31 .* 500 in \d+ ms; sent again in 1 s\n/);
    assert.match(output.stdout, /deposit not_confirmed {2}31 .* 500 in \d+ ms; sent again in 2 s\n/);
  });

  it("prints the handler's response on failure, without secrets and control characters", async () => {
    shop.handler.answers(({ headers }, response) => {
      response.writeHead(500).end(`\u001b[31mfailed: ${SECRET} ${headers["webhook-signature"]}`);
    });
    const { output } = await listen("--cursor-file", path.join(shop.directory, "response"));
    await shop.send(deposit(41, "confirmed"));
    await until(
      output,
      "stdout",
      /500 in \d+ ms: \\u\{1b\}\[31mfailed: \[redacted\] v1,\[redacted\]; sent again in 1 s\n/,
    );
  });

  it("continues after a kill with what came meanwhile, and reports what may be a repeat", async () => {
    shop.handler.answers((delivery, response) => (about(delivery) === "52 confirmed" ? void response : 200));
    const first = await listen();
    await shop.send(deposit(51, "confirmed"), deposit(52, "confirmed"));
    await until(first.output, "stdout", / 51 /);
    for (const end = Date.now() + 30_000; shop.handler.deliveries.length < 2; ) {
      assert.ok(Date.now() < end, "the event that was not answered never arrived");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    first.child.kill("SIGKILL");
    await first.ended;
    await shop.send(deposit(53, "confirmed"));
    shop.handler.deliveries.length = 0;
    shop.handler.answers(() => 200);
    const { output } = await listen();
    assert.match(output.stderr, /where the last run ended/);
    assert.deepEqual((await forwarded(2)).sort(), ["52 confirmed", "53 confirmed"]);
    await until(output, "stdout", /confirmed \(repeat\) {2}52 /);
    await until(output, "stdout", /confirmed {2}53 /);
  });

  it("stores its position for its user only", async () => {
    const file = path.join(shop.directory, "mode");
    await listen("--cursor-file", file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(JSON.parse(readFileSync(file, "utf8")).after, /^delivery\./);
  });

  it("begins at a time with --since, and forwards only what a filter selects", async () => {
    const since = new Date().toISOString();
    await shop.send(deposit(61, "confirmed"), { id: 62, type: "withdrawal", status: "confirmed", foreign_id: "p" });
    await listen("--since", since, "--filter", "type=withdrawal", "--cursor-file", path.join(shop.directory, "since"));
    assert.deepEqual(await forwarded(1), ["62 confirmed"]);
  });

  it("leaves out erased events, and says so", async () => {
    const since = new Date().toISOString();
    await shop.send(deposit(71, "confirmed"), deposit(72, "confirmed"));
    await shop.worker.callbacks.erase("71");
    const { output } = await listen("--since", since, "--cursor-file", path.join(shop.directory, "erased"));
    assert.deepEqual(await forwarded(1), ["72 confirmed"]);
    assert.match(output.stderr, /callback\.received confirmed {2}evt_\w+: left out/);
  });

  it("ends on SIGINT with exit code 0, and says how many events are open", async () => {
    shop.handler.answers(() => 500);
    const { child, output, ended } = await listen("--cursor-file", path.join(shop.directory, "sigint"));
    await shop.send(deposit(81, "not_confirmed"), deposit(81, "confirmed"));
    await until(output, "stdout", / 81 .* 500 /);
    child.kill("SIGINT");
    const { exit, stderr } = await ended;
    assert.equal(exit, 0);
    assert.match(stderr, /Stopped\. Open events, which the next run sends first: [12]\.\n$/);
  });

  it("reports a refused token, an invalid time and an unreachable Worker by exit code", async () => {
    const run = (url, env, ...args) =>
      runCitrn(["listen", "--worker", url, "--forward-to", shop.handler.url, ...args], {
        env: {
          CITRN_WORKER_TOKEN: shop.tokens.all,
          MERCHANT_WEBHOOK_SECRET: SECRET,
          XDG_STATE_HOME: shop.directory,
          ...env,
        },
      });
    const token = "x".repeat(48);
    const unknown = await run(shop.url, { CITRN_WORKER_TOKEN: token }, "--cursor-file", path.join(shop.directory, "a"));
    assert.equal(unknown.exit, 6, unknown.stderr);
    assert.ok(!unknown.stderr.includes(token));
    const gone = await startMerchant();
    await gone.close();
    assert.equal((await run(new URL(gone.url).origin, {}, "--cursor-file", path.join(shop.directory, "b"))).exit, 4);
  });
});
