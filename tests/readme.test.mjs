// The samples of README.md, CONTRIBUTING.md and the pages about the Worker and the sandbox, run as a reader would. The
// Rust samples are documentation tests of the crate citrn-sandbox (sandbox/src/lib.rs).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { json } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startSandbox } from "citrn/sandbox";
import { samplesOf } from "../pkg/test/pages.mjs";
import { runSample, sampleProject } from "../pkg/test/run-sample.mjs";
import { makeSettings } from "./worker/caller.mjs";
import { checkoutSecret } from "./worker/checkout.mjs";
import { startMerchant } from "./worker/merchant.mjs";
import { startWorker } from "./worker/workerd.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");
const run = promisify(execFile);

const readme = samplesOf("README.md", {
  "tests/package/create-project.suite.mjs": ["create"],
  "pkg/test/element-pages.test.mjs": ["element"],
});
const workerReadme = samplesOf("worker/README.md", { "tests/worker/extra.test.mjs": ["extra"] });
const sandboxReadme = samplesOf("sandbox/README.md");
const checkout = samplesOf("docs/checkout.md");
const contributing = samplesOf("CONTRIBUTING.md");

const { settings, tokens } = makeSettings();
let sandbox, worker, env;
before(async () => {
  sandbox = await startSandbox({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: sandbox.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: "https://pay.shop.example",
  });
  env = { CITRN_API_KEY: sandbox.apiKey, CITRN_SECRET: sandbox.secret, CITRN_BASE_URL: sandbox.baseUrl };
});
after(async () => {
  await worker?.stop();
  await sandbox?.close();
});

/** Runs lines of a shell with the Worker's URL and a token, and returns their output. */
async function shell(text, variables = {}) {
  const lines = text.replaceAll(/^( *)curl /gm, "$1curl --silent --fail-with-body ");
  const caller = { CITRN_WORKER_URL: worker.url, CITRN_WORKER_TOKEN: tokens.all };
  const options = { cwd: root, env: { ...process.env, ...caller, ...variables } };
  return (await run("bash", ["-euc", lines], options)).stdout;
}

