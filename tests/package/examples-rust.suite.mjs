// The Rust folders of examples/, built with the repository's own tools, against the sandbox.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { test } from "node:test";
import { build as bundle } from "esbuild";
import { toolProgram } from "../../scripts/tools.mjs";
import { apiKey, project, root, run, secret, startSandbox } from "./project.mjs";
import { serveByWorkerd } from "./workers.mjs";

const targetDir = path.join(root, "target", "examples");

/** Runs cargo in a folder of examples/, with its own lock file. */
const cargo = (example, command, ...args) =>
  run("cargo", [command, "--quiet", "--locked", "--target-dir", targetDir, ...args], {
    cwd: path.join(root, "examples", example),
  });

/** Serves https in front of a server, until the test ends. Returns the port, and the file of its certificate. */
async function serveHttps(t, url) {
  const directory = project("examples-rust-native", {});
  mkdirSync(directory, { recursive: true });
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => path.join(directory, name));
  const extensions = ["subjectAltName=IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"];
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
    ...["-subj", "/CN=sandbox", "-keyout", key, "-out", certificate],
    ...extensions.flatMap((extension) => ["-addext", extension]),
  ]);
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = https.createServer(options, (request, response) => {
    const { method, headers } = request;
    const forwarded = http.request(new URL(request.url, url), { method, headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    request.pipe(forwarded);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  return { port: server.address().port, certificate };
}

test("rust-native creates a payment, over http and https", async (t) => {
  await cargo("rust-native", "test");
  await cargo("rust-native", "build");
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
  const program = path.join(targetDir, "debug", "shop");
  const isPage = ({ stdout }) => assert.ok(stdout.startsWith(`${sandbox.url}/pay/`), stdout);
  isPage(await run(program, [], { env }));

  const { port, certificate } = await serveHttps(t, sandbox.url);
  const secure = { ...env, CITRN_BASE_URL: `https://127.0.0.1:${port}/api` };
  isPage(await run(program, [], { env: { ...secure, SSL_CERT_FILE: certificate } }));
  await assert.rejects(run(program, [], { env: secure }), /network_error/);
});

test("the tests of rust-shop pass without a network, in less than a second", async (t) => {
  const messages = await cargo("rust-shop", "test", "--no-run", "--message-format", "json");
  const built = messages.stdout.split("\n").flatMap((line) => (line.startsWith("{") ? JSON.parse(line) : []));
  const { executable } = built.find(({ target, executable }) => executable && target.kind.includes("test"));
  // A namespace without any network interface, where the system allows one.
  const isolated = ["unshare", ["--map-root-user", "--net", executable]];
  const canIsolate = await run("unshare", ["--map-root-user", "--net", "true"]).then(
    () => true,
    () => false,
  );
  const times = [];
  for (let repetition = 0; repetition < 10 && !(Math.min(...times) < 1000); repetition++) {
    const started = performance.now();
    const { stdout } = await run(...(canIsolate ? isolated : [executable, []]));
    times.push(Math.round(performance.now() - started));
    assert.match(stdout, /test result: ok\. \d{2} passed; 0 failed/);
  }
  t.diagnostic(`${times.join(", ")} ms, ${canIsolate ? "without any network interface" : "with a network"}`);
  // The best counts, since another process may take the processor.
  assert.ok(Math.min(...times) < 1000, `${times.join(", ")} ms`);
});

/** The code that `worker-build` writes around the module, without its class per request. */
const ENTRY = `
import * as shop from "./shop.js";
import module from "./shop_bg.wasm";
shop.initSync({ module });
export default { fetch: (request, env, context) => shop.fetch(request, env, context) };
`;

test("rust-worker redirects a visitor to a new payment", async (t) => {
  await cargo("rust-worker", "build", "--target", "wasm32-unknown-unknown");
  const directory = project("examples-rust-worker", { "entry.mjs": ENTRY });
  const wasm = path.join(targetDir, "wasm32-unknown-unknown", "debug", "shop_worker.wasm");
  const output = ["--target", "web", "--omit-default-module-path", "--out-name", "shop", "--out-dir", directory];
  await run(await toolProgram("wasm-bindgen"), [wasm, ...output]);
  const modules = path.join(directory, "modules");
  await bundle({
    entryPoints: [path.join(directory, "entry.mjs")],
    outfile: path.join(modules, "worker.mjs"),
    bundle: true,
    format: "esm",
    external: ["./shop_bg.wasm", "cloudflare:*"],
    logLevel: "silent",
  });
  copyFileSync(path.join(directory, "shop_bg.wasm"), path.join(modules, "shop_bg.wasm"));

  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
  const worker = await serveByWorkerd(modules, [], env);
  t.after(() => worker.stop());

  const paid = await fetch(`${worker.url}?order=17`, { redirect: "manual" });
  assert.equal(paid.status, 302);
  assert.ok(paid.headers.get("Location").startsWith(`${sandbox.url}/pay/`), paid.headers.get("Location"));
  const refused = await fetch(worker.url);
  assert.deepEqual([refused.status, await refused.text()], [422, "order: missing; open /?order=17"]);
});
