// The command line, as a person meets it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hmac, json, startGateway } from "./gateway.mjs";

const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
const SECRET = "AbCdEfG123456";
const BODY = '{"currency":"BTC","foreign_id":"123456"}';
const SIGNATURE = hmac(SECRET, BODY);

/** Runs `citrn` with nothing in the environment but what is given. */
function citrn(args, { env = {}, input = "" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH, ...env } });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("close", (exit) => resolve({ exit, ...output }));
  });
}

let directory;
const file = (name, text) => {
  const target = path.join(directory, name);
  writeFileSync(target, text);
  return target;
};
before(() => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-cli-"));
});
after(() => rmSync(directory, { recursive: true }));

describe("citrn", () => {
  test("without a command teaches", async () => {
    const { exit, stderr } = await citrn([]);
    assert.equal(exit, 2);
    assert.match(stderr, /sandbox.*sign.*verify.*ping/s);
  });

  test("--help and --version", async () => {
    const help = await citrn(["--help"]);
    assert.equal(help.exit, 0);
    assert.match(help.stdout, /Exit codes/);
    assert.match((await citrn(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const command of ["sign", "verify", "ping", "sandbox"]) {
    test(`${command} --help teaches`, async () => {
      const { exit, stdout } = await citrn([command, "--help"]);
      assert.equal(exit, 0);
      assert.match(stdout, new RegExp(`citrn ${command}`));
    });
  }

  test("what it does not know is one sentence", async () => {
    assert.deepEqual([(await citrn(["dance"])).exit, (await citrn(["toString"])).exit, (await citrn(["sign", "--wat"])).exit], [2, 2, 2]);
    assert.match((await citrn(["sign", "a", "b"])).stderr, /"b" is one argument too many/);
  });

  for (const option of ["--secret=hush", "--api-key=hush", "--key=hush", "-secret=hush"]) {
    test(`refuses ${option}, which shows in the list of processes`, async () => {
      const { exit, stderr } = await citrn(["sign", option], { input: BODY });
      assert.equal(exit, 2);
      assert.match(stderr, /list of processes.*CITRN_SECRET/s);
      assert.ok(!stderr.includes("hush"));
    });
  }
});

describe("citrn sign", () => {
  test("signs standard input", async () => {
    assert.deepEqual(await citrn(["sign"], { env: { CITRN_SECRET: SECRET }, input: BODY }), { exit: 0, stdout: `${SIGNATURE}\n`, stderr: "" });
  });

  test("signs a file, with the secret from another", async () => {
    const env = file("secrets.env", `# keys\nCITRN_SECRET="${SECRET}"\n`);
    assert.equal((await citrn(["sign", file("body.json", BODY), "--env-file", env])).stdout, `${SIGNATURE}\n`);
  });

  test("the environment wins over the file", async () => {
    const env = file("other.env", "CITRN_SECRET=other\n");
    assert.equal((await citrn(["sign", "--env-file", env], { env: { CITRN_SECRET: SECRET }, input: BODY })).stdout, `${SIGNATURE}\n`);
  });

  test("notes a line feed at the end", async () => {
    const { stdout, stderr } = await citrn(["sign"], { env: { CITRN_SECRET: SECRET }, input: `${BODY}\n` });
    assert.equal(stdout, `${hmac(SECRET, `${BODY}\n`)}\n`);
    assert.match(stderr, /line feed/);
  });

  test("refuses a secret with white space around it", async () => {
    const { exit, stderr } = await citrn(["sign"], { env: { CITRN_SECRET: `${SECRET}\n` }, input: BODY });
    assert.equal(exit, 3);
    assert.match(stderr, /secret begins or ends with white space/);
  });

  test("says what is missing", async () => {
    const without = await citrn(["sign"], { input: BODY });
    assert.equal(without.exit, 3);
    assert.match(without.stderr, /CITRN_SECRET is not set/);
    assert.equal((await citrn(["sign", path.join(directory, "absent")], { env: { CITRN_SECRET: SECRET } })).exit, 2);
    const noFile = await citrn(["sign", "--env-file", path.join(directory, "absent")]);
    // Node 20 takes this option for its own, wherever it stands, and says the like with another exit code.
    assert.ok(noFile.exit === 2 || noFile.exit === 9);
    assert.match(noFile.stderr, /absent/);
  });
});

describe("citrn verify", () => {
  const env = { CITRN_SECRET: SECRET };

  test("says yes", async () => {
    for (const signature of [SIGNATURE, SIGNATURE.toUpperCase(), `X-Process-Signature: ${SIGNATURE}`]) {
      const { exit, stdout } = await citrn(["verify", signature], { env, input: BODY });
      assert.equal(exit, 0);
      assert.match(stdout, /right.*40 bytes.*CITRN_SECRET/);
    }
  });

  test("knows the secret of before a rotation", async () => {
    const { exit, stdout } = await citrn(["verify", SIGNATURE], { env: { CITRN_SECRET: "new", CITRN_SECRET_PREVIOUS: SECRET }, input: BODY });
    assert.equal(exit, 0);
    assert.match(stdout, /CITRN_SECRET_PREVIOUS/);
  });

  for (const [what, secret, body, said] of [
    ["a line feed too much", SECRET, `${BODY}\n`, /line feed at its end taken away/],
    ["a secret with white space", ` ${SECRET}\t`, BODY, /white space around CITRN_SECRET/],
    ["JSON that was reformatted", SECRET, JSON.stringify(JSON.parse(BODY), null, 2), /parsed and written again/],
    ["something else", "other", BODY, /check that the secret is the account's/],
  ]) {
    test(`says no, and why: ${what}`, async () => {
      const { exit, stderr } = await citrn(["verify", SIGNATURE], { env: { CITRN_SECRET: secret }, input: body });
      assert.equal(exit, 1);
      assert.match(stderr, said);
      assert.ok(!stderr.includes(SECRET) && !stderr.includes(hmac(secret, body)));
    });
  }

  test("without a signature the command says that it is missing", async () => {
    const { exit, stderr } = await citrn(["verify"], { env, input: BODY });
    assert.equal(exit, 2);
    assert.match(stderr, /^SIGNATURE is missing/);
  });

  test("a secret of nothing but white space explains nothing", async () => {
    const { exit, stderr } = await citrn(["verify", SIGNATURE], { env: { CITRN_SECRET: " \t" }, input: BODY });
    assert.equal(exit, 1);
    assert.match(stderr, /check that the secret is the account's/);
  });

  test("a signature that is none is the command line's fault", async () => {
    const { exit, stderr } = await citrn(["verify", "abc"], { env, input: BODY });
    assert.equal(exit, 2);
    assert.match(stderr, /128 hex digits.*3 characters/);
  });
});

describe("citrn ping", () => {
  /** @param {(path: string) => [number, unknown]} answer */
  async function against(answer, run) {
    const gateway = await startGateway(({ path }, response) => json(response, ...answer(path)));
    try {
      return await run(gateway);
    } finally {
      await gateway.close();
    }
  }
  const keys = { CITRN_API_KEY: "key", CITRN_SECRET: SECRET };
  const fine = (path) => [200, path.endsWith("/ping") ? { message: "OK" } : { data: [{ currency: "BTC", balance: "123.45" }] }];

  test("says that the gateway answers", async () => {
    await against(fine, async ({ baseUrl, requests }) => {
      const { exit, stdout } = await citrn(["ping", "--base-url", baseUrl]);
      assert.equal(exit, 0);
      assert.match(stdout, /answers OK within \d+ ms/);
      assert.equal(requests.length, 1);
    });
  });

  test("tries the key too, and prints no balance", async () => {
    await against(fine, async ({ baseUrl, requests }) => {
      const { exit, stdout } = await citrn(["ping"], { env: { ...keys, CITRN_BASE_URL: baseUrl } });
      assert.equal(exit, 0);
      assert.match(stdout, /accepts the key/);
      assert.ok(!stdout.includes("123.45"));
      assert.equal(requests[1].headers["x-process-signature"], hmac(SECRET, "{}"));
    });
  });

  test("has an exit code for each kind of failure", async () => {
    const refusing = (path) => (path.endsWith("/ping") ? [200, { message: "OK" }] : [403, { error: "Bad key header", code: "bad_header_key" }]);
    await against(refusing, async ({ baseUrl }) => assert.equal((await citrn(["ping", "--base-url", baseUrl], { env: keys })).exit, 6));
    await against(() => [200, "<html></html>"], async ({ baseUrl }) => assert.equal((await citrn(["ping", "--base-url", baseUrl])).exit, 5));
    let gone;
    await against(fine, async ({ baseUrl }) => (gone = baseUrl));
    assert.equal((await citrn(["ping", "--base-url", gone])).exit, 4);
    assert.equal((await citrn(["ping", "--base-url", "nonsense"])).exit, 3);
    const insecure = ["ping", "--base-url", "http://gateway.invalid/api"];
    assert.equal((await citrn(insecure)).exit, 3);
    assert.equal((await citrn(insecure, { env: { CITRN_ALLOW_INSECURE_BASE_URL: "true" } })).exit, 4);
  });
});

describe("citrn sandbox", () => {
  test("runs until it is told to stop", async () => {
    const child = spawn(process.execPath, [CLI, "sandbox", "--port", "0"], { env: { PATH: process.env.PATH, CITRN_API_KEY: "key", CITRN_SECRET: SECRET } });
    let output = "";
    const baseUrl = await new Promise((resolve) => {
      child.stdout.on("data", (chunk) => {
        output += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+\/api/.exec(output);
        if (found) resolve(found[0]);
      });
    });
    assert.equal((await citrn(["ping", "--base-url", baseUrl])).exit, 0);
    assert.ok(!output.includes(SECRET), "a secret that was given is not printed");
    const exit = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    child.kill("SIGTERM");
    assert.deepEqual(await exit, { code: 0, signal: null });
  });
});
