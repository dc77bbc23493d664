// docs/rehearsing.md: its command and its ledger work, and its table has every scenario.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { handWritten, serveShop, sumsOf } from "../../pkg/test/rehearsal.mjs";
import { inRoot } from "../../scripts/root.mjs";
import { project, samplesOf } from "./samples.mjs";

const page = samplesOf("docs/rehearsing.md");
const text = readFileSync(inRoot("docs", "rehearsing.md"), "utf8");

test("the command rehearses a shop with the page's ledger, and the table names its scenarios", async () => {
  const { directory, remove } = project({
    "credits.js": transformSync(page.get("ledger") ?? "", { loader: "ts", format: "esm" }).code,
  });
  const file = path.join(directory, "shop.db");
  const database = new DatabaseSync(file);
  database.exec(samplesOf("docs/crediting.md").get("sqlite-schema") ?? "");
  const insert = database.prepare("insert into credits values (?, ?, ?, ?)");
  process.env.DATABASE_FILE = file;
  const { GET } = await import(pathToFileURL(path.join(directory, "credits.js")).href);
  const shop = handWritten({
    async commit(/** @type {any} */ store, /** @type {string} */ key, /** @type {any} */ credit) {
      if (store.keys.has(key)) return false;
      store.keys.add(key);
      if (credit) insert.run(key, credit.customer_id, credit.currency, credit.amount);
      return true;
    },
  });
  const prefixes = new Set();
  const { handler, ledger, close } = await serveShop({
    ...shop,
    async credits(/** @type {string} */ target) {
      const url = new URL(target, "http://shop.example");
      prefixes.add(url.searchParams.get("customer_prefix"));
      return (await GET(new Request(url)).json()).credits;
    },
  });
  try {
    const [, command] = /** @type {string} */ (page.get("command")).trim().split("\n");
    const given = command.replace("http://127.0.0.1:3000/callbacks", handler.href);
    const [program, name, ...args] = given.replace("http://127.0.0.1:3000/credits", ledger.href).split(" ");
    assert.deepEqual([program, name], ["npx", "citrn"]);
    const child = spawn(process.execPath, [inRoot("pkg", "bin", "citrn.mjs"), ...args, "--json"], {
      env: { ...process.env, CITRN_SECRET: "rehearsal-secret" },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    assert.equal(await new Promise((resolve) => child.on("close", resolve)), 0, output);
    const { results, passed, customers } = JSON.parse(output);
    assert.ok(passed);
    assert.deepEqual([...prefixes], [customers]);
    const [, table] = text.split("| scenario | |\n");
    const rows = table.split("\n\n")[0].split("\n").slice(1);
    const documented = rows.flatMap((row) => [...row.split("|")[1].matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
    const names = [...new Set(results.map((/** @type {any} */ { name }) => name))];
    assert.deepEqual(documented.sort(), names.sort());
    assert.ok(results.length * 2 <= 300, "two customers of each scenario");
  } finally {
    close();
    database.close();
    remove();
  }
});

test("the reply of a ledger is one that the command reads", () => {
  assert.deepEqual([...sumsOf(page.get("reply")).of.keys()], ["user-17", "user-18"]);
});
