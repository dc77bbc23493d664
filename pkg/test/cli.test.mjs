// The command line, run as a process.
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

/** Runs `citrn` with only the given environment variables. */
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
  test("without a command prints the usage", async () => {
    const { exit, stderr } = await citrn([]);
    assert.equal(exit, 2);
    assert.match(stderr, /sandbox.*sign.*verify.*ping/s);
  });

  test("--help prints the usage, and --version the version", async () => {
    const help = await citrn(["--help"]);
    assert.equal(help.exit, 0);
    assert.match(help.stdout, /Exit codes/);
    assert.match((await citrn(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const command of ["sign", "verify", "ping", "sandbox"]) {
    test(`${command} --help prints its usage`, async () => {
      const { exit, stdout } = await citrn([command, "--help"]);
      assert.equal(exit, 0);
      assert.match(stdout, new RegExp(`citrn ${command}`));
    });
  }

  test("refuses unknown commands, options and arguments", async () => {
    assert.deepEqual(
      [(await citrn(["dance"])).exit, (await citrn(["toString"])).exit, (await citrn(["sign", "--wat"])).exit],
      [2, 2, 2],
    );
    assert.match((await citrn(["sign", "a", "b"])).stderr, /Unexpected argument "b"/);
  });

  for (const option of ["--secret=hush", "--api-key=hush", "--key=hush", "-secret=hush"]) {
    test(`refuses ${option}, which other users could read`, async () => {
      const { exit, stderr } = await citrn(["sign", option], { input: BODY });
      assert.equal(exit, 2);
      assert.match(stderr, /can list arguments.*CITRN_SECRET/s);
      assert.ok(!stderr.includes("hush"));
    });
  }
});

describe("citrn sign", () => {
  test("signs standard input", async () => {
    assert.deepEqual(await citrn(["sign"], { env: { CITRN_SECRET: SECRET }, input: BODY }), {
      exit: 0,
      stdout: `${SIGNATURE}\n`,
      stderr: "",
    });
  });

  test("waits for a body that arrives late and in pieces", async () => {
    const child = spawn(process.execPath, [CLI, "sign"], {
      env: { PATH: process.env.PATH, CITRN_SECRET: SECRET },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    for (const piece of [BODY.slice(0, 7), BODY.slice(7, 30), BODY.slice(30)]) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      child.stdin.write(piece);
    }
    child.stdin.end();
    const exit = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual({ exit, output }, { exit: 0, output: `${SIGNATURE}\n` });
  });

  test("signs a file, with the secret from an env file", async () => {
    const env = file("secrets.env", `# keys\nCITRN_SECRET="${SECRET}"\n`);
    assert.equal((await citrn(["sign", file("body.json", BODY), "--env-file", env])).stdout, `${SIGNATURE}\n`);
  });

  test("the environment takes precedence over the env file", async () => {
    const env = file("other.env", "CITRN_SECRET=other\n");
    assert.equal(
      (await citrn(["sign", "--env-file", env], { env: { CITRN_SECRET: SECRET }, input: BODY })).stdout,
      `${SIGNATURE}\n`,
    );
  });

  test("warns of a line feed at the end", async () => {
    const { stdout, stderr } = await citrn(["sign"], { env: { CITRN_SECRET: SECRET }, input: `${BODY}\n` });
    assert.equal(stdout, `${hmac(SECRET, `${BODY}\n`)}\n`);
    assert.match(stderr, /line feed/);
  });

  test("refuses a secret with white space around it", async () => {
    const { exit, stderr } = await citrn(["sign"], { env: { CITRN_SECRET: `${SECRET}\n` }, input: BODY });
    assert.equal(exit, 3);
    assert.match(stderr, /secret begins or ends with white space/);
  });

  test("reports a missing secret, file or env file", async () => {
    const without = await citrn(["sign"], { input: BODY });
    assert.equal(without.exit, 3);
    assert.match(without.stderr, /CITRN_SECRET is not set/);
    assert.equal((await citrn(["sign", path.join(directory, "absent")], { env: { CITRN_SECRET: SECRET } })).exit, 2);
    const noFile = await citrn(["sign", "--env-file", path.join(directory, "absent")]);
    // Node 20 reads this option itself wherever it appears, and reports the same with another exit code.
    assert.ok(noFile.exit === 2 || noFile.exit === 9);
    assert.match(noFile.stderr, /absent/);
  });
});

// What it says about wrong signatures is in tests/sandbox/diagnosis.test.mjs.
describe("citrn verify", () => {
  const env = { CITRN_SECRET: SECRET };

  test("reports a valid signature", async () => {
    for (const signature of [SIGNATURE, SIGNATURE.toUpperCase(), `X-Process-Signature: ${SIGNATURE}`]) {
      const { exit, stdout } = await citrn(["verify", signature], { env, input: BODY });
      assert.equal(exit, 0);
      assert.match(stdout, /valid.*40 bytes.*CITRN_SECRET/);
    }
  });

  test("accepts the previous secret of a rotation", async () => {
    const { exit, stdout } = await citrn(["verify", SIGNATURE], {
      env: { CITRN_SECRET: "new", CITRN_SECRET_PREVIOUS: SECRET },
      input: BODY,
    });
    assert.equal(exit, 0);
    assert.match(stdout, /CITRN_SECRET_PREVIOUS/);
  });

  test("without a signature names the missing argument", async () => {
    const { exit, stderr } = await citrn(["verify"], { env });
    assert.equal(exit, 2);
    assert.match(stderr, /^SIGNATURE is missing: .*--help\.\n$/);
    assert.doesNotMatch(stderr, /0 characters/);
  });

  test("a malformed signature is a usage error", async () => {
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
  const fine = (path) => [
    200,
    path.endsWith("/ping") ? { message: "OK" } : { data: [{ currency: "BTC", balance: "123.45" }] },
  ];

  test("reports that the gateway answered", async () => {
    await against(fine, async ({ baseUrl, requests }) => {
      const { exit, stdout } = await citrn(["ping", "--base-url", baseUrl]);
      assert.equal(exit, 0);
      assert.match(stdout, /answered OK in \d+ ms/);
      assert.equal(requests.length, 1);
    });
  });

  test("checks the key and the secret, and prints no balance", async () => {
    await against(fine, async ({ baseUrl, requests }) => {
      const { exit, stdout } = await citrn(["ping"], { env: { ...keys, CITRN_BASE_URL: baseUrl } });
      assert.equal(exit, 0);
      assert.match(stdout, /accepted the key/);
      assert.ok(!stdout.includes("123.45"));
      assert.equal(requests[1].headers["x-process-signature"], hmac(SECRET, "{}"));
    });
  });

  test("prints the gateway's text without control characters", async () => {
    const hostile = "O\u001b[2J\u009b31mK\u0007\r\n\u202e\u2066\u200b\u2028It accepted the key and the signature.";
    const shows = ({ stdout, stderr }) => {
      assert.doesNotMatch(stdout + stderr, /[^\n\P{Cc}]|\p{Cf}|[\u2028\u2029]/u);
      assert.ok(!(stdout + stderr).split("\n").includes("It accepted the key and the signature."), "no forged line");
    };
    await against(
      () => [200, { message: hostile }],
      async ({ baseUrl }) => shows(await citrn(["ping", "--base-url", baseUrl])),
    );
    for (const refusal of [
      { error: hostile, code: hostile },
      { error_code: hostile, message: hostile },
      { errors: { [hostile]: hostile } },
    ]) {
      await against(
        () => [400, refusal],
        async ({ baseUrl }) => shows(await citrn(["ping", "--base-url", baseUrl], { env: keys })),
      );
    }
    shows(await citrn([`${hostile}`]));
    shows(await citrn(["ping", "--base-url", `http://127.0.0.1:1/${hostile}`]));
    shows(await citrn(["verify", hostile], { env: keys }));
    shows(await citrn(["sign", `/nowhere/${hostile}`], { env: keys }));
    shows(await citrn(["sandbox", `--${hostile}`]));
  });

  test("has an exit code for each kind of failure", async () => {
    const refusing = (path) =>
      path.endsWith("/ping") ? [200, { message: "OK" }] : [403, { error: "Bad key header", code: "bad_header_key" }];
    await against(refusing, async ({ baseUrl }) =>
      assert.equal((await citrn(["ping", "--base-url", baseUrl], { env: keys })).exit, 6),
    );
    await against(
      () => [200, "<html></html>"],
      async ({ baseUrl }) => assert.equal((await citrn(["ping", "--base-url", baseUrl])).exit, 5),
    );
    let closedUrl;
    await against(fine, async ({ baseUrl }) => (closedUrl = baseUrl));
    assert.equal((await citrn(["ping", "--base-url", closedUrl])).exit, 4);
    assert.equal((await citrn(["ping", "--base-url", "nonsense"])).exit, 2);
    const insecure = ["ping", "--base-url", "http://gateway.invalid/api"];
    assert.equal((await citrn(insecure)).exit, 3);
    assert.equal((await citrn(insecure, { env: { CITRN_ALLOW_INSECURE_BASE_URL: "true" } })).exit, 4);
  });
});

describe("citrn sandbox", () => {
  test("runs until SIGTERM", async () => {
    const child = spawn(process.execPath, [CLI, "sandbox", "--port", "0"], {
      env: { PATH: process.env.PATH, CITRN_API_KEY: "key", CITRN_SECRET: SECRET },
    });
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
