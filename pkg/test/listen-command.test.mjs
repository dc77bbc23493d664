// The command `citrn listen`, run as a process: its arguments, and a sandbox. tests/worker/listen.test.mjs has the Worker.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Citrn } from "../dist/citrn.mjs";
import { startSandbox } from "../dist/sandbox.mjs";
import { webhookHandler } from "../dist/worker.mjs";
import { runCitrn, startCitrn } from "./command.mjs";
import { answer, drop, problem, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const WORKER = "https://pay.shop.example";
const HANDLER = "http://127.0.0.1:3000/webhooks";

let directory;
before(() => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-listen-"));
});
after(() => rmSync(directory, { recursive: true }));

/** Waits until a condition holds. */
async function until(holds, what) {
  for (const end = Date.now() + 30_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
    assert.ok(Date.now() < end, `timed out: ${what}`);
}

const run = (args, env = {}) =>
  runCitrn(["listen", ...args], {
    env: { MERCHANT_WEBHOOK_SECRET: SECRET, CITRN_WORKER_TOKEN: "t".repeat(48), XDG_STATE_HOME: directory, ...env },
  });

describe("arguments", () => {
  for (const [what, args, expected] of [
    ["no handler", ["--worker", WORKER], /--forward-to is missing/],
    ["no Worker", ["--forward-to", HANDLER], /either --worker URL, or CITRN_WORKER_URL, or --sandbox/],
    ["a Worker and a sandbox", ["--sandbox", "--worker", WORKER, "--forward-to", HANDLER], /either --worker URL, or/],
    ["a URL with a password", ["--worker", WORKER, "--forward-to", "http://u:hush@127.0.0.1/"], /without user name/],
    [
      "a Worker without TLS",
      ["--worker", "http://pay.shop.example", "--forward-to", HANDLER],
      /The URL of the Worker must be https/,
    ],
    [
      "an unknown filter",
      ["--worker", WORKER, "--forward-to", HANDLER, "--filter", "state=parked"],
      /choose from type/,
    ],
    [
      "a malformed time",
      ["--worker", WORKER, "--forward-to", HANDLER, "--since", "yesterday"],
      /--since must be a time/,
    ],
    ["a malformed interval", ["--worker", WORKER, "--forward-to", HANDLER, "--interval", "x"], /--interval must be/],
    [
      "filters of a sandbox",
      ["--sandbox", "--forward-to", HANDLER, "--filter", "type=deposit"],
      /the sandbox has none/,
    ],
    ["a token", ["--worker", WORKER, "--forward-to", HANDLER, "--token=hush"], /--token is not accepted/],
  ]) {
    test(`refuses ${what}`, async () => {
      const { exit, stdout, stderr } = await run(args);
      assert.deepEqual([exit, stdout], [2, ""], stderr);
      assert.match(stderr, expected);
      assert.ok(!stderr.includes("hush"));
    });
  }

  test("says how to make a secret if there is none", async () => {
    const { exit, stderr } = await run(["--worker", WORKER, "--forward-to", HANDLER], { MERCHANT_WEBHOOK_SECRET: "" });
    assert.equal(exit, 3);
    assert.match(stderr, /MERCHANT_WEBHOOK_SECRET is not set: .*echo "whsec_\$\(openssl rand -base64 32\)"/);
  });

  test("refuses a malformed secret without printing it", async () => {
    const { exit, stderr } = await run(["--sandbox", "--forward-to", HANDLER], { MERCHANT_WEBHOOK_SECRET: "hush" });
    assert.equal(exit, 3, stderr);
    assert.match(stderr, /MERCHANT_WEBHOOK_SECRET.*whsec_/);
    assert.ok(!stderr.includes("hush"));
  });

  test("refuses a file that is no position, and a directory that cannot be written", async () => {
    const file = path.join(directory, "other.json");
    writeFileSync(file, '{"version":2}');
    const args = ["--worker", WORKER, "--forward-to", HANDLER, "--cursor-file"];
    const other = await run([...args, file]);
    assert.equal(other.exit, 2);
    assert.match(other.stderr, /other\.json is not a position of citrn listen/);
    const unreadable = await run([...args, path.join(file, "below")]);
    assert.equal(unreadable.exit, 2);
    assert.match(unreadable.stderr, /Cannot read .*ENOTDIR/);
  });
});

describe("--worker", () => {
  const line = (value) => `${JSON.stringify(value)}\n`;
  const EVENT = {
    ...{ id: "evt_1", type: "callback.received", callback_id: "17", status: "confirmed", superseded: false },
    ...{ customer_id: null, is_final: true, is_deposit: false, credit: null, review: null, callback: { id: 17 } },
    ...{ current_status: "confirmed", received_at: "2026-11-26T09:30:00.000Z", erased_at: null, delivery: {} },
  };
  /** Answers the first request, about the beginning, and streams these events. */
  const stream = (...events) =>
    answer(
      200,
      [
        ...events.map((event) => line({ next: "delivery.2", ...event })),
        line({ end: true, has_more: false, next: events.at(-1)?.next ?? "delivery.2" }),
      ].join(""),
    );
  const first = answer(200, { data: [], has_more: false, next: "delivery.1" });

  for (const [what, failure, message] of [
    ["is unavailable", problem(503, "storage_unavailable", { retryable: true }), /Reading again in 1 s/],
    ["refuses too many requests", problem(429, "too_many_requests", { retryable: true }), /Reading again in 1 s/],
    ["drops connections", drop, /Reading again in 1 s/],
  ]) {
    test(`reads a Worker that ${what} again, and misses nothing`, async () => {
      const worker = await startFakeWorker();
      const shop = await startFakeWorker();
      shop.answers(answer(200, {}));
      // Three times, since the client repeats a request twice.
      worker.answers(first, stream(), failure, failure, failure, stream(EVENT), stream());
      const args = ["--worker", worker.url, "--forward-to", `${shop.url}/webhooks`, "--interval", "0.05"];
      const { child, output, ended } = startCitrn(["listen", ...args], {
        env: { MERCHANT_WEBHOOK_SECRET: SECRET, CITRN_WORKER_TOKEN: TOKEN, XDG_STATE_HOME: directory },
      });
      const isDone = () => /confirmed {2}17 {2}evt_1 {2}200 in/.test(output.stdout);
      for (const end = Date.now() + 15_000; !isDone() && Date.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGINT");
      const { exit, stderr } = await ended;
      await Promise.all([worker.close(), shop.close()]);
      assert.ok(isDone(), stderr);
      assert.equal(exit, 0);
      assert.match(stderr, message);
      assert.match(stderr, /answers again/);
      assert.ok(!stderr.includes(TOKEN));
    });
  }

  test("may run twice with the same file", async () => {
    const [worker, shop] = [await startFakeWorker(), await startFakeWorker()];
    shop.answers(answer(200, {}));
    const events = Array.from({ length: 300 }, (_, at) => ({
      ...EVENT,
      ...{ id: `evt_${at}`, callback_id: `${at}`, next: `delivery.${at + 1}` },
    }));
    worker.answers((request, response) => {
      const after = Number(/after=delivery\.(\d+)$/.exec(request.path)?.[1] ?? events.length);
      const page = {
        data: events.slice(after, after + 100),
        has_more: false,
        next: `delivery.${after % events.length}`,
      };
      const isStream = request.headers.accept === "application/x-ndjson";
      const step = isStream ? stream(...events.slice(after)) : answer(200, page);
      step(request, response);
    });
    const file = path.join(directory, "shared");
    const args = ["--worker", worker.url, "--forward-to", `${shop.url}/webhooks`, "--cursor-file", file];
    const listeners = [1, 2].map(() =>
      startCitrn(["listen", ...args, "--interval", "0.05"], {
        env: { MERCHANT_WEBHOOK_SECRET: SECRET, CITRN_WORKER_TOKEN: TOKEN },
      }),
    );
    const received = () => new Set(shop.requests.map(({ headers }) => headers["webhook-id"])).size;
    for (const end = Date.now() + 15_000; received() < events.length && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { child } of listeners) child.kill("SIGINT");
    const results = await Promise.all(listeners.map(({ ended }) => ended));
    await Promise.all([worker.close(), shop.close()]);
    assert.deepEqual(
      results.map(({ exit }) => exit),
      [0, 0],
      results.map(({ stderr }) => stderr).join("\n"),
    );
    assert.equal(received(), events.length);
    // A pause between two events is not worth a line.
    for (const { stderr } of results) assert.ok(stderr.split("reading pauses").length < 10, stderr);
    assert.equal(JSON.parse(readFileSync(file, "utf8")).version, 1);
  });

  test("has a file for each Worker, handler and set of filters, and finds it again", async () => {
    const worker = await startFakeWorker();
    const fileOf = async (handler, ...more) => {
      worker.answers(first, problem(401, "token_unknown"));
      const { stderr } = await run(["--worker", worker.url, "--forward-to", handler, ...more]);
      return /The position is stored in (.*)\.\n/.exec(stderr)?.[1];
    };
    const files = [
      await fileOf(HANDLER),
      await fileOf(`${HANDLER}/2`),
      await fileOf(HANDLER, "--filter", "type=deposit"),
    ];
    const again = await fileOf(HANDLER);
    await worker.close();
    assert.ok(
      files.every((file) => file?.startsWith(path.join(directory, "citrn", "listen"))),
      String(files),
    );
    assert.deepEqual([new Set(files).size, again], [3, files[0]]);
  });

  test("sends an event that the handler redirects again, and to no other place", async () => {
    const [worker, shop] = [await startFakeWorker(), await startFakeWorker()];
    worker.answers(first, stream(EVENT), stream());
    shop.answers(answer(302, {}, { location: "/elsewhere" }), answer(200, {}));
    const args = ["--worker", worker.url, "--forward-to", `${shop.url}/webhooks`, "--interval", "0.05"];
    const { child, ended } = startCitrn(["listen", ...args, "--cursor-file", path.join(directory, "redirected")], {
      env: { MERCHANT_WEBHOOK_SECRET: SECRET, CITRN_WORKER_TOKEN: TOKEN },
    });
    for (const end = Date.now() + 10_000; shop.requests.length < 2 && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    const { stdout } = await ended;
    await Promise.all([worker.close(), shop.close()]);
    assert.deepEqual(
      shop.requests.map(({ path }) => path),
      ["/webhooks", "/webhooks"],
    );
    assert.match(stdout, /302 in .*; sent again in 1 s\n.* 200 in/);
  });

  test("ends with 6 if the Worker refuses the token later", async () => {
    const worker = await startFakeWorker();
    worker.answers(first, stream(), problem(401, "token_unknown"));
    const { exit, stderr } = await run(["--worker", worker.url, "--forward-to", HANDLER, "--interval", "0.05"]);
    await worker.close();
    assert.equal(exit, 6, stderr);
  });
});

describe("--sandbox", () => {
  test("forwards the sandbox's callbacks as deliveries, until it ends", async () => {
    const credits = [];
    const handle = webhookHandler({
      secrets: SECRET,
      process: async ({ data }) => {
        credits.push([data.status, data.credit?.amount]);
        return "done";
      },
      review: () => {},
    });
    const shop = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { headers, url } = request;
      const answer = await handle(
        new Request(`http://x${url}`, { method: "POST", headers, body: Buffer.concat(chunks) }),
      );
      response.writeHead(answer.status).end();
    });
    await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));
    const sandbox = await startSandbox({ port: 0 });
    const citrn = new Citrn({ apiKey: sandbox.apiKey, secret: sandbox.secret, baseUrl: sandbox.baseUrl });
    const { address } = await citrn.addresses.take({ foreign_id: "user-17", currency: "USDTT" });
    await sandbox.deposits.create({ address, amount: "10", confirmed: true });
    const to = `http://127.0.0.1:${shop.address().port}/webhooks`;
    const args = ["listen", "--sandbox", "--base-url", sandbox.baseUrl, "--forward-to", to, "--interval", "0.05"];
    const { child, output, ended } = startCitrn(args, { env: { MERCHANT_WEBHOOK_SECRET: SECRET } });
    try {
      await until(() => output.stderr.includes("from now on"), "the command starts");
      const { id } = await sandbox.deposits.create({ address, amount: "50" });
      await sandbox.deposits.confirm(id);
      await until(() => credits.length >= 2, "both callbacks are forwarded");
      assert.deepEqual(credits, [
        ["not_confirmed", undefined],
        ["confirmed", "49.500000"],
      ]);
      child.kill("SIGINT");
      const { exit, stdout } = await ended;
      assert.equal(exit, 0);
      assert.match(stdout, /deposit not_confirmed .* 200 in .*\n.*deposit confirmed .* 200 in/);
    } finally {
      child.kill("SIGKILL");
      await sandbox.close();
      shop.close();
    }
  });

  test("says that no sandbox answers", async () => {
    const { exit, stderr } = await run(["--sandbox", "--base-url", "http://127.0.0.1:1/api", "--forward-to", HANDLER]);
    assert.equal(exit, 4);
    assert.match(stderr, /No sandbox answers at http:\/\/127\.0\.0\.1:1: start one with citrn sandbox/);
  });
});
