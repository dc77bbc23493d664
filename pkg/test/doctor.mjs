// Servers to examine, and the command `citrn doctor` as a process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../bin/citrn.mjs", import.meta.url));

export const TOKEN = "doctor-token-of-at-least-32-characters";

/** Makes a process begin at another time. */
const SHIFT = "const real = Date.now, ahead = Number(process.env.TEST_AHEAD); Date.now = () => real() + ahead;";

/**
 * Runs `citrn doctor --json`, and once more without `--json`. Returns exit code, findings by the names of their checks,
 * and lines. Fails if an output has a secret.
 * @param {string[]} args
 * @param {{ env?: object, ahead?: number, secrets?: () => string[] }} [options] `ahead` is that of its clock, in ms
 */
export async function examine(args, { env = {}, ahead = 0, secrets = () => [] } = {}) {
  const run = async (...more) => {
    const start = ahead === 0 ? [] : ["--import", `data:text/javascript,${encodeURIComponent(SHIFT)}`];
    const variables = { PATH: process.env.PATH, TEST_AHEAD: String(ahead), ...env };
    const child = spawn(process.execPath, [...start, CLI, "doctor", ...args, ...more], { env: variables });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    const [exit] = await once(child, "close");
    for (const secret of [...Object.values(env), ...secrets()])
      assert.ok(!`${output.stdout}${output.stderr}`.includes(secret), `a secret was printed: ${output.stdout}`);
    return { exit, ...output };
  };
  const { exit, stdout, stderr } = await run("--json");
  if (stdout === "") return { exit, stderr, checks: {}, lines: [] };
  const { healthy, findings } = JSON.parse(stdout);
  assert.equal(healthy, exit === 0);
  const text = await run();
  assert.equal(text.exit, exit);
  const lines = text.stdout.split("\n").slice(0, findings.length);
  for (const [index, { check }] of findings.entries()) assert.ok(lines[index].includes(check), text.stdout);
  return {
    exit,
    stdout,
    stderr,
    lines,
    checks: Object.fromEntries(findings.map((finding) => [finding.check, finding])),
  };
}

/** Returns the names of the checks with a result. */
export const withResult = (checks, wanted) =>
  Object.values(checks)
    .filter(({ result }) => result === wanted)
    .map(({ check }) => check);

/**
 * An answer: its body is text, or an object that is sent as JSON.
 * @typedef {{ status?: number, headers?: Record<string, string>, body: string | object }} Answer
 */

/** Returns a problem of the Worker. @returns {Answer} */
export const problem = (status, code, more = {}) => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: { status, code, detail: `About ${code}.`, request_id: "r-1", ...more },
});

/** An answer like that of Cloudflare's bot protection. @type {Answer} */
export const CHALLENGE = {
  status: 403,
  headers: { "content-type": "text/html; charset=UTF-8", "cf-mitigated": "challenge", server: "cloudflare" },
  body: "<!DOCTYPE html><title>Just a moment...</title>",
};

/** The answers of a healthy Worker without deliveries. */
const HEALTHY = {
  "/healthz": () => ({ body: { status: "alive", time: new Date().toISOString() } }),
  "/callbacks": () => problem(401, "invalid_signature"),
  "/readyz": ({ headers }) => ({
    body: {
      status: "ready",
      checks: [
        { name: "settings", ok: true, ...(headers.authorization && { return_origins: ["https://shop.example"] }) },
        ...["gateway", "credentials", "rate_limits"].map((name) => ({ name, ok: true })),
        ...(headers.authorization ? ["deliveries", "callbacks", "checkout"] : []).map((name) => ({ name, ok: true })),
      ],
    },
  }),
};

/**
 * Serves a Worker whose answers a test replaces, by path; "*" replaces all.
 * @param {Record<string, (request: import("node:http").IncomingMessage) => Answer>} [answers]
 * @param {{ key: Buffer, cert: Buffer }} [certificate] serves https on the name localhost
 */
export async function serveWorker(answers = {}, certificate = undefined) {
  const requests = [];
  const handle = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const answer = answers["*"] ?? answers[request.url] ?? HEALTHY[request.url] ?? (() => problem(404, "not_found"));
    const { status = 200, headers = { "content-type": "application/json" }, body } = answer(request);
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = certificate ? https.createServer(certificate, handle) : http.createServer(handle);
  await once(server.listen(0, certificate ? "localhost" : "127.0.0.1"), "listening");
  const { port } = server.address();
  return {
    url: certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    requests,
    /** Returns the signatures that were sent to it. */
    signatures: () =>
      requests.flatMap(({ headers }) => [headers["x-process-signature"], headers["webhook-signature"]]).filter(Boolean),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
