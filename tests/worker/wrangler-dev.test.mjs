// Features that only `wrangler dev` has: the platform's rate limits, and the objects of wrangler.toml.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { wranglerEnvironment } from "../../scripts/environment.mjs";
import { ADDRESS, assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { assertPayerError, checkoutSecret, makePayer } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { sendCallback } from "./merchant.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Requests per minute: a tenth of the limits in wrangler.toml, so that this takes seconds. */
const [TOKEN_LIMIT, ADDRESS_LIMIT] = [600, 60];
const ORIGIN = "https://pay.shop.example";
const STARTS_WITHIN_MS = 60_000;
const { settings, tokens } = makeSettings();
const directory = mkdtempSync(path.join(tmpdir(), "citrn-wrangler-"));
let gateway, child, caller, url;

/** Writes a copy of wrangler.toml with lower limits to another directory. */
function configuration() {
  let text = readFileSync(path.join(root, "wrangler.toml"), "utf8");
  for (const [from, to] of [
    ['main = "worker/npm/dist/index.js"', `main = ${JSON.stringify(path.join(root, "worker/npm/dist/index.js"))}`],
    [/^\[build\]\n(?:.+\n)+/m, ""],
    [`limit = ${ADDRESS_LIMIT * 10},`, `limit = ${ADDRESS_LIMIT},`],
    [`limit = ${TOKEN_LIMIT * 10},`, `limit = ${TOKEN_LIMIT},`],
  ]) {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, `wrangler.toml no longer has ${from}`);
    text = changed;
  }
  const file = path.join(directory, "wrangler.toml");
  writeFileSync(file, text);
  return file;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Tests limits, which wrangler dev counts by minutes of the clock: a test that fails while a new one begins is repeated.
 * @param {string} name
 * @param {() => Promise<void>} run
 */
function itInOneMinute(name, run) {
  const minute = () => Math.floor(Date.now() / 60_000);
  it(name, async () => {
    const before = minute();
    await run().catch((error) => {
      if (minute() === before) throw error;
      return run();
    });
  });
}

/** Starts wrangler dev on free ports. Returns what it prints. @param {string} envFile */
async function startWrangler(envFile) {
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const args = [
    ...["dev", "--local", "--config", configuration(), "--ip", "127.0.0.1"],
    ...["--port", String(port), "--inspector-port", String(inspectorPort)],
    ...["--env-file", envFile, "--persist-to", path.join(directory, "state"), "--show-interactive-dev-session=false"],
  ];
  // A process group, since the launcher's children would otherwise outlive it.
  child = spawn("wrangler", args, {
    cwd: root,
    env: { ...wranglerEnvironment(), CLOUDFLARE_CF_FETCH_ENABLED: "false" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(String(data)));
  url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (let up = false; !up; ) {
    up = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (!up && (child.exitCode !== null || Date.now() > deadline))
      throw new Error(`wrangler dev did not start:\n${output.join("")}`);
    if (!up) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return output;
}

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  const envFile = path.join(directory, "worker.env");
  const lines = Object.entries({
    ...settings,
    CITRN_BASE_URL: gateway.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: ORIGIN,
  }).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  const output = await startWrangler(envFile).catch((error) => {
    // Another test took a port between its choice and its use.
    if (String(error).includes("Address already in use")) return startWrangler(envFile);
    throw error;
  });
  caller = makeCaller({ url, output }, tokens.all);
});
after(async () => {
  if (child?.exitCode === null) {
    process.kill(-child.pid, "SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
  }
  await gateway?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("under wrangler dev", () => {
  it("rate limits and objects are bound", async () => {
    gateway.does((request, response) => response.end(request.url === "/api/ping" ? '{"message":"OK"}' : '{"data":[]}'));
    const { status, json } = await caller.request("/readyz", { headers: { authorization: `Bearer ${tokens.all}` } });
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(json.checks.slice(3), [
      { name: "rate_limits", ok: true },
      { name: "deliveries", ok: true, code: "not_configured", detail: json.checks[4].detail },
      { name: "callbacks", ok: true, invalid_signatures: 0 },
      { name: "checkout", ok: true },
    ]);
  });

  it("200 duplicates with one key make one gateway call", async () => {
    gateway.received();
    gateway.does((_, response) => setTimeout(() => response.end('{"data":{"address":"T1"}}'), 100));
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => caller.post("/v1/addresses", ADDRESS, { "idempotency-key": "k" })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(gateway.received().length, 1);
  });

  /** Guesses tokens until this address is limited. Returns the last answers. */
  async function limitAddress() {
    const guess = () => caller.post("/v1/addresses", ADDRESS, { authorization: `Bearer ${"x".repeat(48)}` });
    const answers = [];
    while (answers.length < 2 * ADDRESS_LIMIT && answers.at(-1)?.status !== 429)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, guess))));
    return answers;
  }

  itInOneMinute("an address that guesses tokens is limited, and a holder of a token is not", async () => {
    const answers = await limitAddress();
    const limited = answers.at(-1);
    assertProblem(limited, { status: 429, code: "too_many_requests", retryable: true });
    assert.equal(limited.headers.get("retry-after"), "60");
    assert.ok(answers.every(({ status }) => status === 401 || status === 429));
    assert.equal((await caller.post("/v1/addresses", ADDRESS, { "idempotency-key": "k" })).status, 200);
  });

  itInOneMinute("only a callback with a valid signature is accepted from a limited address", async () => {
    await limitAddress();
    const body = JSON.stringify({ id: 1, status: "confirmed", type: "deposit" });
    assert.equal((await sendCallback(url, "another-secret", body)).status, 429);
    assert.equal((await sendCallback(url, settings.CITRN_SECRET, body)).status, 200);
  });

  itInOneMinute("a link that is used too often is limited, and another one from the same address is not", async () => {
    await limitAddress();
    const payer = makePayer({ url }, tokens.all, ORIGIN);
    const [frequent, other] = await Promise.all([payer.link(), payer.link()]);
    gateway.answers(200, { url: "https://pay.example/s" });
    let limited;
    for (let sent = 0; sent < 2 * ADDRESS_LIMIT && !limited; sent += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => payer.visit(frequent.path, { coin: "USDTT" })),
      );
      limited = answers.find(({ status }) => status === 429);
      assert.ok(answers.every(({ status }) => status === 200 || status === 429));
    }
    assertPayerError(limited, 429, "too_many_requests");
    assert.equal(limited.headers.get("retry-after"), "60");
    assert.equal((await payer.visit(other.path)).status, 200);
    assertPayerError(await payer.visit(`${other.path}x`), 429, "too_many_requests");
  });

  it("callbacks with a valid signature are never limited", async () => {
    const count = 10 * ADDRESS_LIMIT;
    const began = Date.now();
    for (let id = 0; id < count; id += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, more) =>
          sendCallback(url, settings.CITRN_SECRET, JSON.stringify({ id: `many-${id + more}`, status: "confirmed" })),
        ),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    }
    assert.ok(Date.now() - began < 60_000, "the callbacks took longer than the limit's period");
    const stored = new Set();
    for (let next = "", more = true; more; ) {
      const { json } = await caller.request(`/v1/callbacks?limit=100${next && `&after=${next}`}`, {
        headers: { authorization: `Bearer ${tokens.all}` },
      });
      for (const { callback_id } of json.data) if (callback_id.startsWith("many-")) stored.add(callback_id);
      ({ next, has_more: more } = json);
    }
    assert.equal(stored.size, count);
  });

  itInOneMinute("a token that is used too often is limited, and another one is not", async () => {
    const post = (token) => caller.post("/v1/addresses", {}, { authorization: `Bearer ${token}` });
    let limited;
    for (let sent = 0; sent < 2 * TOKEN_LIMIT && !limited; sent += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => post(tokens.all)));
      limited = answers.find(({ status }) => status === 429);
      assert.ok(answers.every(({ status }) => status === 422 || status === 429));
    }
    assertProblem(limited, { status: 429, code: "too_many_requests", retryable: true });
    assertProblem(await post(tokens.addresses), { status: 422, code: "missing_parameter", field: "foreign_id" });
  });
});
