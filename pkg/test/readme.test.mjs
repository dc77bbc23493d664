// The samples of the npm package's README and of the pages about it, run against the sandbox.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { samplesOf } from "./pages.mjs";
import { runSample } from "./run-sample.mjs";

const readme = samplesOf("pkg/README.md", { "pkg/test/element-pages.test.mjs": ["element"] });
const errors = samplesOf("docs/errors.md");
const testing = samplesOf("docs/testing.md", {
  "tests/package/openapi.suite.mjs": ["generate-client", "python"],
  "tests/package/vitest.suite.mjs": ["vitest"],
  "pkg/test/trigger.test.mjs": ["trigger"],
});
const settings = samplesOf("docs/settings.md");
const webPages = samplesOf("docs/web-pages.md");

let sandbox, env;
before(async () => {
  sandbox = await startSandbox({ seed: "readme" });
  env = { CITRN_API_KEY: sandbox.apiKey, CITRN_SECRET: sandbox.secret, CITRN_BASE_URL: sandbox.baseUrl };
});
after(() => sandbox.close());

const run = (text, options) => runSample({ "sample.ts": text }, { env, ...options });

describe("pkg/README.md", () => {
  test("install: names this package and a command of it", () => {
    const { name } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    assert.match(readme.get("install"), new RegExp(`^npm i ${name}\nnpx ${name} sandbox `));
  });

  test("payment", async () => {
    assert.ok((await run(readme.get("payment"))).startsWith(`${sandbox.url}/pay/`));
  });

  test("address", async () => {
    assert.match(await run(readme.get("address")), /^\w{20,} null\n$/);
  });

  test("errors", async () => {
    assert.match(await run(readme.get("errors")), /^balance_not_enough /);
  });

  test("callbacks: credits a deposit, stores what a person has to look at, and answers 401 to a forged body", async () => {
    const deposit = (
      credit,
    ) => `{"id":"7","type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},
      "currency_received":{"currency":"BTC","amount":${credit}}}`;
    const driver = `
      import { Citrn } from "citrn";
      import { POST } from "./sample.js";
      const citrn = new Citrn({ secret: process.env.CITRN_SECRET });
      const post = async (body, signed = body) => {
        const headers = citrn.callbacks.sign(signed);
        const response = await POST(new Request("https://shop.example/callbacks", { method: "POST", body, headers }));
        console.log(response.status);
      };
      await post(${JSON.stringify(deposit('"2"'))});
      await post(${JSON.stringify(deposit('"1,5"'))});
      await post('{"id":"8","type":"deposit","status":"cancelled"}');
      await post("not JSON");
      await post("{}", "[]");`;
    const shop = `
      export async function creditOnce(key, credit) {
        console.log(key, JSON.stringify(credit));
        return "done";
      }
      export async function storeForReview({ data }) {
        console.log("review", data.review);
      }`;
    const files = { "sample.ts": readme.get("callbacks"), "shop.js": shop, "driver.js": driver };
    const printed = await runSample(files, { env, entry: "driver.js" });
    assert.deepEqual(printed.trim().split("\n"), [
      ...['7 {"customer_id":"user-17","currency":"BTC","amount":"2"}', "200"],
      ...["review amount_unreadable", "200"],
      ...["8 null", "200"],
      ...["review unreadable", "200"],
      "401",
    ]);
  });
});

describe("docs/errors.md", () => {
  test("errors", async () => {
    assert.equal(await run(errors.get("errors")), "refused: balance_not_enough\n");
  });

  test("abort", async () => {
    await sandbox.faults.add({ kind: "stall", endpoint: "rates", times: 9 });
    assert.equal(await run(errors.get("abort")), "stopped\n");
    await sandbox.faults.clear();
  });
});

