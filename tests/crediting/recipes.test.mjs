// The recipes of docs/crediting.md, from its text, on the real databases.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Citrn, callbackHandler } from "citrn";
import { getPlatformProxy } from "wrangler";
import { inRoot } from "../../scripts/root.mjs";
import { compatibilityDate } from "../worker/workerd.mjs";
import { openD1, openPostgres, openSqlite } from "./databases.mjs";
import { withoutPostgres } from "./postgres.mjs";
import { D1_TYPES, project, samplesOf } from "./samples.mjs";

const samples = samplesOf("docs/crediting.md");
const citrn = new Citrn({ secret: "gateway" });

test("the recipes compile under --strict", { timeout: 60_000 }, async () => {
  const files = Object.fromEntries(["postgres", "sqlite", "d1"].map((name) => [`${name}.ts`, samples.get(name)]));
  const { directory, remove } = project({ ...files, "d1-types.d.ts": D1_TYPES });
  const compilerOptions = {
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
    ...{ target: "es2022", lib: ["es2022"], module: "nodenext", types: ["node"], skipLibCheck: true },
  };
  writeFileSync(path.join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  try {
    await promisify(execFile)(process.execPath, [inRoot("node_modules", "typescript", "bin", "tsc"), "-p", directory]);
  } catch (error) {
    assert.fail(/** @type {any} */ (error).stdout);
  } finally {
    remove();
  }
});

/** Loads a recipe into this process. @param {string} name @param {Record<string, string>} [env] */
async function load(name, env = {}) {
  const { directory, remove } = project({ "crediting.ts": samples.get(name) });
  Object.assign(process.env, env);
  const recipe = await import(pathToFileURL(path.join(directory, "crediting.ts")).href);
  return { recipe, remove };
}

/** Opens the database of a recipe that has functions for one database. @param {"postgres" | "sqlite"} name */
async function opened(name, open) {
  const database = await open();
  const { recipe, remove } = await load(name, database.env);
  return {
    process: recipe.processEvent,
    review: recipe.reviewEvent,
    read: database.read,
    close: database.close,
    remove,
  };
}

/** Opens a D1 database of the local runtime. */
async function openedD1() {
  const { directory, remove } = project({
    "wrangler.json": JSON.stringify({
      ...{ name: "shop", compatibility_date: compatibilityDate() },
      d1_databases: [{ binding: "DB", database_name: "shop", database_id: "shop" }],
    }),
  });
  const proxy = await getPlatformProxy({ configPath: path.join(directory, "wrangler.json"), persist: false });
  const binding = proxy.env.DB;
  const { recipe, remove: removeRecipe } = await load("d1");
  const { read } = await openD1(binding);
  const close = async () => {
    await proxy.dispose();
    removeRecipe();
  };
  return { ...recipe.creditingIn(binding), read, close, remove };
}

let transactions = 0;
/** A callback of a new transaction. */
const callbackOf = (id, status, more = {}) =>
  JSON.stringify({
    ...{ id, type: "deposit", status, crypto_address: { foreign_id: "user-17" } },
    ...{ currency_received: { currency: "USDTT", amount: "50", amount_minus_fee: "49.500000000000000001" }, ...more },
  });

for (const [name, skip, open] of /** @type {const} */ ([
  ["postgres", withoutPostgres, () => opened("postgres", openPostgres)],
  ["sqlite", false, () => opened("sqlite", openSqlite)],
  ["d1", false, openedD1],
])) {
  describe(name, { skip, timeout: 60_000 }, () => {
    let database, handle;
    before(async () => {
      database = await open();
      handle = callbackHandler({ citrn, process: database.process, review: database.review });
    });
    after(async () => {
      await database.close();
      database.remove();
    });

    /** Posts a callback of the gateway, and gives the answer. */
    async function post(body) {
      const headers = citrn.callbacks.sign(body);
      const response = await handle(new Request("http://shop/", { method: "POST", body, headers }));
      return `${response.status} ${(await response.text()).trim()}`;
    }
    const creditsOf = async (id) => (await database.read()).credits.filter(([transaction]) => transaction === id);
    const next = () => `${name}-${(transactions += 1)}`;

    test("a deposit is credited once, to the last digit", async () => {
      const id = next();
      assert.equal(await post(callbackOf(id, "not_confirmed")), "200 done");
      assert.deepEqual(await creditsOf(id), []);
      assert.equal(await post(callbackOf(id, "confirmed")), "200 done");
      assert.equal(await post(callbackOf(id, "confirmed")), "200 duplicate");
      assert.deepEqual(await creditsOf(id), [[id, "49.500000000000000001"]]);
      assert.deepEqual((await database.read()).reviews, []);
    });

    test("concurrent deliveries credit once", async () => {
      const id = next();
      const answers = await Promise.all(Array.from({ length: 40 }, () => post(callbackOf(id, "confirmed"))));
      assert.deepEqual(answers.sort(), ["200 done", ...Array(39).fill("200 duplicate")]);
      assert.equal((await creditsOf(id)).length, 1);
    });

    test("confirmed again with one field added is no second credit, and a person looks at it", async () => {
      const id = next();
      await post(callbackOf(id, "confirmed"));
      const amended = callbackOf(id, "confirmed", { note: "added" });
      for (let times = 0; times < 2; times += 1) assert.equal(await post(amended), "200 duplicate");
      assert.equal((await creditsOf(id)).length, 1);
      const { bodies, reasons } = await database.read();
      assert.deepEqual([bodies, reasons], [[amended], ["key_taken"]]);
    });

    test("confirmed after cancelled is not credited, and a person looks at it", async () => {
      const id = next();
      assert.equal(await post(callbackOf(id, "cancelled")), "200 done");
      assert.equal(await post(callbackOf(id, "confirmed")), "200 duplicate");
      assert.deepEqual(await creditsOf(id), []);
      assert.ok((await database.read()).bodies.includes(callbackOf(id, "confirmed")));
    });

    test("a transaction in review is not credited by a later callback", async () => {
      const id = next();
      const unclear = callbackOf(id, "confirmed", { currency_received: { currency: "BTC", amount: "1,5" } });
      for (let times = 0; times < 2; times += 1) assert.equal(await post(unclear), "200 review");
      assert.equal(await post(callbackOf(id, "confirmed")), "200 duplicate");
      assert.deepEqual(await creditsOf(id), []);
      const { bodies, reasons } = await database.read();
      assert.equal(reasons[bodies.indexOf(unclear)], "amount_unreadable");
    });

    test("a signed body that cannot be read is stored byte for byte", async () => {
      assert.equal(await post("\ufeffnot JSON"), "200 review");
      assert.ok((await database.read()).bodies.includes("\ufeffnot JSON"));
    });

    test("if the credit fails, the key is not taken", async () => {
      const key = next();
      const credit = { customer_id: null, currency: "USDTT", amount: "1" };
      const event = { id: `evt_${key}`, key, rawBody: new Uint8Array(1), data: { credit, review: null } };
      await assert.rejects(database.process(event));
      credit.customer_id = "user-17";
      assert.equal(await database.process(event), "done");
      assert.deepEqual(await creditsOf(key), [[key, "1"]]);
    });
  });
}
