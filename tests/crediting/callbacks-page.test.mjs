// docs/callbacks.md: its samples compile and run, and its tables match the core and the Worker's contract. The samples
// that need a framework or another runtime run in tests/package.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Citrn } from "citrn";
import { webhooks } from "citrn/worker";
import { transformSync } from "esbuild";
import { getPlatformProxy } from "wrangler";
import { inRoot } from "../../scripts/root.mjs";
import { compatibilityDate } from "../worker/workerd.mjs";
import { checkAnswers, CREDITING, LOGGED, SECRET } from "./answers.mjs";
import { openD1 } from "./databases.mjs";
import { D1_TYPES, project, samplesOf } from "./samples.mjs";

const samples = samplesOf("docs/callbacks.md");
const recipes = samplesOf("docs/crediting.md");
const page = readFileSync(inRoot("docs", "callbacks.md"), "utf8");
const contract = JSON.parse(readFileSync(inRoot("worker", "openapi.json"), "utf8"));

/** Samples that other tests run: tests/package, except for the body. */
const ELSEWHERE = ["hono", "express", "fastify", "bun", "deno"];

/** Types of other platforms that the samples use. */
const PLATFORM_TYPES = `
type Answer = Response | Promise<Response>;
type Handle = (request: Request) => Answer;
declare const Bun: { serve(options: { port: number | string; routes: Record<string, Handle> }): void };
declare const Deno: { serve(options: { port: number }, handle: Handle): void };
`;

const javascript = (/** @type {string} */ text) => transformSync(text, { loader: "ts", format: "esm" }).code;