describe("docs/testing.md", () => {
  test("node-test: its tests pass", async () => {
    const files = { "shop.test.ts": testing.get("node-test") };
    const output = await runSample(files, { args: ["--test", "--test-reporter=tap"] });
    assert.match(output, /^# pass 3$/m);
    assert.match(output, /^# fail 0$/m);
  });

  test("scenario: its options and scenarios exist", async () => {
    const cli = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [cli, "sandbox", "--help"]);
    const names = (await sandbox.scenarios.list()).map(({ name }) => name);
    for (const [, option, value] of testing.get("scenario").matchAll(/(--[\w-]+) (\S+)/g)) {
      assert.ok(stdout.includes(option), option);
      if (option === "--scenario") assert.ok(names.includes(value), value);
    }
  });

  test("lists every scenario", async () => {
    const page = readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(
      rows,
      (await sandbox.scenarios.list()).map(({ name }) => name),
    );
  });

  test("sign", async () => {
    assert.equal(await run(testing.get("sign")), "not_confirmed\n");
  });

  test("command-line: each line is a command that exists", async () => {
    const cli = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
    const lines = testing.get("command-line").trim().split("\n");
    const commands = lines.map((line) => /^npx citrn (\w+)/.exec(line)[1]);
    assert.deepEqual(commands, ["sandbox", "ping", "sign", "verify"]);
    for (const command of commands) await promisify(execFile)(process.execPath, [cli, command, "--help"]);
  });
});

test("docs/settings.md: fetch", async () => {
  assert.match(await run(settings.get("fetch")), /^GET \/api\/ping 200 \d+ ms\n$/);
});

test("docs/settings.md: extra", async () => {
  assert.match(await run(settings.get("extra")), /^\w{20,}\n$/);
});

test("docs/settings.md lists every setting", () => {
  const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
  const source = readFileSync(new URL("../src/settings.ts", import.meta.url), "utf8");
  const [, table] = /SETTINGS: Readonly<.*?> = \{\n([\s\S]*?)\n\};/.exec(source);
  for (const [, name] of table.matchAll(/^ {2}(\w+):/gm))
    assert.match(page, new RegExp(`^\\|.*\`${name}\`.*\\|`, "m"), name);
});

test("docs/web-pages.md: signer", async () => {
  assert.match(await run(webPages.get("signer")), /^http:.*\/pay\//);
});

test("every sample of these pages is run", () => {
  for (const page of [readme, errors, testing, settings, webPages]) assert.deepEqual(page.unused(), []);
});

describe("the examples that editors show on hover", () => {
  const source = ["endpoints", "client", "callbacks", "callback-handler", "error"]
    .map((file) => readFileSync(new URL(`../src/${file}.ts`, import.meta.url), "utf8"))
    .join("\n");
  const examples = [...source.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, text]) =>
    text.replaceAll(/^\s*\* ?/gm, ""),
  );

  test("each method has one", () => assert.ok(examples.length >= 16));

  for (const example of examples) {
    test(
      example
        .split("\n")
        .find((line) => line.includes("citrn."))
        ?.trim()
        .slice(0, 60) ?? example,
      async () => {
        const request = new Request("https://shop.example/", {
          method: "POST",
          body: '{"id":"1","status":"confirmed"}',
          headers: new Citrn({ callbackSecrets: sandbox.secret }).callbacks.sign('{"id":"1","status":"confirmed"}'),
        });
        for (const currency of ["USDTT", "BTC"]) await sandbox.balances.credit({ currency, amount: "1000" });
        const AsyncFunction = (async () => {}).constructor;
        const citrnPackage = await import("citrn");
        const keys = { apiKey: sandbox.apiKey, secret: sandbox.secret };
        class SandboxCitrn extends Citrn {
          constructor(given) {
            super({ baseUrl: sandbox.baseUrl, ...given });
          }
        }
        const citrn = new SandboxCitrn(keys);
        // An example that makes its own client shadows this one.
        const names = {
          ...citrnPackage,
          ...keys,
          Citrn: SandboxCitrn,
          request,
          console: { log() {} },
          ...(!example.includes("const citrn =") && { citrn }),
        };
        await new AsyncFunction(...Object.keys(names), example)(...Object.values(names));
      },
    );
  }
});
