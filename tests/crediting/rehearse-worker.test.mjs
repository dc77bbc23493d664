// `citrn rehearse` against the sample for Workers of docs/callbacks.md, with D1, behind the Worker: the gateway's
// callbacks go to the Worker, which delivers them to the shop.
import assert from "node:assert/strict";
import path from "node:path";
import { mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { getPlatformProxy } from "wrangler";
import { ledgerAt, runRehearsal, serveShop } from "../../pkg/test/rehearsal.mjs";
import { makeSettings } from "../worker/caller.mjs";
import { compatibilityDate, startWorker } from "../worker/workerd.mjs";
import { openD1 } from "./databases.mjs";
import { project, samplesOf } from "./samples.mjs";
import { SECRET } from "./shop.mjs";

const javascript = (/** @type {string | undefined} */ text) =>
  transformSync(text ?? "", { loader: "ts", format: "esm" }).code;

test("the sample for Workers passes unchanged, behind the Worker", { timeout: 120_000 }, async () => {
  const { directory, remove } = project({
    "index.js": javascript(samplesOf("docs/callbacks.md").get("workers")),
    "crediting.js": javascript(samplesOf("docs/crediting.md").get("d1")),
    "wrangler.json": JSON.stringify({
      ...{ name: "shop", compatibility_date: compatibilityDate() },
      d1_databases: [{ binding: "DB", database_name: "shop", database_id: "shop" }],
    }),
  });
  mock.method(console, "error", () => {});
  const { default: sample } = await import(pathToFileURL(path.join(directory, "index.js")).href);
  const proxy = await getPlatformProxy({ configPath: path.join(directory, "wrangler.json"), persist: false });
  const DB = /** @type {any} */ (proxy.env.DB);
  await openD1(DB);
  const shop = await serveShop({
    credits: async () => (await DB.prepare("select customer_id, currency, amount from credits").all()).results,
    async handle(/** @type {Buffer} */ body, /** @type {Record<string, string>} */ headers) {
      const request = new Request("http://shop.example/webhooks", { method: "POST", headers, body });
      return (await sample.fetch(request, { MERCHANT_WEBHOOK_SECRET: SECRET, DB })).status;
    },
  });
  const { settings } = makeSettings();
  let worker;
  try {
    worker = await startWorker({
      ...settings,
      CITRN_BASE_URL: "http://127.0.0.1:9/api",
      MERCHANT_WEBHOOK_URL: shop.handler.href,
      MERCHANT_WEBHOOK_SECRET: SECRET,
    });
    const { results, strangers } = await runRehearsal({
      handler: new URL("/callbacks", worker.url),
      readLedger: ledgerAt(shop.ledger, "rehearsal-", undefined),
      ...{ secret: settings.CITRN_SECRET, apiKey: undefined, prefix: "rehearsal-" },
    });
    assert.deepEqual(
      results.flatMap(({ scenario, profile, faults }) =>
        faults.map(({ message }) => `${scenario.name} (${profile}): ${message}`),
      ),
      [],
    );
    assert.deepEqual(strangers, []);
    assert.ok(results.length > 60);
  } finally {
    await worker?.stop();
    shop.close();
    await proxy.dispose();
    remove();
  }
});
