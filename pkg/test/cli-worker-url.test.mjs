// The URL of the Worker, for the commands that read it: on the command line, or in CITRN_WORKER_URL.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { runCitrn } from "./command.mjs";
import { problem, startFakeWorker, TOKEN } from "./worker-fake.mjs";

const ARGUMENTS = {
  doctor: [],
  listen: ["--forward-to", "http://127.0.0.1:9/webhooks", "--cursor-file", "no.json"],
  reconcile: ["--from", "2026-01-01", "--to", "2026-01-02"],
};
const at = (name, url) => (name === "doctor" ? [url] : ["--worker", url]);
const run = (name, more, CITRN_WORKER_URL) =>
  runCitrn([name, ...ARGUMENTS[name], ...more], {
    env: {
      ...{ CITRN_WORKER_URL, CITRN_WORKER_TOKEN: TOKEN, CITRN_API_KEY: "key", CITRN_SECRET: "s".repeat(24) },
      ...{ CITRN_BASE_URL: "http://127.0.0.1:9/api" },
      MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 5).toString("base64")}`,
    },
  });

let worker;
before(async () => {
  worker = await startFakeWorker();
});
after(() => worker.close());

for (const name of Object.keys(ARGUMENTS)) {
  describe(name, () => {
    for (const [what, more, variable] of [
      ["the variable", () => [], () => worker.url],
      ["the command line before the variable", () => at(name, worker.url), () => "https://other.invalid"],
    ]) {
      test(`reads ${what}`, async () => {
        worker.answers(problem(401, "unknown_token"));
        await run(name, more(), variable());
        assert.ok(worker.requests.length > 0, "the Worker got a request");
      });
    }

    test("names what is missing or malformed, without its text", async () => {
      const where = name === "doctor" ? "URL" : "--worker";
      const missing = name === "listen" ? "Give either --worker URL, or CITRN_WORKER_URL" : `${where} is missing`;
      for (const [more, variable, code, message] of [
        [[], undefined, 2, missing],
        [[], "https://user:hush@pay.shop.example", 3, "CITRN_WORKER_URL must be the URL of a Worker"],
        [at(name, "https://pay.shop.example/?hush"), worker.url, 2, `${where} must be the URL of a Worker`],
      ]) {
        const { exit, stderr } = await run(name, more, variable);
        assert.equal(exit, code, stderr);
        assert.ok(stderr.startsWith(message), stderr);
        assert.ok(!stderr.includes("hush"));
      }
    });
  });
}

test("listen --sandbox does not read the variable", async () => {
  const args = ["listen", "--sandbox", "--forward-to", "http://127.0.0.1:9/", "--base-url", "http://127.0.0.1:9/api"];
  const { stderr } = await runCitrn(args, {
    env: { CITRN_WORKER_URL: "hush", MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 5).toString("base64")}` },
  });
  assert.match(stderr, /127\.0\.0\.1:9/);
  assert.doesNotMatch(stderr, /CITRN_WORKER_URL/);
});
