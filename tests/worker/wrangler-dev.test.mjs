// What only `wrangler dev` has: the platform's rate limits, and objects as they are configured for a deployment.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { onModernNode, wranglerEnvironment } from "../../scripts/environment.mjs";
import { ADDRESS, assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ADDRESS_LIMIT = 600;
const STARTS_WITHIN_MS = 60_000;
const { settings, tokens } = makeSettings();
const directory = mkdtempSync(path.join(tmpdir(), "citrn-wrangler-"));
let gateway, child, caller;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  const port = await freePort();
  const envFile = path.join(directory, "worker.env");
  const lines = Object.entries({ ...settings, CITRN_BASE_URL: gateway.baseUrl }).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  const { command, args } = onModernNode(
    ...["wrangler/bin/wrangler.js", "dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", String(await freePort())],
    ...["--env-file", envFile, "--persist-to", path.join(directory, "state"), "--show-interactive-dev-session=false"],
  );
  // A group of its own: the launcher's own children outlive it otherwise.
  child = spawn(command, args, { cwd: root, env: { ...wranglerEnvironment(), CLOUDFLARE_CF_FETCH_ENABLED: "false" }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(String(data)));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (let up = false; !up; ) {
    up = await fetch(`${url}/healthz`).then((response) => response.ok, () => false);
    if (!up && (child.exitCode !== null || Date.now() > deadline)) throw new Error(`wrangler dev did not start:\n${output.join("")}`);
    if (!up) await new Promise((resolve) => setTimeout(resolve, 200));
  }
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
  it("rate limits are bound, and the objects are there", async () => {
    gateway.does((request, response) => response.end(request.url === "/api/ping" ? '{"message":"OK"}' : '{"data":[]}'));
    const { status, json } = await caller.ask("/readyz", { headers: { authorization: `Bearer ${tokens.all}` } });
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(json.checks.slice(3), [
      { name: "rate_limits", ok: true },
      { name: "deliveries", ok: true, code: "not_configured", detail: json.checks[4].detail },
    ]);
  });

  it("200 duplicates under one key make one gateway call", async () => {
    gateway.received();
    gateway.does((_, response) => setTimeout(() => response.end('{"data":{"address":"T1"}}'), 100));
    const answers = await Promise.all(Array.from({ length: 200 }, () => caller.post("/v1/addresses", ADDRESS, { "idempotency-key": "k" })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(gateway.received().length, 1);
  });

  it("an address that keeps guessing is stopped, a holder of a token is not", async () => {
    const guess = () => caller.post("/v1/addresses", ADDRESS, { authorization: `Bearer ${"x".repeat(48)}` });
    const statuses = new Map();
    let limited;
    for (let round = 0; round < 2 * (ADDRESS_LIMIT / 50) && !limited; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, guess));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      limited = answers.find(({ status }) => status === 429);
    }
    assert.ok(limited, JSON.stringify([...statuses]));
    assertProblem(limited, { status: 429, code: "too_many_requests", retryable: true });
    assert.equal(limited.headers.get("retry-after"), "60");
    assert.deepEqual([...statuses.keys()].sort(), [401, 429]);
    assert.equal((await caller.post("/v1/addresses", ADDRESS, { "idempotency-key": "k" })).status, 200);
  });
});
