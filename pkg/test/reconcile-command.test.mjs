// The command `citrn reconcile`, run as a process: its arguments, files and failures. tests/worker has its results.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
const SECRETS = { CITRN_WORKER_TOKEN: "hush-token", CITRN_API_KEY: "hush-key", CITRN_SECRET: "hush-secret" };
const DAYS = ["--from", "2026-01-01", "--to", "2026-01-03"];
/** Sets the clock of a command to the end of 10 March, so that its date does not change during a test. */
const TODAY = `--import=data:text/javascript,Date.now=()=>${Date.UTC(2026, 2, 10, 23, 59, 59)}`;

let directory, server, url;
/** Answers a request to the Worker or the gateway with [status, body], by the beginning of its path. */
let answers;

before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-reconcile-"));
  server = createServer((request, response) => {
    const [, [status, body]] = Object.entries(answers).find(([path]) => request.url.startsWith(path));
    response.writeHead(status, { "Content-Type": "application/json" });
    if (typeof body === "function") body(response);
    else response.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  rmSync(directory, { recursive: true });
  server.close();
});

/** Runs `citrn reconcile`, and checks that it prints no secret. */
async function reconcile(args, env = SECRETS) {
  const options = { env: { PATH: process.env.PATH, CITRN_BASE_URL: `${url}/api`, ...env } };
  const child = spawn(process.execPath, [CLI, "reconcile", ...args], options);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
  const exit = await new Promise((resolve) => child.on("close", resolve));
  assert.doesNotMatch(`${output.stdout}${output.stderr}`, /hush/);
  return { exit, ...output };
}

const file = (name, text) => {
  const target = path.join(directory, name);
  writeFileSync(target, text);
  return target;
};
const PAGE = { data: [], has_more: false, next: "" };
const balances = (balance) => ({ data: [{ currency: "USDTT", type: "crypto", balance }] });
const working = { "/v1/callbacks": [200, PAGE], "/api/balances": [200, balances("1.5")] };

describe("arguments", { concurrency: true }, () => {
  const worker = ["--worker", "https://pay.shop.example"];
  for (const [name, args, message] of [
    ["without --worker", DAYS, /^--worker is missing: give the URL of the Worker/],
    ["with a --worker that is no URL", [...DAYS, "--worker", "hush"], /^--worker must be the URL of a Worker/],
    [
      "with a --worker that has a password",
      [...DAYS, "--worker", "https://a:hush@b.example"],
      /^--worker must be the URL/,
    ],
    [
      "with a --worker on http",
      [...DAYS, "--worker", "http://pay.shop.example"],
      /^The URL of the Worker must be https/,
    ],
    ["without --from", [...worker, "--to", "2026-01-03"], /^--from is missing: give a day, such as 2026-11-01/],
    ["without --to", [...worker, "--from", "2026-01-03"], /^--to is missing/],
    [
      "with a day that does not exist",
      [...worker, "--from", "2026-02-30", "--to", "2026-03-01"],
      /^--from must be a date/,
    ],
    [
      "with the days in the wrong order",
      [...worker, "--from", "2026-01-03", "--to", "2026-01-02"],
      /^--from must not be after --to/,
    ],
    [
      "up to today",
      [...worker, "--from", "2026-01-03", "--to", "2026-03-10"],
      /^--to must be a past day in UTC, 2026-03-09 or/,
    ],
    ["up to tomorrow", [...worker, "--from", "2026-01-03", "--to", "2026-03-11"], /^--to must be a past day/],
    ["with an unknown option", [...worker, ...DAYS, "--day", "1"], /Unknown option '--day'/],
    ["with a token", [...worker, ...DAYS, "--token=hush"], /^--token is not accepted: other users/],
    ["with a file that does not exist", [...worker, ...DAYS, "--ledger", "no.csv"], /^Cannot read no\.csv: ENOENT/],
  ]) {
    test(`${name} are refused`, async () => {
      const { exit, stderr } = await reconcile(args, { ...SECRETS, NODE_OPTIONS: TODAY });
      assert.equal(exit, 2, stderr);
      assert.match(stderr, message);
    });
  }

  for (const name of Object.keys(SECRETS)) {
    test(`need ${name} in the environment`, async () => {
      const { exit, stderr } = await reconcile([...worker, ...DAYS], { ...SECRETS, [name]: undefined });
      assert.equal(exit, 3);
      assert.match(stderr, new RegExp(`^${name} is not set`));
    });
  }

  test("may have the settings in a file", async () => {
    answers = working;
    const lines = Object.entries({ ...SECRETS, CITRN_BASE_URL: `${url}/api` }).map((pair) => pair.join("="));
    const env = file("secrets.env", lines.join("\n"));
    const { exit, stderr } = await reconcile(["--worker", url, ...DAYS, "--env-file", env], {
      CITRN_BASE_URL: undefined,
    });
    assert.deepEqual([exit, stderr], [0, ""]);
  });

  test("have a usage", async () => {
    const { exit, stdout } = await reconcile(["--help"]);
    assert.equal(exit, 0);
    for (const option of ["worker", "from", "to", "ledger", "other", "json"]) assert.ok(stdout.includes(`--${option}`));
  });
});

