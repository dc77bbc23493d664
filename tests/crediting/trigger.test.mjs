// `citrn trigger` against the samples of docs/callbacks.md, with the crediting of docs/crediting.md, as they are.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { project, samplesOf } from "./samples.mjs";
import { SECRET as WEBHOOK_SECRET } from "./shop.mjs";

const CLI = fileURLToPath(new URL("../../pkg/dist/cli.mjs", import.meta.url));
const SECRETS = { CITRN_SECRET: "gateway-secret-17", MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET };
const samples = samplesOf("docs/callbacks.md");
const recipes = samplesOf("docs/crediting.md");

/** Serves a sample. @param {string} name @param {import("node:test").TestContext} t */
async function serve(name, t) {
  const javascript = (/** @type {string | undefined} */ text = "") => transformSync(text, { loader: "ts" }).code;
  const files = { "crediting.js": javascript(recipes.get("sqlite")), "handler.js": javascript(samples.get(name)) };
  const { directory, remove } = project(files);
  const file = path.join(directory, "shop.db");
  const database = new DatabaseSync(file);
  database.exec(/** @type {string} */ (recipes.get("sqlite-schema")));
  Object.assign(process.env, SECRETS, { DATABASE_FILE: file });
  const { handle } = await import(pathToFileURL(path.join(directory, "handler.js")).href);
  const server = createServer(async (incoming, outgoing) => {
    const { method, headers } = incoming;
    const init = { method, headers: Object.entries(headers), body: incoming, duplex: "half" };
    const response = await handle(new Request("http://shop.example/", /** @type {RequestInit} */ (init)));
    outgoing.writeHead(response.status).end(await response.text());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    database.close();
    remove();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, all: (/** @type {string} */ query) => database.prepare(query).all() };
}

/** Runs `citrn trigger`, and returns its exit code and output. @param {string[]} args */
async function trigger(...args) {
  const child = spawn(process.execPath, [CLI, "trigger", ...args], { env: { PATH: process.env.PATH, ...SECRETS } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [exit] = await once(child, "close");
  return { exit, output };
}

for (const [sample, sender, review] of [
  ["callbacks", "callback", "key_taken"],
  ["webhooks", "delivery", "conflict"],
]) {
  test(`the sample ${sample} takes a triggered ${sender} unchanged, and credits it once`, async (t) => {
    const { url, all } = await serve(sample, t);
    const options = ["--as", sender, "--to", url, "--foreign-id", "user-17", "--amount", "70"];
    const events = ["deposit.not_confirmed", "deposit.confirmed", "deposit.not_confirmed", "deposit.cancelled"];
    const { exit, output } = await trigger(...events, "deposit.confirmed", "--copies", "3", ...options);
    assert.equal(exit, 0, output);
    const credits = all("select customer_id, currency, amount from credits").map((row) => ({ ...row }));
    assert.deepEqual(credits, [{ customer_id: "user-17", currency: "USDTT", amount: "69.300000" }]);
    const reasons = new Set(all("select reason from citrn_reviews").map(({ reason }) => reason));
    assert.deepEqual(reasons, new Set([review]));
    const payout = await trigger("withdrawal.confirmed", "withdrawal.declined", ...options);
    assert.equal(payout.exit, 0, payout.output);
    assert.equal(all("select * from credits").length, 1);
  });
}
