import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { merchantFor, post, sign } from "./gateway.mjs";

const manifest = createRequire(import.meta.url).resolve("citrn/package.json");
const citrn = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.citrn);

/** Runs `citrn sandbox`, and collects its output. */
function run(t, args, env = {}) {
  const { CITRN_API_KEY, CITRN_SECRET, ...rest } = process.env;
  const child = spawn(process.execPath, [citrn, "sandbox", ...args], { env: { ...rest, ...env } });
  t.after(() => child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
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

test("citrn sandbox generates and prints key and secret, logs a line per request, and stops on a signal", async (t) => {
  const { child, output, exit } = run(t, ["--port", "0", "--seed", "s", "--profile", "family-2020"]);
  const sandbox = {
    baseUrl: await until(output, /base URL +(\S+)/),
    apiKey: await until(output, /API key +(\S+)/),
    secret: await until(output, /secret +(\S+)/),
  };
  assert.equal(await until(output, /seed +(\S+)/), "s");
  assert.equal(await until(output, /profile +(\S+)/), "family-2020");
  assert.equal(await (await fetch(`${sandbox.baseUrl}/ping`)).text(), "OK");
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
  assert.deepEqual(
    merchant.received.map(({ json }) => json.status),
    ["confirmed"],
  );
  await until(output, /(callback confirmed of \S+: 200)/);
  child.kill("SIGINT");
  assert.equal(await exit, 0);
  assert.ok(!output.stdout.includes("my-own-secret"));
});

for (const [what, env] of [
  ["generated", {}],
  ["plain", { CITRN_API_KEY: "my-key", CITRN_SECRET: "my-own-secret" }],
  ["full of shell syntax", { CITRN_API_KEY: "it's$HOME`id`\"\\;#", CITRN_SECRET: "s'$(id)" }],
]) {
  test(`the printed settings can be pasted into a shell: key and secret are ${what}`, async (t) => {
    const { output } = run(t, ["--port", "0"], env);
    const line = await until(output, /^(export CITRN_API_KEY=.+)$/m);
    if (env.CITRN_SECRET)
      assert.ok(!output.stdout.includes(env.CITRN_SECRET), "a secret that was given is not printed");
    const { CITRN_API_KEY, CITRN_SECRET, CITRN_BASE_URL, ...rest } = process.env;
    // A given secret must be set in the other terminal too.
    const own = env.CITRN_SECRET ? { CITRN_SECRET: env.CITRN_SECRET } : {};
    const { status, stdout, stderr } = spawnSync("sh", ["-c", `${line}\n"$0" "$1" ping`, process.execPath, citrn], {
      env: { ...rest, ...own },
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /accepted the key and the signature/);
  });
}

test("the start-up lines show how redirect_url begins, and how to change that", async (t) => {
  const { output } = run(t, ["--port", "0"]);
  const url = await until(output, /citrn sandbox +(\S+)/);
  assert.ok((await until(output, /redirect_url +(.+)/)).startsWith(`begins with ${url}: `));
  assert.match(output.stdout, /redirect_url .*--public-url http:\/\/NAME:\d+/);
  const named = run(t, ["--port", "0", "--public-url", "http://sandbox:8788"]);
  assert.match(await until(named.output, /redirect_url +(.+)/), /^begins with http:\/\/sandbox:8788: /);
  await until(named.output, /(CITRN_BASE_URL=http:\/\/sandbox:8788\/api CITRN_ALLOW_INSECURE_BASE_URL=true)$/m);
});

test("no header, path or body of a caller puts control characters into the log", async (t) => {
  const { output } = run(t, ["--port", "0"], { CITRN_API_KEY: "k", CITRN_SECRET: "s" });
  const port = await until(output, /base URL +http:\/\/127\.0\.0\.1:(\d+)/);
  const signed = (body) => `X-Process-Key: k\r\nX-Process-Signature: ${sign("s", body)}\r\n`;
  for (const [target, headers, body] of [
    ["/api/balances", `Content-Type: text/\x9b31m\r\n${signed("{}")}`, "{}"],
    ["/api/\x9b31m", "Content-Type: application/json\r\n", "{}"],
    ["/_sandbox/faults", "Content-Type: application/json\r\n", '{"kind":"\\u001b[31m\\u202e"}'],
    ["/_sandbox/clock", "Content-Type: application/json\r\n", '{"\\u009b31m":1}'],
    ["/_sandbox/deposits/%1b/confirm", "Content-Type: application/json\r\n", "{}"],
  ]) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.end(
      `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
      "latin1",
    );
    await once(socket.resume(), "close");
  }
  await until(output, /(POST \/_sandbox\/deposits)/);
  assert.match(output.stdout, /\\u\{9b\}31m/);
  assert.doesNotMatch(output.stdout + output.stderr, /[^\n\P{Cc}]|\p{Cf}/u);
});

test("a port in use is reported in one sentence", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { output, exit } = run(t, ["--port", String(server.address().port)]);
  assert.equal(await exit, 1);
  assert.match(output.stderr, /^--port: \d+ is in use[^\n]*\n$/);
});

test("an invalid command line is explained", async (t) => {
  for (const args of [["--port", "x"], ["--port", "65536"], ["--prot", "1"], ["extra"], ["--profile", "nope"]]) {
    const { output, exit } = run(t, args);
    assert.equal(await exit, 2, args.join(" "));
    assert.match(output.stderr, /See citrn sandbox --help\.\n$/);
  }
  const bad = run(t, ["--port", "0", "--callback-url", "nope"]);
  assert.equal(await bad.exit, 1);
  assert.match(bad.output.stderr, /callback URL/);
});

test("--scenario runs scenarios, and prints what a correct shop has credited", async (t) => {
  const { url, received } = await merchantFor(t, (count) => (count === 2 ? 500 : 200));
  const names = ["--scenario", "callbacks-late", "--scenario", "withdrawal-declined"];
  const { child, output, exit } = run(t, ["--port", "0", "--seed", "s", "--callback-url", url, ...names]);
  await until(output, /and its (payout payout-[0-9a-f]{8} of 25 USDTT is not paid)/);
  assert.match(output.stdout, /^scenario callbacks-late: the callbacks of a deposit .+$/m);
  assert.match(output.stdout, /^ {2}a correct shop has credited to customer-[0-9a-f]{8}: 49\.500000 USDTT$/m);
  assert.match(output.stdout, /^ {2}not yet answered with 200: 1 of 2 callbacks$/m);
  assert.match(output.stdout, /^ {2}a correct shop has credited to customer-[0-9a-f]{8}: nothing$/m);
  // The time of the second scenario reaches the repetition of the callback that was answered with 500.
  assert.deepEqual(
    received.map(({ json }) => json.status),
    ["not_confirmed", "confirmed", "pending", "confirmed", "declined"],
  );
  child.kill("SIGTERM");
  assert.equal(await exit, 0);
});

test("a wrong --scenario lists the names, and a scenario needs a callback URL", async (t) => {
  const wrong = run(t, ["--port", "0", "--callback-url", "http://127.0.0.1:9/", "--scenario", "late"]);
  assert.equal(await wrong.exit, 2);
  assert.match(wrong.output.stderr, /^--scenario: there is no "late"; choose one of deposit-below-minimum, .+\.\n$/);
  const silent = run(t, ["--port", "0", "--scenario", "callbacks-late"]);
  assert.equal(await silent.exit, 2);
  assert.match(
    silent.output.stderr,
    /^--scenario sends callbacks: give --callback-url too\. See citrn sandbox --help\.\n$/,
  );
});
