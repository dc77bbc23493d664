// The upload and its settings.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { wranglerEnvironment } from "../../scripts/environment.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
// The budget of `npm run size`.
const UPLOAD_KB = 350;

async function dryRun(environment) {
  const args = ["deploy", "--dry-run", `--env=${environment}`];
  const { stdout } = await promisify(execFile)("wrangler", args, { cwd: root, env: wranglerEnvironment() });
  return stdout;
}

describe("wrangler deploy --dry-run", () => {
  it("passes for production while the gateway and the origins are still empty", async () => {
    const output = await dryRun("production");
    assert.match(output, /--dry-run: exiting now/);
    assert.match(output, /env\.CITRN_BASE_URL \(""\)/);
    assert.match(output, /env\.ALLOWED_RETURN_ORIGINS \(""\)/);
    assert.doesNotMatch(output, /CITRN_SECRET|CITRN_API_KEY|WORKER_TOKENS|MERCHANT_WEBHOOK_SECRET/);
  });

  for (const environment of ["", "production"]) {
    it(`binds the Durable Objects and the rate limits in ${environment || "development"}`, async () => {
      const output = await dryRun(environment);
      for (const binding of [
        /env\.IDEMPOTENCY \(IdempotencyShard\)/,
        /env\.INBOX \(InboxShard\)/,
        /env\.TOKEN_LIMIT \(\d+ requests\/60s\)/,
        /env\.ADDRESS_LIMIT \(\d+ requests\/60s\)/,
      ]) {
        assert.match(output, binding);
      }
    });
  }

  it("keeps request URLs out of the platform's logs and traces, since the checkout's URLs are credentials", async () => {
    const toml = await readFile(new URL("wrangler.toml", `file://${root}`), "utf8");
    for (const environment of ["", "env.production."]) {
      assert.ok(
        toml.includes(`\n[${environment}observability.logs]\nenabled = true\ninvocation_logs = false\n`),
        environment,
      );
      assert.ok(toml.includes(`\n[${environment}observability.traces]\nenabled = false\n`), environment);
    }
    for (const environment of ["", "production"])
      assert.doesNotMatch(await dryRun(environment), /WARNING/, "wrangler knows the keys");
  });

  it(`uploads at most ${UPLOAD_KB} KB`, async () => {
    const output = await dryRun("");
    const [, kib] = /Total Upload: .* gzip: ([\d.]+) KiB/.exec(output) ?? [];
    assert.ok(Number(kib) > 0 && Number(kib) * 1.024 <= UPLOAD_KB, `${kib} KiB`);
  });
});
