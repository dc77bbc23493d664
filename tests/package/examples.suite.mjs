// The JavaScript folders of examples/, beside the packed package, run with the commands of their READMEs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { freePort } from "../../scripts/ports.mjs";
import { samplesOf } from "../crediting/samples.mjs";
import { app, here, importCitrn, installed, node, project, root, run, serve } from "./project.mjs";

/** Makes Next.js accept packages that are installed above the folder. */
const NEXT_CONFIG = `
const root = new URL("../../..", import.meta.url).pathname;
export default { turbopack: { root }, outputFileTracingRoot: root };
`;

/** Returns the reasons for a review in the SQLite file of a shop. */
function reviewsIn(cwd) {
  const database = new DatabaseSync(path.join(cwd, "shop.db"), { readOnly: true });
  const rows = database.prepare("select reason from citrn_reviews order by reason").all();
  database.close();
  return rows.map(({ reason }) => reason);
}

const FOLDERS = {
  "node-express": { started: /listens on http/, reviews: reviewsIn },
  // Its crediting.ts equals the recipe of docs/crediting.md, whose test reads the reviews.
  "hono-worker": { started: /Ready on http/ },
  next: { started: /Ready in/, reviews: reviewsIn, more: { "next.config.mjs": NEXT_CONFIG } },
};

/** Where packages are installed: ours, the frameworks, and wrangler. */
const modules = [app, here, root].map((directory) => path.join(directory, "node_modules"));

/** The settings come from the files that the READMEs name, and the packages from here instead of `npm install`. */
const env = {
  ...Object.fromEntries(["CITRN_API_KEY", "CITRN_SECRET", "CITRN_BASE_URL"].map((name) => [name, undefined])),
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  PATH: [path.dirname(node(24)), ...modules.map((directory) => path.join(directory, ".bin")), process.env.PATH].join(
    path.delimiter,
  ),
};

const anyPort = () => freePort(0, { purpose: "the example", flag: "" });

/** Copies the files of a folder that git does not ignore, with free ports. Returns the commands of its README too. */
async function copy(name, more = {}) {
  const source = path.join(root, "examples", name);
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: source });
  const ports = { 3000: await anyPort(), 8788: await anyPort() };
  const texts = listed
    .toString()
    .trim()
    .split("\n")
    .map((file) => [
      file,
      readFileSync(path.join(source, file), "utf8").replaceAll(/\b(3000|8788)\b/g, (it) => ports[it]),
    ]);
  const files = { ...Object.fromEntries(texts), ...more };
  const [, block] = /```sh\n(.*?)```/s.exec(files["README.md"]);
  const commands = block
    .replaceAll("\\\n", " ")
    .replaceAll(/ +# .*$/gm, "")
    .trim()
    .split("\n");
  const cwd = project(`examples-${name}`, files);
  // npm puts the programs in this folder and in those above before PATH, and an older Node is among them.
  const programs = path.join(cwd, "node_modules", ".bin");
  mkdirSync(programs, { recursive: true });
  symlinkSync(node(24), path.join(programs, "node"));
  return { cwd, commands, shop: `http://127.0.0.1:${ports[3000]}/` };
}

/** Submits the form of a page as a browser without JavaScript does. Returns the target of the redirect. */
async function submitForm(page) {
  const html = await (await fetch(page)).text();
  const form = new FormData();
  for (const [, name] of html.matchAll(/<input type="hidden" name="([^"]+)"/g)) form.append(name, "");
  const action = /<form[^>]* action="([^"]*)"/.exec(html)[1];
  const headers = { Origin: new URL(page).origin };
  const response = await fetch(new URL(action, page), { method: "POST", body: form, headers, redirect: "manual" });
  assert.equal(response.status, 303, await response.text());
  return response.headers.get("Location");
}