/** Asserts that each line runs an npm command that exists, or a known command of wrangler or citrn. */
function assertCommandsExist(text) {
  const { scripts } = JSON.parse(read("package.json"));
  const known = new Set(["npm ci", ...Object.keys(scripts).flatMap((name) => [`npm run ${name}`, `npm ${name}`])]);
  const secrets = [...read(".dev.vars.example").matchAll(/^#? ?(\w+)='/gm)].map(([, name]) => name);
  for (const name of secrets) known.add(`npx wrangler secret put ${name} --env production`);
  for (const command of ["login", "dev", "deploy --env production"]) known.add(`npx wrangler ${command}`);
  for (const line of text.trim().split("\n")) {
    const [command] = line.split(/ {2,}#/);
    assert.ok(known.has(command.trim()) || /^cp \.dev\.vars\.example |^CITRN_/.test(command), `unknown: ${command}`);
  }
}

describe("README.md", () => {
  test("commands", () => assertCommandsExist(readme.get("commands")));
  test("deploy", () => assertCommandsExist(readme.get("deploy")));

  test("rust: the crates of the sample are those of the shop in examples/", () => {
    const [dependencies, dev] = read("examples/rust-shop/Cargo.toml")
      .split("[dependencies]")[1]
      .split("[dev-dependencies]");
    const added = readme.get("rust").trim().split("\n");
    assert.equal(added.length, 2);
    for (const [index, line] of added.entries()) {
      const [, isDev, crates] = /^cargo add (--dev )?(.+)$/.exec(line);
      assert.equal(isDev !== undefined, index === 1);
      for (const crate of crates.split(" ")) assert.match([dependencies, dev][index], new RegExp(`^${crate} = `, "m"));
    }
  });

  test("worker: creates a payment", async () => {
    const payment = JSON.parse(await shell(readme.get("worker")));
    assert.ok(payment.redirect_url.startsWith(`${sandbox.url}/pay/`), JSON.stringify(payment));
  });

  test("npm: creates a payment, saved as it is", async () => {
    const printed = await runSample({ "payment.mjs": readme.get("npm") }, { env });
    assert.ok(printed.startsWith(`${sandbox.url}/pay/`), printed);
  });

  test("page and page-server: the form's target redirects to the gateway's page", async () => {
    const [, method, action] = /<form method="(\w+)" action="(.+?)">/.exec(readme.get("page"));
    const driver = `
      import * as server from "./server.js";
      const request = new Request("https://shop.example${action}", { method: "${method}" });
      const response = await server[request.method](request);
      console.log(response.status, response.headers.get("Location"));`;
    const files = { "server.ts": readme.get("page-server"), "driver.js": driver };
    const printed = await runSample(files, { env, entry: "driver.js" });
    assert.ok(printed.startsWith(`303 ${sandbox.url}/pay/`), printed);
  });
});

describe("worker/README.md", () => {
  test("payment: a repetition gets the same payment", async () => {
    const [first, second] = [await shell(workerReadme.get("payment")), await shell(workerReadme.get("payment"))];
    assert.ok(JSON.parse(first).redirect_url.startsWith(`${sandbox.url}/pay/`), first);
    assert.equal(second, first);
  });

  test("client: creates a payment", async () => {
    const variables = { CITRN_WORKER_URL: worker.url, CITRN_WORKER_TOKEN: tokens.all };
    const printed = await runSample({ "sample.ts": workerReadme.get("client") }, { env: variables });
    assert.ok(printed.startsWith(`${sandbox.url}/pay/`), printed);
  });

  test("generate-secrets: the Worker accepts them", async (t) => {
    const [token, webhookSecret, checkoutSecrets] = (await shell(workerReadme.get("generate-secrets"))).split("\n");
    const merchant = await startMerchant();
    t.after(() => merchant.close());
    const made = await startWorker({
      ...settings,
      CITRN_BASE_URL: sandbox.baseUrl,
      MERCHANT_WEBHOOK_URL: merchant.url,
      PUBLIC_ORIGIN: "https://pay.shop.example",
      WORKER_TOKENS: JSON.stringify([{ name: "shop", token }]),
      MERCHANT_WEBHOOK_SECRET: webhookSecret,
      CHECKOUT_SECRETS: checkoutSecrets,
    });
    t.after(() => made.stop());
    const ready = await fetch(`${made.url}/readyz`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(ready.status, 200, await ready.text());
  });

  test("deploy", () => assertCommandsExist(workerReadme.get("deploy")));
  test("readiness", async () => assert.equal(JSON.parse(await shell(workerReadme.get("readiness"))).status, "ready"));

  test("event: fits the contract", () => {
    const event = JSON.parse(workerReadme.get("event"));
    const { properties, required } = JSON.parse(read("worker/openapi.json")).components.schemas.EventData;
    assert.equal(event.type, "callback.received");
    for (const name of required) assert.ok(name in event.data, name);
    for (const name of Object.keys(event.data)) assert.ok(name in properties, name);
  });

  test("lists every route of the contract and every setting", () => {
    const text = read("worker/README.md");
    const { paths } = JSON.parse(read("worker/openapi.json"));
    const routes = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    );
    for (const route of routes) assert.ok(text.includes(`\`${route}`), route);
    const variables = read("wrangler.toml").split("[env.production.vars]")[1];
    for (const [, name] of variables.matchAll(/^(\w+) = /gm)) assert.ok(text.includes(`| \`${name}\` |`), name);
    for (const [, name] of read(".dev.vars.example").matchAll(/^#? ?(\w+)='/gm))
      assert.ok(text.includes(`\`${name}\``), name);
  });

  test("by-hand: each command exists, and callbacks go to where `wrangler dev` listens", () => {
    const text = workerReadme.get("by-hand");
    assertCommandsExist(text);
    const [, host, port] = /^\[dev\]\nip = "(.+)"\nport = (\d+)$/m.exec(read("wrangler.toml"));
    assert.ok(text.includes(`--callback-url http://${host}:${port}/callbacks\n`));
    assert.ok(read("wrangler.toml").includes(`"http://127.0.0.1:${/sandbox --port (\d+)/.exec(text)[1]}/api"`));
  });
});

describe("CONTRIBUTING.md", () => {
  test("start", () => assertCommandsExist(contributing.get("start")));

  test("one-test: the files, crates and suites exist", () => {
    const text = contributing.get("one-test");
    for (const [, name] of text.matchAll(/^cargo test --test (\w+)/gm))
      assert.ok(existsSync(path.join(root, `tests/${name}.rs`)));
    for (const [, name] of text.matchAll(/^cargo test -p (\S+)/gm))
      assert.ok(read("worker/Cargo.toml").includes(`name = "${name}"`));
    for (const [, file] of text.matchAll(/node --test (\S+)/g)) assert.ok(existsSync(path.join(root, file)), file);
    for (const [, suite] of text.matchAll(/^npm test -- (\w+)/gm))
      assert.match(read("scripts/test.mjs"), new RegExp(`^  ${suite}:`, "m"));
  });
});

describe("docs/checkout.md", () => {
  test("link", async () => {
    const link = JSON.parse(await shell(checkout.get("link")));
    assert.ok(link.url.startsWith("https://pay.shop.example/c/"), JSON.stringify(link));
  });
});

describe("sandbox/README.md", () => {
  test("command, profile: their options exist", async () => {
    const cli = path.join(root, "pkg", "bin", "citrn.mjs");
    const { stdout } = await run(process.execPath, [cli, "sandbox", "--help"]);
    const samples = ["command", "profile"].map((name) => sandboxReadme.get(name)).join("\n");
    for (const [option] of samples.matchAll(/--[\w-]+/g)) assert.ok(stdout.includes(option), option);
  });

  test("start: the shop has the callback when the sample ends", async () => {
    const callbacks = [];
    const shop = createServer(async (request, response) => {
      callbacks.push(await json(request));
      response.end();
    });
    await once(shop.listen(0, "127.0.0.1"), "listening");
    const sample = sandboxReadme.get("start").replace("127.0.0.1:3000", `127.0.0.1:${shop.address().port}`);
    const { directory, remove } = sampleProject({ "sample.ts": sample });
    try {
      await import(pathToFileURL(path.join(directory, "sample.js")));
    } finally {
      remove();
      shop.close();
    }
    assert.deepEqual(
      callbacks.map(({ status }) => status),
      ["confirmed"],
    );
  });

  test("control: credits the merchant, adds the fault and advances the clock", async () => {
    const before = await sandbox.clock.get();
    await shell(sandboxReadme.get("control").replaceAll("http://127.0.0.1:8788", sandbox.url));
    const { accounts } = await sandbox.ledger.get();
    const merchant = accounts.filter(({ account }) => account === "merchant");
    assert.deepEqual(
      merchant.map(({ currency, balance }) => [currency, Number(balance)]),
      [["USDTT", 100]],
    );
    assert.equal((await sandbox.faults.list()).faults.length, 1);
    assert.ok(Date.parse((await sandbox.clock.get()).now) - Date.parse(before.now) >= 7_200_000);
    await sandbox.faults.clear();
  });
});

test("every sample of these pages is run", () => {
  for (const page of [readme, contributing, workerReadme, sandboxReadme, checkout]) assert.deepEqual(page.unused(), []);
});
