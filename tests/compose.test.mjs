// The compose example without containers: its commands and environment, run as processes on this machine.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import dns from "node:dns/promises";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startSandbox } from "citrn/sandbox";
import { parse } from "yaml";
import { makeSettings, PAYMENT } from "./worker/caller.mjs";
import { startWorker } from "./worker/workerd.mjs";

const directory = fileURLToPath(new URL("../examples/compose", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const file = readFileSync(path.join(directory, "compose.yaml"), "utf8");
const NAMES = Object.keys(parse(file, { merge: true }).services);

/** Makes Node resolve the services' names to this machine, as a container network resolves them to containers. */
const HOSTS = `import dns from "node:dns";
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => lookup(${JSON.stringify(NAMES)}.includes(name) ? "127.0.0.1" : name, ...rest);`;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** Runs a service's command without installing the package, which is in the workspace. */
function run(t, { command, environment }) {
  const words = command.map((word) => word.replace(/^npm install .* && exec /, "exec "));
  const { CITRN_API_KEY, CITRN_SECRET, CITRN_BASE_URL, ...rest } = process.env;
  const child = spawn(words[0], words.slice(1), {
    cwd: directory,
    detached: true,
    env: {
      ...rest,
      ...environment,
      PATH: [path.join(root, "node_modules", ".bin"), path.dirname(process.execPath), rest.PATH].join(path.delimiter),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HOSTS)}`,
    },
  });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => (output.text += chunk));
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
  });
  return output;
}

async function until(output, pattern) {
  for (const deadline = Date.now() + 30_000; ; ) {
    if (pattern.test(output.text)) return;
    assert.ok(Date.now() < deadline, `never printed ${pattern}: ${output.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** POSTs as if from another container: with the service's name as Host, over a connection to this machine. */
async function post(url, body = "") {
  const { host, port, pathname } = new URL(url);
  const headers = { Host: host, "Content-Type": "application/json" };
  const call = request({ host: "127.0.0.1", port, path: pathname, method: "POST", headers }).end(body);
  const [response] = await once(call, "response");
  return { status: response.statusCode, body: await text(response) };
}

test("the services wait for each other, mount existing files, and publish ports only on this machine", () => {
  const { services } = parse(file, { merge: true });
  for (const [name, service] of Object.entries(services)) {
    for (const other of Object.keys(service.depends_on ?? {}))
      assert.ok(services[other].healthcheck, `${name} waits for ${other}`);
    for (const volume of service.volumes ?? [])
      assert.ok(existsSync(path.join(directory, volume.split(":")[0])), volume);
    for (const port of service.ports) assert.match(port, /^127\.0\.0\.1:(\d+):\1$/);
    assert.match(service.image, /^node:\d+-slim$/);
  }
  assert.deepEqual(services.shop.environment.CITRN_SECRET, services.sandbox.environment.CITRN_SECRET);
});

test("a payment is created, paid and reported between the containers' names", {
  skip: process.platform === "win32" && "needs a POSIX shell",
}, async (t) => {
  const [sandboxPort, shopPort] = [await freePort(), await freePort()];
  const { services } = parse(file.replaceAll("8788", sandboxPort).replaceAll("3000", shopPort), { merge: true });

  const sandbox = run(t, services.sandbox);
  await until(sandbox, /export CITRN_API_KEY/);
  const [, ...check] = services.sandbox.healthcheck.test;
  const healthy = spawn(check[0], check.slice(1), { stdio: "inherit" });
  assert.deepEqual(await once(healthy, "exit"), [0, null]);
  const shop = run(t, services.shop);
  await until(shop, /the shop listens/);

  const { status, body } = await post(`http://shop:${shopPort}/pay`);
  assert.equal(status, 201, shop.text);
  const [, session] = new RegExp(`^http://sandbox:${sandboxPort}/pay/(\\S+)\n$`).exec(body) ?? assert.fail(body);
  const paid = await post(
    `http://sandbox:${sandboxPort}/_sandbox/payments/${session}/pay`,
    '{"amount":"5","confirmed":true}',
  );
  assert.equal(paid.status, 200, paid.body);
  await until(shop, /callback \S+: confirmed/);
});

/** This machine's host name, if it resolves to this machine: like a container's name, it is not a loopback name. */
const named = await dns.lookup(hostname()).then(
  ({ address }) => (address.startsWith("127.") ? hostname() : undefined),
  () => undefined,
);

test("a Worker uses the sandbox by its host name with the variables in the README", {
  skip: !named && "this machine's name does not lead to it",
}, async (t) => {
  const port = await freePort();
  const origin = `http://${named}:${port}`;
  const { settings, tokens } = makeSettings();
  const sandbox = await startSandbox({
    port: Number(port),
    publicUrl: origin,
    apiKey: settings.CITRN_API_KEY,
    secret: settings.CITRN_SECRET,
  });
  t.after(() => sandbox.close());
  const readme = readFileSync(path.join(directory, "README.md"), "utf8").replaceAll("http://sandbox:8788", origin);
  const variables = Object.fromEntries(
    [...readme.matchAll(/--var (\w+):(\S+?)[ `]/g)].map(([, name, value]) => [name, value]),
  );
  assert.deepEqual(Object.keys(variables), ["CITRN_BASE_URL", "CITRN_ALLOW_INSECURE_BASE_URL"]);
  const worker = await startWorker({ ...settings, ...variables });
  t.after(() => worker.stop());
  const response = await fetch(`${worker.url}/v1/payments`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.all}`, "content-type": "application/json" },
    body: JSON.stringify(PAYMENT),
  });
  const answer = await response.text();
  assert.equal(response.status, 201, answer);
  assert.ok(JSON.parse(answer).redirect_url.startsWith(`${origin}/pay/`), answer);
});
