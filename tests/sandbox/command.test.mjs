import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { merchantFor, post } from "./gateway.mjs";

const manifest = createRequire(import.meta.url).resolve("citrn/package.json");
const citrn = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.citrn);

/** Runs `citrn sandbox`, and collects what it prints. */
function run(t, args, env = {}) {
  const { CITRN_API_KEY, CITRN_SECRET, ...rest } = process.env;
  const child = spawn(process.execPath, [citrn, "sandbox", ...args], { env: { ...rest, ...env } });
  t.after(() => child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  return { child, output, exit: once(child, "close").then(([code]) => code) };
}

/** Waits until a line of the output matches. */
async function until(output, pattern) {
  for (const deadline = Date.now() + 10_000; ; ) {
    const match = pattern.exec(output.stdout);
    if (match) return match[1];
    if (Date.now() > deadline) throw new Error(`never printed ${pattern}: ${output.stdout}${output.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("citrn sandbox generates and prints key and secret, logs a line per request, and stops when told", async (t) => {
  const { child, output, exit } = run(t, ["--port", "0", "--seed", "s"]);
  const sandbox = {
    baseUrl: await until(output, /base URL +(\S+)/),
    apiKey: await until(output, /API key +(\S+)/),
    secret: await until(output, /secret +(\S+)/),
  };
  assert.equal(await until(output, /seed +(\S+)/), "s");
  assert.match(sandbox.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/api$/);
  assert.equal((await post(sandbox, "accounts/list")).status, 200);
  await until(output, /(POST \/api\/accounts\/list {2}200)/);
  child.kill("SIGTERM");
  assert.equal(await exit, 0);
  assert.equal(output.stderr, "");
});

test("citrn sandbox takes key and secret from the environment, prints no secret, and sends callbacks", async (t) => {
  const merchant = await merchantFor(t);
  const env = { CITRN_API_KEY: "my-key", CITRN_SECRET: "my-own-secret" };
  const { child, output, exit } = run(t, ["--port", "0", "--callback-url", merchant.url], env);
  const url = await until(output, /control +(\S+?)\/_sandbox\//);
  const sandbox = { baseUrl: `${url}/api`, apiKey: "my-key", secret: "my-own-secret" };
  const { json } = await post(sandbox, "addresses/take", { foreign_id: "a", currency: "USDTT" });
  const paid = await fetch(`${url}/_sandbox/deposits`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ address: json.data.address, amount: "5", confirmed: true }),
  });
  assert.equal(paid.status, 200);
  assert.deepEqual(merchant.received.map(({ json }) => json.status), ["confirmed"]);
  await until(output, /(callback confirmed of \S+: 200)/);
  child.kill("SIGINT");
  assert.equal(await exit, 0);
  assert.ok(!output.stdout.includes("my-own-secret"));
});

test("a port that is taken is one clear sentence", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { output, exit } = run(t, ["--port", String(server.address().port)]);
  assert.equal(await exit, 1);
  assert.match(output.stderr, /^Port \d+ is taken: [^\n]*--port[^\n]*\n$/);
});

test("a command line that makes no sense is explained", async (t) => {
  for (const args of [["--port", "x"], ["--port", "65536"], ["--prot", "1"], ["extra"]]) {
    const { output, exit } = run(t, args);
    assert.equal(await exit, 2, args.join(" "));
    assert.match(output.stderr, /npx citrn sandbox \[options\]/);
  }
  const bad = run(t, ["--port", "0", "--callback-url", "nope"]);
  assert.equal(await bad.exit, 1);
  assert.match(bad.output.stderr, /callback URL/);
});

test("citrn sandbox starts in under half a second", async (t) => {
  const times = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const { child, output, exit } = run(t, ["--port", "0"]);
    await until(output, /base URL +(\S+)/);
    times.push(performance.now() - start);
    child.kill("SIGTERM");
    await exit;
  }
  assert.ok(Math.min(...times) < 500, `${times.map(Math.round)} ms`);
});
