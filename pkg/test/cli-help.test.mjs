// The help of every command is short, and its example and those of docs/command-line.md work as they are written, but
// for URLs and days.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "../dist/sandbox.mjs";
import { CLI, runCitrn } from "./command.mjs";
import { hmac } from "./gateway.mjs";
import { samplesOf } from "./pages.mjs";
import { handWritten, SECRET, serveShop } from "./rehearsal.mjs";
import { answer, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const BODY = '{"currency":"BTC","foreign_id":"123456"}';
const ENVIRONMENT = {
  CITRN_API_KEY: "merchant-key-7f3a9b",
  CITRN_SECRET: SECRET,
  CITRN_WORKER_TOKEN: TOKEN,
  SIGNATURE: hmac(SECRET, BODY),
  MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 5).toString("base64")}`,
};
const help = async (...args) => (await runCitrn([...args, "--help"])).stdout;
const names = [...(await help()).matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);

let directory, sandbox, shop, worker;
before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-help-"));
  const program = path.join(directory, "citrn");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(program, 0o755);
  for (const [name, text] of [
    ["body.json", BODY],
    ["credits.csv", "id,currency,amount\n"],
  ])
    writeFileSync(path.join(directory, name), text);
  sandbox = await startSandbox({ port: 0, apiKey: ENVIRONMENT.CITRN_API_KEY, secret: SECRET });
  shop = await serveShop(handWritten());
  worker = await startFakeWorker();
  worker.answers((request, response) => {
    const cursor = '"next":"delivery.1"';
    const isStream = request.headers.accept === "application/x-ndjson";
    const body = isStream ? `{"end":true,"has_more":false,${cursor}}\n` : `{"data":[],"has_more":false,${cursor}}`;
    answer(200, body)(request, response);
  });
});
after(async () => {
  rmSync(directory, { recursive: true });
  shop.close();
  await Promise.all([sandbox.close(), worker.close()]);
});

/** The exit code that the example of a command has, and what it prints when it runs until it is stopped. */
const RESULTS = {
  sandbox: { exit: 0, until: /CITRN_BASE_URL=/, more: " --port 0" },
  sign: { exit: 0 },
  verify: { exit: 0 },
  ping: { exit: 0 },
  call: { exit: 0 },
  listen: { exit: 0, until: /The position is stored in/ },
  trigger: { exit: 0 },
  rehearse: { exit: 0 },
  reconcile: { exit: 0 },
  // A fake Worker is not healthy; tests/worker/doctor.test.mjs has one that is.
  doctor: { exit: 1 },
  completion: { exit: 0 },
};

/** Replaces the places in a command line by those of this test. */
function here(example) {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  return example
    .replaceAll("npx citrn", "citrn")
    .replaceAll("http://127.0.0.1:8788/api", sandbox.baseUrl)
    .replaceAll("https://pay.shop.example", worker.url)
    .replaceAll(/http:\/\/(127\.0\.0\.1|localhost):3000/g, shop.handler.origin)
    .replaceAll(/\d{4}-\d\d-\d\d/g, yesterday);
}

/** Runs a command line, and stops it with SIGINT once its output matches. No output may have a secret. */
async function run(text, { until = undefined, mayHave = undefined } = {}) {
  const state = path.join(directory, "state");
  const child = spawn("sh", ["-c", `${until ? "exec " : ""}${here(text)}`], {
    cwd: directory,
    env: {
      PATH: `${directory}:${process.env.PATH}`,
      ...{ CITRN_BASE_URL: sandbox.baseUrl, XDG_STATE_HOME: state },
      ...ENVIRONMENT,
    },
  });
  child.stdin.end();
  let output = "";
  let isStopped = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (!until?.test(output) || isStopped) return;
      isStopped = child.kill("SIGINT");
    });
  }
  const exit = await new Promise((resolve) => child.on("close", resolve));
  for (const secret of Object.values(ENVIRONMENT))
    assert.ok(secret === mayHave || !output.includes(secret), `${text}\n${output}`);
  return { exit, output };
}

describe("citrn", { concurrency: 2 }, () => {
  for (const name of names) {
    test(`${name} --help is short, and its example works`, async () => {
      const text = await help(name);
      const lines = text.trimEnd().split("\n");
      assert.match(lines[0], new RegExp(`^Usage: citrn ${name} .*\\[options\\]$`));
      assert.ok(lines.length <= 60 && lines.every((line) => line.length <= 120), text);
      assert.match(text, /^ {2}--env-file FILE /m);

      const { exit, until, more = "" } = RESULTS[name] ?? assert.fail(`RESULTS has no ${name}`);
      const [, example] = /^Example:\n {2}(.+)\n$/m.exec(text);
      // A sandbox prints its key, and sign a signature.
      const mayHave = { sandbox: ENVIRONMENT.CITRN_API_KEY, sign: ENVIRONMENT.SIGNATURE }[name];
      const result = await run(example + more, { until, mayHave });
      assert.equal(result.exit, exit, result.output);
    });
  }
});

describe("docs/command-line.md", () => {
  const page = samplesOf("docs/command-line.md");

  test("secret, listen", async () => {
    assert.equal((await run(page.get("secret"))).exit, 0);
    const { exit, output } = await run(page.get("listen"), RESULTS.listen);
    assert.equal(exit, 0, output);
  });

  test("call", async () => {
    const { exit, output } = await run(`set -e\n${page.get("call")}`);
    assert.equal(exit, 0, output);
    assert.match(output, /^foreign_id {2}user-18$/m);
    assert.match(output, /"foreign_id":"payout-881"/);
  });

  test("completion", async () => {
    const { exit, output } = await run(`bash --norc -ec '${page.get("completion")} complete -p citrn'`);
    assert.deepEqual([exit, output], [0, "complete -o default -F _citrn citrn\n"]);
  });

  test("outcome", async () => {
    const refused = await run(page.get("outcome"));
    assert.match(refused.output, /balance_not_enough.*\nnot executed\n$/s);
    await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
    await sandbox.faults.add({ kind: "sever_during", endpoint: "withdrawal/crypto" });
    assert.match((await run(page.get("outcome"))).output, /\nunknown: wait for the callback of payout-881/);
    const killed = page.get("outcome").replace("npx citrn", () => "sh -c 'kill -KILL $$'");
    assert.match((await run(killed)).output, /\nunknown: wait for the callback of payout-881/);
    await sandbox.reset();
    await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
    assert.match((await run(page.get("outcome"))).output, /\naccepted: its callback reports the result\n$/);
  });
});
