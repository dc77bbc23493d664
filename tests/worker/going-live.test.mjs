// The samples of docs/going-live.md, and the check `callbacks` of `/readyz` on real Durable Objects.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { wranglerEnvironment } from "../../scripts/environment.mjs";
import { makeCaller, makeSettings, PAYMENT } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { sendCallback } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const samples = samplesOf("docs/going-live.md");
const { settings, tokens } = makeSettings();
const HOUR_MS = 3_600_000;
let gateway, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl, CALLBACK_SILENCE_HOURS: "1" });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

/** Returns the check `callbacks`, after the cached results have expired or in a new instance. */
async function check() {
  gateway.does((request, response) => response.end(request.url === "/api/ping" ? '{"message":"OK"}' : '{"data":[]}'));
  const { json } = await caller.get("/readyz", { authorization: `Bearer ${tokens.all}` });
  return json.checks.find(({ name }) => name === "callbacks");
}

describe("docs/going-live.md", () => {
  it("unsigned: the Worker refuses the callback, and counts it", async () => {
    const command = samples.get("unsigned").replace("https://pay.shop.example", worker.url);
    assert.ok(command.includes(worker.url));
    const { stdout } = await exec("sh", ["-c", command]);
    assert.match(stdout, /^HTTP\/1\.1 401 /);
    assert.match(stdout, /"code":"invalid_signature"/);
    assert.deepEqual(await check(), { name: "callbacks", ok: true, invalid_signatures: 1 });
  });

  it("custom-domain: wrangler knows the keys", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "citrn-domain-"));
    try {
      const file = path.join(directory, "wrangler.toml");
      const text = readFileSync(path.join(root, "wrangler.toml"), "utf8")
        .replace(/^main = "(.+)"$/m, (_, main) => `main = ${JSON.stringify(path.join(root, main))}`)
        .replace(/^\[build\]\n(?:.+\n)+/m, "");
      writeFileSync(file, `${text}\n${samples.get("custom-domain")}`);
      const args = ["deploy", "--dry-run", "--env=production", "--config", file];
      const { stdout, stderr } = await exec("wrangler", args, { cwd: root, env: wranglerEnvironment() });
      assert.match(stdout, /--dry-run: exiting now/);
      assert.doesNotMatch(stdout + stderr, /WARNING/);
      assert.deepEqual(samples.unused(), []);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe("the check callbacks", () => {
  it("has the time of the latest callback and counts in memory only", async () => {
    gateway.does((_, response) => response.end('{"data":{"redirect_url":"https://pay.example/s-1"}}'));
    assert.equal((await caller.post("/v1/payments", PAYMENT)).status, 201);
    const began = Date.now();
    const callback = '{"id":17,"type":"deposit","status":"confirmed"}';
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, callback)).status, 200);
    await worker.restart();
    const { latest_at, ...rest } = await check();
    assert.deepEqual(rest, { name: "callbacks", ok: true, invalid_signatures: 0 });
    assert.ok(Date.parse(latest_at) >= began - 1000 && Date.parse(latest_at) < began + HOUR_MS, latest_at);
  });
});
