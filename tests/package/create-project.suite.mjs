// A created project from packed tarballs, on a machine without Rust: install, `npm run dev`, `npm run check`, upload.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { secretsOf, startMachine } from "./created.mjs";
import { node } from "./project.mjs";

/** The promise of README.md, on two cores and with an empty npm cache. */
const MINUTES = 3;

/** The commands of README.md, as arguments. */
const [CREATE, ENTER, INSTALL, DEV] = samplesOf("README.md")
  .get("create")
  .trim()
  .split("\n")
  .map((line) => line.split(/ {2,}#/)[0].split(" "));

let machine, project;
/** The time from the first command on, without the tests in between. */
let began;
const file = (...parts) => path.join(project, ...parts);
const read = (name) => readFileSync(file(name), "utf8");

before(async () => {
  machine = await startMachine();
  assert.equal(ENTER[0], "cd");
  project = path.join(machine.shop, ENTER[1]);
  began = Date.now();
  const created = await machine.run(CREATE[0], CREATE.slice(1));
  const installed = await machine.run(INSTALL[0], INSTALL.slice(1), project);
  for (const { stdout, stderr } of [created, installed]) assertNoSecret(stdout + stderr);
  // Such as about scripts of dependencies, which the project does not need.
  assert.doesNotMatch(installed.stderr, /warn/i);
});
after(() => machine?.close());

/** Asserts that a text contains no secret of the project. @param {string} text */
function assertNoSecret(text) {
  for (const secret of secretsOf(read(".dev.vars"))) assert.ok(!text.includes(secret), "a secret is in the output");
}

/** Starts `npm run dev` and waits until it has created the payment. */
async function startDev() {
  const args = [...DEV.slice(1), "--", "--port", "0", "--sandbox-port", "0"];
  const child = spawn(DEV[0], args, { cwd: project, env: { ...process.env, ...machine.env }, detached: true });
  let output = "";
  const ready = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes("Ctrl-C")) resolve();
      });
    }
    child.once("exit", (code) => reject(new Error(`npm run dev ended with ${code}:\n${output}`)));
  });
  const signal = async (name, ...pids) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Its output is closed when all its descendants have ended.
    const closed = once(child, "close");
    for (const pid of pids) {
      process.kill(pid, name);
      await delay(20);
    }
    await closed;
  };
  // A terminal sends SIGINT to the whole group, here for Ctrl-C pressed twice, and a supervisor SIGTERM to npm alone.
  const interrupt = () => signal("SIGINT", -child.pid, -child.pid);
  const terminate = () => signal("SIGTERM", child.pid);
  await ready.catch(async (error) => {
    await interrupt();
    throw error;
  });
  const [, worker, sandbox] = /^Worker +(\S+)\nSandbox +(\S+)$/m.exec(output);
  return { worker, sandbox, interrupt, terminate, output: () => output };
}

/** Runs a command of the project that fails. Returns its output. */
async function failing(command, args, env) {
  const run = machine.run(command, args, project, env);
  await assert.rejects(run, `${args.join(" ")} succeeded`);
  return run.catch(({ message }) => message);
}

/** Runs a function while a file has another text, or does not exist. */
async function withFile(name, text, use) {
  renameSync(file(name), file("backup"));
  try {
    if (text !== undefined) writeFileSync(file(name), text);
    return await use();
  } finally {
    renameSync(file("backup"), file(name));
  }
}

const status = async (url, init) => (await fetch(url, init)).status;

/** Asserts that a running project works, with the printed command and links. */
async function assertWorks(running) {
  const token = secretsOf(read(".dev.vars")).at(-1);
  assert.equal(await status(`${running.worker}/readyz`, { headers: { authorization: `Bearer ${token}` } }), 200);
  const [payHere] = new RegExp(`${running.sandbox}/pay/\\S+`).exec(running.output());
  assert.equal(await status(payHere), 200);
  const [checkout] = new RegExp(`${running.worker}/c/\\S+`).exec(running.output());
  assert.match((await (await fetch(checkout)).text()).replace(/<\/?bdi>/g, ""), /USDT on Tron/);
  const [curl] = /^ {2}curl .*\n.*$/m.exec(running.output());
  const [settings] = /^ {2}export .*$/m.exec(running.output());
  const command = `${settings}\n${curl.replace("curl ", "curl --silent --fail ")}`;
  const { stdout } = await machine.run("sh", ["-c", command], project);
  assert.ok(JSON.parse(stdout).redirect_url.startsWith(`${running.sandbox}/pay/`), stdout);
  assertNoSecret(running.output());
}

async function assertStopped({ worker, sandbox }) {
  for (const url of [worker, sandbox]) {
    await assert.rejects(fetch(url), ({ cause }) => cause?.code === "ECONNREFUSED", url);
  }
  const states = readdirSync(file(".wrangler")).filter((name) => name.startsWith("dev-"));
  assert.deepEqual(states, []);
}

