// Every code sample of README.md, run against the sandbox.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Citrn } from "citrn";
import { startSandbox } from "citrn/sandbox";
import { blocks, ELSEWHERE, sampleProject, samples, STORED } from "./readme.mjs";

let sandbox;
before(async () => {
  sandbox = await startSandbox({ seed: "readme" });
});
after(() => sandbox.close());

const ran = new Set(ELSEWHERE);

/** Runs Node on a file of a sample's project. */
async function run(name, file, { args = [], more = {}, entry = file } = {}) {
  ran.add(name);
  const { directory, remove } = sampleProject(name, file, more);
  // What node:test sets would make a `node --test` below report to this run instead of by itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  try {
    return await new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [...args, entry],
        {
          cwd: directory,
          env: { ...env, CITRN_API_KEY: sandbox.apiKey, CITRN_SECRET: sandbox.secret, CITRN_BASE_URL: sandbox.baseUrl },
        },
        (error, stdout, stderr) =>
          error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout),
      );
    });
  } finally {
    remove();
  }
}

test("payment", async () => {
  const lines = (await run("payment", "sample.mjs")).split("\n");
  assert.ok(lines[0].startsWith(`${sandbox.url}/pay/`));
  assert.match(lines[1], /^\w{20,} null$/);
});

test("errors", async () => {
  assert.equal(await run("errors", "sample.mjs"), "refused: balance_not_enough\n");
});

test("abort", async () => {
  await sandbox.faults.add({ kind: "stall", endpoint: "rates", times: 9 });
  assert.equal(await run("abort", "sample.mjs"), "stopped\n");
  await sandbox.faults.clear();
});

test("fetch", async () => {
  assert.match(await run("fetch", "sample.mjs"), /^GET \/api\/ping 200 \d+ ms\n$/);
});

test("signer", async () => {
  assert.match(await run("signer", "sample.mjs"), /^http:.*\/pay\//);
});

test("node-test", async () => {
  const output = await run("node-test", "shop.test.mjs", { args: ["--test", "--test-reporter=tap"] });
  assert.match(output, /^# pass 2$/m);
  assert.match(output, /^# fail 0$/m);
});

describe("handlers of callbacks", () => {
  const driver = (call) => `
    import { Citrn } from "citrn";
    import * as sample from "./sample.mjs";
    const citrn = new Citrn({ callbackSecrets: process.env.CITRN_SECRET });
    const post = (body, signed = body) => new Request("https://shop.example/callbacks", { method: "POST", body, headers: citrn.callbacks.sign(signed) });
    const bodies = ${JSON.stringify(STORED.map(({ body }) => body.toString("hex")))};
    for (const body of bodies) {
      const request = post(Buffer.from(body, "hex"));
      console.log((await ${call("request")}).status);
    }
    const forged = post('{"id":"7","status":"confirmed"}', "{}");
    console.log((await ${call("forged")}).status);
    const outage = post('{"id":"outage","status":"confirmed"}');
    try {
      console.log((await ${call("outage")}).status);
    } catch (error) {
      console.log(error.message);
    }`;
  const expected = [...STORED.flatMap(({ line }) => [line, "200"]), "401", "The database is down.", ""].join("\n");

  for (const [name, call] of [
    ["workers", (request) => `sample.default.fetch(${request}, process.env)`],
    ["next", (request) => `sample.POST(${request})`],
  ]) {
    test(`${name}: a signed callback is stored, understood or not, and answered 200; a forged one 401; an outage is thrown`, async () => {
      assert.equal(
        await run(name, "sample.mjs", { more: { "driver.mjs": driver(call) }, entry: "driver.mjs" }),
        expected,
      );
    });
  }

  test("no sample reads the body as text", () => {
    for (const [name, text] of samples) assert.ok(!/verify\([^)]*\.text\(/.test(text), name);
  });
});

test("command-line: each line is a command that there is", async () => {
  ran.add("command-line");
  const cli = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
  const commands = samples
    .get("command-line")
    .trim()
    .split("\n")
    .map((line) => /^npx citrn (\w+)/.exec(line)[1]);
  assert.deepEqual(commands, ["sandbox", "ping", "sign", "verify"]);
  for (const command of commands) {
    await new Promise((resolve, reject) =>
      execFile(process.execPath, [cli, command, "--help"], (error) => (error ? reject(error) : resolve())),
    );
  }
});

test("every block of code has a name and is run somewhere", () => {
  assert.equal(samples.size, blocks);
  assert.deepEqual(
    [...samples.keys()].filter((name) => !ran.has(name)),
    [],
  );
});

describe("the examples that editors show on hover", () => {
  const source = ["endpoints", "client", "callbacks", "callback-handler", "error"]
    .map((file) => readFileSync(new URL(`../src/${file}.ts`, import.meta.url), "utf8"))
    .join("\n");
  const examples = [...source.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, text]) =>
    text.replaceAll(/^\s*\* ?/gm, ""),
  );

  test("there is one for each method", () => assert.ok(examples.length >= 16));

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
        const settings = { apiKey: sandbox.apiKey, secret: sandbox.secret };
        class HereCitrn extends Citrn {
          constructor(given) {
            super({ baseUrl: sandbox.baseUrl, ...given });
          }
        }
        const citrn = new HereCitrn(settings);
        // An example that makes its own client shadows ours.
        const names = {
          ...citrnPackage,
          ...settings,
          Citrn: HereCitrn,
          request,
          console: { log() {} },
          ...(!example.includes("const citrn =") && { citrn }),
        };
        await new AsyncFunction(...Object.keys(names), example)(...Object.values(names));
      },
    );
  }
});
