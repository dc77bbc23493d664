// `citrn rehearse` of the packed package against the samples of docs/callbacks.md on their frameworks, without the
// Worker. The sample for Workers is rehearsed behind the Worker, in tests/crediting.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { samplesOf } from "../crediting/samples.mjs";
import { javascript, startServer } from "./handlers.mjs";
import { installed, node, run, secret } from "./project.mjs";

const recipes = samplesOf("docs/crediting.md");
const modules = { "webhooks.js": javascript("callbacks"), "crediting.js": javascript("sqlite", recipes) };

/** Makes the shop's database, and serves its credits. */
async function openLedger() {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-rehearse-"));
  const file = path.join(directory, "shop.db");
  const database = new DatabaseSync(file);
  database.exec(recipes.get("sqlite-schema"));
  const credits = database.prepare("select customer_id, currency, amount from credits");
  const server = createServer((_, response) => response.end(JSON.stringify({ credits: credits.all() })));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
    database.close();
    rmSync(directory, { recursive: true });
  };
  return { file, url: `http://127.0.0.1:${server.address().port}/credits`, close };
}

/** Starts a sample, rehearses it, and returns the report. */
async function rehearse(name, { directory = `rehearse-${name}`, change, only = [] } = {}) {
  const ledger = await openLedger();
  // Next.js loads the route when it builds, and so opens the database.
  const buildEnv = { DATABASE_FILE: ledger.file };
  const env = { ...buildEnv, CITRN_SECRET: secret };
  let stop = async () => {};
  try {
    const server = await startServer(name, { directory, modules, env, buildEnv, change });
    ({ stop } = server);
    const { url } = server;
    for (let tries = 0; tries < 100 && !(await fetch(url).catch(() => undefined)); tries += 1) await setTimeout(50);
    const names = only.flatMap((scenario) => ["--only", scenario]);
    const args = ["rehearse", "--handler", url, "--ledger", ledger.url, "--json", ...names];
    const command = [path.join(installed, "bin", "citrn.mjs"), ...args];
    // It exits with 1 if a scenario fails.
    const { stdout } = await run(node(20), ["-e", TOLERANT, ...command], { env: { CITRN_SECRET: secret } });
    return JSON.parse(stdout);
  } finally {
    await stop();
    ledger.close();
  }
}

/** Runs a command and exits with 0 whatever its exit code, so that its report can be read. */
const TOLERANT = `
  const { spawnSync } = require("node:child_process");
  spawnSync(process.execPath, process.argv.slice(1), { stdio: "inherit" });`;

const failedIn = ({ results }) =>
  results.flatMap(({ name, profile, faults }) => faults.map(({ message }) => `${name} (${profile}): ${message}`));

describe("the samples pass unchanged", { timeout: 300_000 }, () => {
  for (const name of ["express", "fastify", "hono", "next"]) {
    test(name, async () => {
      const report = await rehearse(name);
      assert.deepEqual(failedIn(report), []);
      assert.ok(report.passed && report.results.length > 60);
    });
  }
});

/** Replaces a part of the sample that must be there. */
const sample = (from, to) => (files) => {
  assert.ok(files["sample.js"].includes(from), `the sample no longer has ${from}`);
  return { ...files, "sample.js": files["sample.js"].replace(from, () => to) };
};

/** Mutants that only a framework can have: its name, the change, and the scenario that it fails. */
const MUTANTS = {
  "Express, with the default limit of the body": [
    "express",
    sample(/limit: "1mb"/.exec(javascript("express"))[0], 'limit: "100kb"'),
    "large-body",
  ],
  "Express, with its JSON parser first": [
    "express",
    (files) =>
      sample(
        "const app = express();",
        "const app = express();\napp.use(express.json());",
      )(sample("body: req.body", "body: JSON.stringify(req.body)")(files)),
    "deposit",
  ],
  "Express, for one content type only": ["express", sample("type: () => true", 'type: "text/plain"'), "deposit"],
  "Fastify, with its JSON parser": [
    "fastify",
    (files) =>
      sample(
        "new Uint8Array(request.body)",
        "JSON.stringify(request.body)",
      )(sample("webhooks.removeAllContentTypeParsers();", "")(files)),
    "deposit",
  ],
  "Hono, with the body read as JSON": [
    "hono",
    sample(
      "(c) => handle(c.req.raw)",
      `async (c) => {
        const body = JSON.stringify(await c.req.json());
        return handle(new Request(c.req.url, { method: "POST", headers: c.req.raw.headers, body }));
      }`,
    ),
    "deposit",
  ],
};

describe("a mutant fails", { timeout: 300_000 }, () => {
  for (const [index, [title, [name, change, scenario]]] of Object.entries(MUTANTS).entries()) {
    test(title, async () => {
      const report = await rehearse(name, { directory: `rehearse-mutant-${index}`, change, only: [scenario] });
      assert.ok(!report.passed);
      assert.ok(failedIn(report).length > 0);
    });
  }
});