describe("npm run dev", () => {
  test(`takes a payment within ${MINUTES} minutes of an empty npm cache, and stops with Ctrl-C`, async () => {
    const running = await startDev();
    const seconds = (Date.now() - began) / 1_000;
    console.log(`create, install and dev took ${seconds.toFixed(1)} s`);
    assert.ok(seconds < MINUTES * 60, `${seconds} s`);
    try {
      await assertWorks(running);
    } finally {
      await running.interrupt();
    }
    await assertStopped(running);
  });

  test("works with the line ends of Windows and a byte-order mark, and stops with npm", async () => {
    const windows = (name) => `${name === ".dev.vars" ? "\uFEFF" : ""}${read(name).replaceAll("\n", "\r\n")}`;
    const names = [".dev.vars", "wrangler.jsonc", "package.json", path.join("src", "index.js")];
    for (const name of names) writeFileSync(file(name), windows(name));
    const running = await startDev();
    try {
      await assertWorks(running);
    } finally {
      await running.terminate();
      for (const name of names) writeFileSync(file(name), read(name).replace("\uFEFF", "").replaceAll("\r\n", "\n"));
    }
    await assertStopped(running);
  });

  for (const major of [20, 22]) {
    test(`on Node ${major}: ${major === 20 ? "is one sentence" : "goes on, since wrangler runs there"}`, async () => {
      const command = path.join("node_modules", "citrn-worker", "bin", "citrn-worker.mjs");
      const child = spawn(node(major), [command, "dev", "--port", "x"], { cwd: project, env: machine.env });
      let stderr = "";
      child.stderr.on("data", (chunk) => (stderr += chunk));
      const [code] = await once(child, "close");
      const tooOld =
        /^Node 20\.\S+ is too old: wrangler needs Node 22\.12\.0 or newer\. Install it from nodejs\.org\.$/;
      const expected = major === 20 ? [1, tooOld] : [2, /^--port must be a port from 0 to 65535, not "x"\.$/];
      assert.equal(code, expected[0]);
      assert.match(stderr.trim(), expected[1]);
    });
  }

  test("without .dev.vars, or without a token in it, is one sentence", async () => {
    const vars = read(".dev.vars");
    const missing = await withFile(".dev.vars", undefined, () => failing("npm", ["run", "dev"]));
    assert.match(missing, /^\.dev\.vars is missing: copy \.dev\.vars\.example to \.dev\.vars and fill it in\.$/m);
    const without = vars.replace(/^WORKER_TOKENS.*\n/m, "");
    const unset = await withFile(".dev.vars", without, () => failing("npm", ["run", "dev"]));
    assert.match(unset, /^WORKER_TOKENS is not set in \.dev\.vars: /m);
  });

  test("on a port in use is one sentence", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address();
    const output = await failing("npm", ["run", "dev", "--", "--port", String(port)]);
    holder.close();
    assert.match(output, new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is already in use: .* with --port\\.$`, "m"));
    const same = await failing("npm", ["run", "dev", "--", "--port", String(port), "--sandbox-port", String(port)]);
    assert.match(same, new RegExp(`^--port and --sandbox-port are both ${port}: `, "m"));
  });

  test("with a malformed setting has the Worker's own message, without the value", async () => {
    const vars = read(".dev.vars").replace(/^CHECKOUT_SECRETS='local:/m, "CHECKOUT_SECRETS='");
    const output = await withFile(".dev.vars", vars, () =>
      failing("npm", ["run", "dev", "--", "--port", "0", "--sandbox-port", "0"]),
    );
    assert.match(output, /^CHECKOUT_SECRETS entry 1 does not begin with an id of /m);
    assertNoSecret(output);
  });
});

describe("npm run check", () => {
  const PRODUCTION = ".dev.vars.production";
  /** A configuration that is ready to deploy. */
  const ready = (text) =>
    text
      .replace('"CITRN_BASE_URL": ""', '"CITRN_BASE_URL": "documented"')
      .replace('"ALLOWED_RETURN_ORIGINS": ""', '"ALLOWED_RETURN_ORIGINS": "https://shop.example"');
  const token = "production-token-with-enough-characters";
  const secrets = (changed = {}) =>
    Object.entries({
      CITRN_API_KEY: "production-key",
      CITRN_SECRET: "production-secret",
      WORKER_TOKENS: JSON.stringify([{ name: "shop", token }]),
      ...changed,
    })
      .map(([name, value]) => `${name}=${value}\r\n`)
      .join("");

  test("as created names what is missing, in the Worker's words", async () => {
    const output = await failing("npm", ["run", "check"]);
    for (const name of ["CITRN_API_KEY", "CITRN_SECRET", "WORKER_TOKENS"]) {
      const remedy = `put it into \\.dev\\.vars\\.production, or run .*wrangler secret put ${name} --env production`;
      assert.match(output, new RegExp(`^ {2}${name} is not set: ${remedy}`, "m"));
    }
    assert.match(output, /^ {2}CITRN_BASE_URL is /m);
    assert.match(output, /^Note:\n {2}Secrets at Cloudflare are unknown: /m);
    assert.match(output, /^4 problems for citrn-worker \d/m);
    assertNoSecret(output);
  });

  test("passes with all settings, and names a malformed one without its value", async () => {
    await withFile("wrangler.jsonc", ready(read("wrangler.jsonc")), async () => {
      writeFileSync(file(PRODUCTION), secrets());
      const { stdout } = await machine.run("npm", ["run", "check"], project, { CLOUDFLARE_ENV: "another" });
      assert.match(stdout, /^Ready to deploy: wrangler\.jsonc has what citrn-worker \S+ needs, /m);
      writeFileSync(file(PRODUCTION), secrets({ MERCHANT_WEBHOOK_SECRET: "whsec_malformed!" }));
      const output = await failing("npm", ["run", "check"]);
      assert.match(output, /^ {2}MERCHANT_WEBHOOK_URL is not set, but /m);
      assert.match(output, /^ {2}MERCHANT_WEBHOOK_SECRET /m);
      assert.doesNotMatch(output, /whsec_malformed|production-|Note:/);
    });
  });

  test("asks Cloudflare for the names of the secrets that are not in a file", async (t) => {
    const requests = [];
    const names = ["CITRN_API_KEY", "CITRN_SECRET"];
    const api = createServer((request, response) => {
      requests.push(request.url);
      const result = names.map((name) => ({ name, type: "secret_text" }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ success: true, errors: [], messages: [], result }));
    }).listen(0, "127.0.0.1");
    t.after(() => api.close());
    await once(api, "listening");
    const env = {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${api.address().port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: "account",
    };
    await withFile("wrangler.jsonc", ready(read("wrangler.jsonc")), async () => {
      writeFileSync(file(PRODUCTION), "");
      const output = await failing("npm", ["run", "check"], env);
      assert.match(output, /^ {2}WORKER_TOKENS is not set: /m);
      assert.match(output, /^Note:\n {2}Stored at Cloudflare, .*: CITRN_API_KEY, CITRN_SECRET\.$/m);
      assert.match(output, /^1 problem for /m);
      names.push("WORKER_TOKENS");
      const { stdout } = await machine.run("npm", ["run", "check"], project, env);
      assert.match(stdout, /^Ready to deploy: /m);
    });
    const expected = "/client/v4/accounts/account/workers/scripts/my-gateway-production/secrets";
    assert.deepEqual([...new Set(requests)], [expected]);
  });

  test("prints the lines that an old wrangler.jsonc lacks, and they are the right ones", async () => {
    const old = ready(read("wrangler.jsonc"))
      .replaceAll(/,\n +\{ "name": "CHECKOUT".*\}/g, "")
      .replaceAll(/,\n +\{ "tag": "v2".*\}/g, "");
    writeFileSync(file(PRODUCTION), secrets());
    const output = await withFile("wrangler.jsonc", old, () => failing("npm", ["run", "check"]));
    assert.match(output, /^wrangler\.jsonc, at the top level:\n[\s\S]*^wrangler\.jsonc, under env\.production:\n/m);
    const [binding, migration] = [...output.matchAll(/ lacks .* Add:\n +(.*)/g)].map(([, line]) => line);
    const mended = old
      .replaceAll(/(\{ "name": "INBOX".*\})/g, `$1, ${binding}`)
      .replaceAll(/(\{ "tag": "v1".*\})/g, `$1, ${migration}`);
    const { stdout } = await withFile("wrangler.jsonc", mended, () => machine.run("npm", ["run", "check"], project));
    assert.match(stdout, /^Ready to deploy: /m);
  });
});

test("the project can be uploaded as it was created", async () => {
  const { stdout } = await machine.run("npx", ["wrangler", "deploy", "--dry-run", "--env", "production"], project);
  assert.match(stdout, /env\.CHECKOUT \(CheckoutShard\)[\s\S]*--dry-run: exiting now/);
});

test("npm update upgrades the project, and npm run check prints what the new version needs", async () => {
  const version = await machine.publishNextVersion();
  await machine.run("npm", ["update"], project);
  const output = await failing("npm", ["run", "check"]);
  assert.match(output, /^ {2}durable_objects\.bindings lacks NEXT\. Add:\n {4}\{ "name": "NEXT", /m);
  assert.match(output, /^ {2}migrations lacks NextShard\. Add:\n {4}\{ "tag": "v3", /m);
  assert.match(output, new RegExp(` for citrn-worker ${version.replaceAll(".", "\\.")}\\.$`, "m"));
});
