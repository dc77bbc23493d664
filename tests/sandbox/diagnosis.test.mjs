// The sandbox's log and `citrn verify` say the same about a wrong signature.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { seeded } from "../../pkg/test/seeded.mjs";
import { API_KEY, DIAGNOSES } from "./diagnoses.mjs";
import { sandboxFor } from "./gateway.mjs";

const CLI = fileURLToPath(new URL("../../pkg/dist/cli.mjs", import.meta.url));
const DIGITS = /^[0-9a-f]{128}$/i;
const hmac = (secret, body) => createHmac("sha512", secret).update(body).digest("hex");

/** Runs `citrn verify`. */
function verify(signature, body, secret, others = {}) {
  const env = { PATH: process.env.PATH, CITRN_SECRET: secret, CITRN_API_KEY: API_KEY, ...others };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "verify", signature], { env });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    child.stdin.on("error", () => {});
    child.stdin.end(body);
    child.on("close", (exit) => resolve({ exit, ...output }));
  });
}

/** Posts a body to a sandbox, and returns the reason in its log of requests. */
async function reasonOf(sandbox, body, signature) {
  const headers = { "X-Process-Key": sandbox.apiKey, "X-Process-Signature": signature };
  await fetch(`${sandbox.baseUrl}/balances`, { method: "POST", headers, body });
  return (await sandbox.requests.list()).at(-1).reason ?? "";
}

function checkVerify({ exit, stdout, stderr }, { secret, body, signature, says }) {
  const sentence = says.replace("{secret}", "CITRN_SECRET");
  const count = Buffer.byteLength(body);
  if (hmac(secret, body) === signature.trim().toLowerCase()) {
    const valid = `The signature is valid: it is that of these ${count} bytes under CITRN_SECRET.`;
    assert.deepEqual({ exit, stdout, stderr }, { exit: 0, stdout: `${valid}\nNote: ${sentence}.\n`, stderr: "" });
  } else if (DIGITS.test(signature)) {
    const wrong = `The signature does not match: it is not that of these ${count} bytes under CITRN_SECRET.`;
    const mistake = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
    assert.deepEqual({ exit, stdout, stderr }, { exit: 1, stdout: "", stderr: `${wrong}\n${mistake}\n` });
  } else {
    const form = `SIGNATURE must be the 128 hex digits of an HMAC-SHA512; this has ${signature.length} characters`;
    const help = "See citrn verify --help.";
    assert.deepEqual({ exit, stdout, stderr }, { exit: 2, stdout: "", stderr: `${form}: ${sentence}. ${help}\n` });
  }
  const output = stdout + stderr;
  assert.ok(!output.includes(secret) && !output.includes(hmac(secret, body)), "no secret in the output");
}

describe("each diagnosis", { concurrency: 4 }, () => {
  for (const row of DIAGNOSES) {
    test(row.name, async (t) => {
      const { secret, body, signature, says } = row;
      const sandbox = await sandboxFor(t, { apiKey: API_KEY, secret });
      const reason = await reasonOf(sandbox, body, signature);
      const count = `${Buffer.byteLength(body)} bytes`;
      assert.equal(
        reason,
        `the signature must cover the body's ${count} as received; ${says.replace("{secret}", "the secret")}`,
      );
      checkVerify(await verify(signature, body, secret), row);
    });
  }
});

test("each sentence in the code of the diagnosis has a row in the table", () => {
  const files = readdirSync(new URL("../../sandbox/src/diagnosis", import.meta.url)).map((file) => `diagnosis/${file}`);
  const sources = ["json.rs", ...files].map((file) =>
    readFileSync(new URL(`../../sandbox/src/${file}`, import.meta.url), "utf8").replace(/#\[cfg\(test\)\][\s\S]*/, ""),
  );
  // Without comments, and without characters such as '"'.
  const code = sources.join("\n").replaceAll(/^ *\/\/.*$|'(\\.|[^'\\])'/gm, "");
  const said = DIAGNOSES.map(({ says }) => says).join("\n");
  const literals = [...code.matchAll(/(r?)"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, raw, text]) =>
    raw ? text : text.replaceAll(/\\\n\s*/g, "").replaceAll(/\\(.)/g, "$1"),
  );
  // Texts around placeholders. Words of other kinds, such as prefixes, have no spaces.
  const parts = literals.flatMap((text) => text.split(/\{[a-z]*\}(?!`)/)).filter((part) => /\S \S/.test(part));
  assert.ok(parts.length > 50, "the sentences were found");
  assert.deepEqual(
    parts.filter((part) => !said.includes(part.trim())),
    [],
  );
});

test("a correct signature is never reported as wrong", async (t) => {
  const { below } = seeded(23);
  const characters = [..."aZ09 /\"'\\\n\t<&é€😀\u{feff}\u0000"];
  const text = (length) => Array.from({ length }, () => characters[below(characters.length)]).join("");
  const bodies = [
    () => randomBytes(below(200)),
    () => text(below(60)),
    () => JSON.stringify({ [text(3)]: text(8), list: [text(2), below(1000)] }, null, below(3)),
    () => "",
  ];
  for (let round = 0; round < 16; round += 1) {
    // Arguments and variables cannot contain NUL.
    const secret = `s${text(below(20)).replaceAll("\0", "")}`;
    const body = bodies[round % bodies.length]();
    const signature = hmac(secret, body);
    const sandbox = await sandboxFor(t, { apiKey: API_KEY, secret });
    assert.doesNotMatch(await reasonOf(sandbox, body, signature), /signature/, `${JSON.stringify(secret)}`);
    for (const form of [signature, signature.toUpperCase(), `X-Process-Signature: ${signature}`]) {
      const { exit, stderr } = await verify(form, body, secret);
      assert.deepEqual([exit, stderr], [0, ""], JSON.stringify({ secret, body: Buffer.from(body).toString() }));
    }
  }
});

test("mistakes with the previous secret are recognised too", async () => {
  for (const [key, signed, says] of [
    ["old\n", "{}", "It was made with a line break after CITRN_SECRET_PREVIOUS."],
    ["old", "{}\n", "It was made over the body with a line break at its end."],
  ]) {
    const { exit, stderr } = await verify(hmac(key, signed), "{}", "new", { CITRN_SECRET_PREVIOUS: "old" });
    assert.deepEqual([exit, stderr.split("\n")[1]], [1, says]);
  }
});

test("a secret of only white space is never the explanation", async () => {
  const { exit, stderr } = await verify(hmac("", "{}"), "{}", " \t");
  assert.equal(exit, 1);
  assert.match(stderr, /none of the usual mistakes/);
});

test("the secret in place of the public key is reported by the sandbox, but not its text", async (t) => {
  const sandbox = await sandboxFor(t, { apiKey: API_KEY, secret: "hush-hush" });
  await fetch(`${sandbox.baseUrl}/balances`, {
    method: "POST",
    headers: { "X-Process-Key": "hush-hush", "X-Process-Signature": hmac(API_KEY, "{}") },
    body: "{}",
  });
  const [{ code, reason }] = await sandbox.requests.list();
  assert.equal(code, "bad_header_key");
  assert.match(reason, /has the secret instead of the public key: perhaps the two are swapped/);
  assert.doesNotMatch(reason, /hush/);
});