test("the samples compile under --strict", { timeout: 60_000 }, async () => {
  const { directory, remove } = project({
    "platform.d.ts": PLATFORM_TYPES,
    "d1.d.ts": D1_TYPES,
    "node/crediting.ts": recipes.get("postgres"),
    "node/webhooks.ts": samples.get("webhooks"),
    "node/callbacks.ts": samples.get("callbacks"),
    "node/app/webhooks/route.ts": samples.get("next"),
    "node/routes/webhooks/+server.ts": samples.get("sveltekit"),
    "node/bun.ts": samples.get("bun"),
    "node/deno.ts": samples.get("deno"),
    "workers/crediting.ts": recipes.get("d1"),
    "workers/index.ts": samples.get("workers"),
  });
  const compilerOptions = {
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
    ...{ target: "es2022", lib: ["es2022"], module: "esnext", moduleResolution: "bundler", types: ["node"] },
    skipLibCheck: true,
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

describe("the samples answer as the page says", () => {
  process.env.MERCHANT_WEBHOOK_SECRET = SECRET;
  process.env.CITRN_SECRET = "gateway";

  /** Imports a sample, with the files beside it. @param {Record<string, string>} files @param {string} entry */
  async function imported(files, entry) {
    const { directory, remove } = project({
      "webhooks.js": javascript(samples.get("webhooks")),
      "crediting.js": CREDITING,
      ...files,
    });
    const module = await import(pathToFileURL(path.join(directory, entry)).href);
    return { module, directory, remove };
  }
  const asRequest = (init) => new Request("https://shop.example/webhooks", init);
  /** Node needs the name of the file. */
  const sample = (/** @type {string} */ name) => javascript(samples.get(name)).replace(/(\.\.\/webhooks)"/, '$1.js"');

  test("webhooks, next and sveltekit", async (t) => {
    const logged = t.mock.method(console, "log", () => {});
    const reported = t.mock.method(console, "error", () => {});
    for (const [
      name,
      entry,
      call,
    ] of /** @type {[string, string, (module: any) => (init: any) => Promise<Response>][]} */ ([
      [
        "webhooks",
        "webhooks.js",
        ({ handle }) =>
          (init) =>
            handle(asRequest(init)),
      ],
      [
        "next",
        "app/webhooks/route.js",
        ({ POST }) =>
          (init) =>
            POST(asRequest(init)),
      ],
      [
        "sveltekit",
        "routes/webhooks/+server.js",
        ({ POST }) =>
          (init) =>
            POST({ request: asRequest(init) }),
      ],
    ])) {
      const { module, remove } = await imported(name === "webhooks" ? {} : { [entry]: sample(name) }, entry);
      await checkAnswers(call(module), webhooks);
      remove();
    }
    const lines = logged.mock.calls.map(({ arguments: [line] }) => line);
    assert.deepEqual(lines, [...LOGGED, ...LOGGED, ...LOGGED]);
    assert.equal(reported.mock.callCount(), 3);
  });

  test("callbacks, with the body that the page shows", async () => {
    const { module, remove } = await imported({ "callbacks.js": javascript(samples.get("callbacks")) }, "callbacks.js");
    const body = samples.get("body");
    const headers = new Citrn({ secret: "gateway" }).callbacks.sign(body);
    const answers = [];
    for (let times = 0; times < 2; times += 1) {
      answers.push(await (await module.handle(asRequest({ method: "POST", body, headers }))).text());
    }
    assert.deepEqual(answers, ["done\n", "duplicate\n"]);
    assert.equal((await module.handle(asRequest({ method: "POST", body: `${body} `, headers }))).status, 401);
    remove();
  });

  test("workers, with a D1 database", { timeout: 60_000 }, async () => {
    const { module, directory, remove } = await imported(
      {
        "index.js": javascript(samples.get("workers")),
        "crediting.js": javascript(recipes.get("d1")),
        "wrangler.json": JSON.stringify({
          ...{ name: "shop", compatibility_date: compatibilityDate() },
          d1_databases: [{ binding: "DB", database_name: "shop", database_id: "shop" }],
        }),
      },
      "index.js",
    );
    const proxy = await getPlatformProxy({ configPath: path.join(directory, "wrangler.json"), persist: false });
    const DB = /** @type {any} */ (proxy.env.DB);
    const { read } = await openD1(DB);
    const data = { callback_id: "17", status: "confirmed", customer_id: "user-17", is_final: true, is_deposit: true };
    const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
    const timestamp = "2026-11-22T12:00:00.000Z";
    const body = JSON.stringify({ type: "callback.received", timestamp, data: { ...data, credit, review: null } });
    const headers = await webhooks.sign(body, { secrets: SECRET, id: "evt_1" });
    for (const expected of ["done\n", "duplicate\n"]) {
      const env = { MERCHANT_WEBHOOK_SECRET: SECRET, DB };
      const response = await module.default.fetch(asRequest({ method: "POST", body, headers }), env);
      assert.equal(await response.text(), expected);
    }
    assert.deepEqual((await read()).credits, [["17", "49.5"]]);
    await proxy.dispose();
    remove();
  });

  test("every sample is run somewhere", () => {
    const here = ["webhooks", "callbacks", "next", "sveltekit", "workers", "body"];
    assert.deepEqual([...samples.keys()].sort(), [...here, ...ELSEWHERE].sort());
    assert.equal(page.match(/^```\w+$/gm)?.length, samples.size);
  });
});

describe("the tables", () => {
  /** The names in the first column of the table under a head. @param {string} head */
  function column(head) {
    const [, rows] = page.split(`\n| ${head}\n`);
    assert.ok(rows, `there is no table of ${head}`);
    const lines = rows.split("\n").slice(1);
    const end = lines.findIndex((line) => !line.startsWith("|"));
    return lines
      .slice(0, end)
      .flatMap((line) => [...line.split("|")[1].matchAll(/`([\w.]+)`/g)].map(([, name]) => name));
  }
  const source = readFileSync(inRoot("pkg", "src", "endpoints.ts"), "utf8");
  const [, fields] = /export interface Callback \{\n([\s\S]*?)\n\}/.exec(source);
  const { EventData, Review } = contract.components.schemas;

  test("the fields of the gateway's body are those that the core reads", () => {
    const names = [...fields.matchAll(/readonly (\w+): /g)].map(([, name]) => name);
    const [, part] = page.split("## What the gateway posts");
    const documented = [...part.split("| `status` | final")[0].matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(documented.sort(), names.sort());
  });

  test("the statuses are those that the core knows", () => {
    const [, statuses] = /readonly status: ([^;]+) \| \(string & \{\}\);/.exec(fields);
    assert.deepEqual(
      column("`status` | final | |").sort(),
      statuses
        .split(" | ")
        .map((text) => text.slice(1, -1))
        .sort(),
    );
  });

  test("the fields of an event's data, its types and the reasons for a review are those of the contract", () => {
    assert.deepEqual(column("field of `data` | |").sort(), Object.keys(EventData.properties).sort());
    assert.deepEqual(column("`type` | |").sort(), Object.keys(contract.webhooks).sort());
    assert.deepEqual(column("`review` | |").sort(), [...Review.enum].sort());
  });
});