describe("files", () => {
  for (const [name, args, message] of [
    ["ledger", (name) => ["--ledger", name], /l\.csv, line 2: amount: must be a decimal number such as 49\.50/],
    ["other movements", (name) => ["--other", name], /l\.csv, line 1: column date is missing/],
  ]) {
    test(`of ${name} are refused by file, line and column`, async () => {
      const { exit, stderr } = await reconcile([
        ...["--worker", url],
        ...DAYS,
        ...args(file("l.csv", "id,currency,amount\n1,BTC,hush")),
      ]);
      assert.equal(exit, 2);
      assert.match(stderr, message);
    });
  }
});

const event = (id, callback, more = {}) => ({
  ...{ id: `event-${id}`, type: "callback.received", callback_id: id, status: "confirmed", is_final: true },
  ...{ received_at: "2026-01-02T10:00:00.000Z", credit: null, review: null, callback, ...more },
});

test("the events of all pages count", async () => {
  const amount = { currency: "USDTT", amount: 5 };
  const deposit = { id: "1", type: "deposit", status: "confirmed", currency_received: amount };
  const withdrawal = { id: "2", type: "withdrawal", status: "confirmed", currency_sent: amount, fees: [] };
  answers = {
    "/v1/callbacks?since=2025-12-30&limit=100&after=a": [200, { ...PAGE, data: [event("2", withdrawal)] }],
    "/v1/callbacks?since=2025-12-30&limit=100": [200, { data: [event("1", deposit)], has_more: true, next: "a" }],
    ...working,
  };
  const { exit, stdout, stderr } = await reconcile(["--worker", url, ...DAYS]);
  assert.equal(exit, 0, `${stdout}${stderr}`);
  assert.match(stdout, /^The inbox has 1 deposit and 1 withdrawal, confirmed on these days\.$/m);
});

test("a difference is printed without the control characters of a file", async () => {
  answers = working;
  const ledger = file("control.csv", "id,currency,amount\n\u001b[2J17,USDTT,1\n");
  const { exit, stdout } = await reconcile(["--worker", url, ...DAYS, "--ledger", ledger]);
  assert.equal(exit, 1);
  assert.match(stdout, /^unknown {2}deposit .*17: /);
  assert.ok(!stdout.includes("\u001b"), stdout);
});

describe("failures", () => {
  const problem = (status, code) => [
    status,
    { code, detail: `It is ${code}.`, executed: "no", retryable: false, status },
  ];
  /** Writes a body of a gigabyte. */
  const huge = (response) => Readable.from(Array(1_000).fill("9".repeat(1_000_000))).pipe(response);
  const events = (data) => ({ "/v1": [200, { ...PAGE, data }] });
  /** Pages whose cursors lead to each other. */
  const circle = (data) => ({
    "/v1/callbacks?since=2025-12-30&limit=100&after=a": [200, { data, has_more: true, next: "b" }],
    "/v1": [200, { data, has_more: true, next: "a" }],
  });
  for (const [name, change, expected, message] of [
    ["a token that the Worker refuses", { "/v1": problem(401, "token_unknown") }, 6, /token_unknown/],
    ["a host that is not the Worker", { "/v1": [404, "hello"] }, 5, /the answer is not the Worker's/],
    ["a key that the gateway refuses", { "/api": [401, { error: "Bad key" }] }, 6, /./],
    ["a refused day", { "/api": [422, { errors: { date: "is too early" } }] }, 5, /The gateway refused .*is too early/],
    [
      "an event without a time",
      events([event("1", null, { received_at: "" })]),
      5,
      /received_at of event event-1 is not/,
    ],
    [
      "an event without its finality",
      events([event("1", null, { is_final: null })]),
      5,
      /is_final of event event-1 is/,
    ],
    ["an event that is listed twice", events([event("1"), event("1")]), 5, /event event-1 is listed twice/],
    ["pages in circles", circle([event("1", null)]), 5, /event event-1 is listed twice/],
    ["empty pages in circles", circle([]), 5, /a page without events is followed by another/],
    ["a page of a gigabyte", { "/v1": [200, huge] }, 4, /it has more than 35\.\d* MiB/],
    ["a balance that is no number", { "/api": [200, balances("1,5")] }, 5, /balance/],
  ]) {
    test(`of ${name} end with ${expected}`, async () => {
      answers = { ...change, ...working };
      const { exit, stdout, stderr } = await reconcile(["--worker", url, ...DAYS]);
      assert.deepEqual([exit, stdout], [expected, ""], stderr);
      assert.match(stderr, message);
    });
  }

  test("of a Worker that cannot be reached end with 4", async () => {
    answers = working;
    const { exit, stderr } = await reconcile(["--worker", "http://127.0.0.1:9", ...DAYS]);
    assert.equal(exit, 4, stderr);
  });
});