/** Creates a payment, lets the sandbox pay and deliver callbacks again, and checks the credits on the order's page. */
async function payOnce(shop, sandbox) {
  const control = async (method, call, body) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox}/_sandbox/${call}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const reply = await response.json();
    assert.equal(response.status, 200, JSON.stringify(reply));
    return reply.data;
  };
  const location = await submitForm(shop);
  assert.ok(location.startsWith(`${sandbox}/pay/`), location);
  const payment = `payments/${new URL(location).pathname.split("/")[2]}`;
  const order = (await control("GET", payment)).return_url;
  assert.ok(order.startsWith(`${shop}orders/order-`), order);
  // Next.js repeats the text of a page in its scripts.
  const shown = async () => (await (await fetch(order)).text()).replaceAll(/<script.*?<\/script>/gs, "");
  const received = async () => [...(await shown()).matchAll(/Received (\S+) (\S+)\./g)].map(([text]) => text);

  const { deposit_id } = await control("POST", `${payment}/pay`, { amount: "50" });
  assert.match(await shown(), /Waiting for the payment\./);
  await control("POST", `deposits/${deposit_id}/confirm`, {});
  assert.deepEqual(await received(), ["Received 49.500000 USDTT."]);

  const { Citrn } = await importCitrn();
  const { callbacks: signer } = new Citrn({ apiKey: "local-key", secret: "local-secret" });
  const deliver = async (body, signed = body) => {
    const init = { method: "POST", body, headers: signer.sign(signed) };
    const answer = await fetch(`${shop}callbacks`, init);
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  const callbacks = await control("GET", "callbacks");
  const confirmed = callbacks.find(({ status }) => status === "confirmed");
  const resend = () => control("POST", `callbacks/${confirmed.id}/resend`, {});
  await Promise.all([resend(), resend(), resend()]);
  const { attempts } = await control("GET", `callbacks/${confirmed.id}`);
  assert.deepEqual(
    attempts.map(({ http_status }) => http_status),
    [200, 200, 200, 200],
  );
  assert.equal(await deliver(confirmed.body.replaceAll("49.5", "99.5")), "200 duplicate");
  assert.equal(await deliver("not JSON"), "200 review");
  const forged = confirmed.body.replaceAll(deposit_id, "forged");
  assert.match(await deliver(forged, confirmed.body), /^401 /);
  const trigger = [
    path.join(installed, "bin", "citrn.mjs"),
    "trigger",
    "deposit.confirmed",
    "--to",
    `${shop}callbacks`,
  ];
  const { stdout } = await run(node(20), trigger, { env: { CITRN_SECRET: "local-secret" } });
  assert.match(stdout, /^deposit\.confirmed callback: 200 in /);
  assert.deepEqual(await received(), ["Received 49.500000 USDTT."]);
}

for (const [name, { started, more, reviews }] of Object.entries(FOLDERS)) {
  describe(name, { timeout: 180_000 }, () => {
    test("its README's commands build and run a shop that credits a payment once", async (t) => {
      const { cwd, commands, shop } = await copy(name, more);
      const [install, settings, sandbox, check, start, ...others] = commands;
      assert.deepEqual([install, start, others], ["npm install", "npm start", []]);
      await run("sh", ["-c", settings], { cwd, env });
      await run("sh", ["-c", check], { cwd, env });
      const until = /base URL +(\S+)\/api[\s\S]*export /;
      const gateway = await serve("sh", ["-c", sandbox.replace("npx ", "exec ")], { cwd, env, until });
      t.after(() => gateway.stop());
      const server = await serve("sh", ["-c", start], { cwd, env, until: started });
      t.after(() => server.stop());
      await payOnce(shop, gateway.found[1]);
      if (reviews) assert.deepEqual(reviews(cwd), ["key_taken", "unreadable"]);
    });

    test("its package.json accepts the versions that are installed here", () => {
      const manifest = JSON.parse(readFileSync(path.join(root, "examples", name, "package.json"), "utf8"));
      for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
        const [, ...asked] = /^\^(\d+)\.(\d+)\.\d+$/.exec(range).map(Number);
        const file = modules.map((directory) => path.join(directory, dependency, "package.json")).find(existsSync);
        const [major, minor] = JSON.parse(readFileSync(file, "utf8")).version.split(".").map(Number);
        const matches = asked[0] === major && (major === 0 ? asked[1] === minor : asked[1] <= minor);
        assert.ok(matches, `${dependency} ${range}: ${major}.${minor} is installed`);
      }
    });
  });
}

test("the crediting of the examples is that of docs/crediting.md", () => {
  const recipes = samplesOf("docs/crediting.md");
  const example = (...file) => readFileSync(path.join(root, "examples", ...file), "utf8");
  const withoutFirstLine = (text) => text.slice(text.indexOf("\n"));
  const schema = recipes.get("sqlite-schema");
  assert.equal(example("hono-worker", "migrations", "0001_crediting.sql"), schema);
  assert.equal(withoutFirstLine(example("hono-worker", "src", "crediting.ts")), withoutFirstLine(recipes.get("d1")));
  for (const file of ["node-express/database.ts", "next/lib/database.ts"])
    assert.ok(example(file).includes(schema), file);
  const [, afterOpening] = recipes.get("sqlite").split(/(?=const insertKey)/);
  assert.ok(example("node-express", "crediting.ts").endsWith(afterOpening));
});
