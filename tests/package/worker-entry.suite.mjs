// The entry `citrn/worker` of the installed package: on each runtime, in bundles, on Workers and in Next.js.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readdirSync } from "node:fs";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { bin, DENO_RUN, node, project, run, serve } from "./project.mjs";
import { bundleByWrangler, serveByWorkerd } from "./workers.mjs";

const TOKEN = "package-test-token";

/** A server in the Worker's place. The first attempt of a payment fails, so that each run has a retry. */
async function startFakeWorker() {
  const seen = [];
  const problem = (status, code, retryable) => ({
    status,
    body: { code, detail: `About ${code}.`, executed: "no", retryable, request_id: "request-1" },
  });
  const event = (id) => ({
    ...{ id, type: "callback.received", callback_id: "17", status: "confirmed" },
    ...{ credit: null, review: null },
  });
  const answer = (method, url, key) => {
    if (url === "/v1/payments") {
      if (seen.filter((one) => one.key === key).length === 1) return problem(503, "storage_unavailable", true);
      return { status: 201, body: { session_id: null, redirect_url: `https://pay.example/${key}` } };
    }
    if (url === "/v1/callbacks") return { status: 200, body: { data: [event("a")], next: "1", has_more: true } };
    if (url === "/v1/callbacks?after=1")
      return { status: 200, body: { data: [event("b")], next: "2", has_more: false } };
    if (url === "/v1/rates") return { status: 200, body: { as_of: "now", stale: false, data: { asked: seen.length } } };
    return problem(404, method === "DELETE" ? "callback_not_found" : "not_found", false);
  };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const { method, url, headers } = request;
      seen.push({ method, url, key: headers["idempotency-key"], authorization: headers.authorization });
      const { status, body } = answer(method, url, headers["idempotency-key"]);
      response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "0" }).end(JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => server.closeAllConnections() ?? server.close();
  return { url: `http://127.0.0.1:${server.address().port}`, seen, close };
}

let fake;
before(async () => (fake = await startFakeWorker()));
beforeEach(() => (fake.seen.length = 0));
after(() => fake.close());

/** The steps of every project: a payment with a retry, events over two pages, a problem, deliveries. Runs anywhere. */
const CHECK = `
async function deliver({ webhookHandler, webhooks }) {
  const secrets = "whsec_" + "A".repeat(43) + "=";
  const keys = [];
  const process = async ({ key }) => (keys.push(key), "done");
  const handle = webhookHandler({ secrets, process, review() {} });
  const facts = { callback_id: "17", status: "confirmed", customer_id: "user-17", is_final: true, is_deposit: true };
  const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };
  const data = { ...facts, credit, review: null, callback: null };
  const body = JSON.stringify({ type: "callback.received", timestamp: "2026-11-22T12:00:00.000Z", data });
  const post = async (headers) =>
    (await handle(new Request("https://shop.example/", { method: "POST", headers, body }))).status;
  const headers = await webhooks.sign(body, { secrets, id: "evt_1" });
  return [await post(headers), await post({ ...headers, "webhook-id": "evt_2" }), ...keys].join(" ");
}
async function check(citrn, { url, token }) {
  const { CitrnWorker, CitrnError, CitrnRefusalError } = citrn;
  const worker = new CitrnWorker({ url, token });
  const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
  const { redirect_url } = await worker.payments.create(payment);
  const events = [];
  for await (const event of worker.callbacks.list()) events.push(event.id);
  const error = await worker.callbacks.erase("17").catch((error) => error);
  const isOurs = error instanceof CitrnError && error instanceof CitrnRefusalError;
  const { name, code, requestId } = error;
  return { redirect_url, events, isOurs, name, code, requestId, delivered: await deliver(citrn) };
}
`;
const SETTINGS = `{ url: process.env.CITRN_WORKER_URL, token: "${TOKEN}" }`;
const PRINT = `check(citrn, ${SETTINGS}).then((result) => console.log(JSON.stringify(result)));`;
const ESM = `import * as citrn from "citrn/worker";\nimport process from "node:process";\n${CHECK}${PRINT}`;
const CJS = `const citrn = require("citrn/worker");\n${CHECK}${PRINT}`;

/** Asserts that a project's result has the fake Worker's values, and that it sent these requests. */
function assertRight(text) {
  const { redirect_url, ...rest } = JSON.parse(text);
  const [first, second, ...others] = fake.seen;
  assert.ok(first.key.length >= 36 && first.key === second.key, JSON.stringify(fake.seen));
  assert.equal(redirect_url, `https://pay.example/${first.key}`);
  const expected = { events: ["a", "b"], isOurs: true, name: "CitrnRefusalError", delivered: "200 401 17" };
  assert.deepEqual(rest, { ...expected, code: "callback_not_found", requestId: "request-1" });
  assert.deepEqual(
    others.map(({ method, url }) => `${method} ${url}`),
    ["GET /v1/callbacks", "GET /v1/callbacks?after=1", "DELETE /v1/callbacks/17"],
  );
  for (const { authorization } of fake.seen) assert.equal(authorization, `Bearer ${TOKEN}`);
}

async function runs(command, args, cwd) {
  const { stdout } = await run(command, args, { cwd, env: { CITRN_WORKER_URL: fake.url } });
  assertRight(stdout);
}

describe("on each runtime", () => {
  const directory = project("worker-runtimes", { "esm.mjs": ESM, "cjs.cjs": CJS });
  const RUNTIMES = {
    ...Object.fromEntries([20, 22, 24, 26].map((major) => [`Node ${major}`, [node(major)]])),
    Bun: [bin("bun")],
    Deno: [bin("deno"), ...DENO_RUN],
  };
  for (const [name, [command, ...args]] of Object.entries(RUNTIMES)) {
    for (const file of ["esm.mjs", "cjs.cjs"]) {
      test(`${name}, ${file}`, () => runs(command, [...args, file], directory));
    }
  }
});

describe("in bundles", () => {
  const directory = project("worker-bundles", {
    "esm.mjs": ESM,
    "cjs.cjs": CJS,
    "webpack.config.cjs": `
      const output = { path: __dirname + "/webpack", filename: "out.cjs" };
      module.exports = { mode: "production", entry: "./cjs.cjs", target: "node20", output };`,
    "vite.config.mjs":
      'export default { logLevel: "error", build: { ssr: "esm.mjs", outDir: "vite" }, ssr: { noExternal: true } };',
    "browser.config.mjs": `
      const lib = { entry: "browser.mjs", formats: ["es"], fileName: "out" };
      export default { logLevel: "error", build: { lib, outDir: "browser" } };`,
    "browser.mjs": `import * as citrn from "citrn/worker";\n${CHECK}${PRINT.replace(SETTINGS, "globalThis.SETTINGS")}`,
  });
  const output = (folder) => {
    const file = readdirSync(path.join(directory, folder)).find((name) => /\.[cm]?js$/.test(name));
    return path.join(directory, folder, file);
  };

  for (const format of ["esm", "cjs"]) {
    test(`esbuild, ${format}`, async () => {
      const file = `esbuild.${format === "esm" ? "mjs" : "cjs"}`;
      const args = ["esm.mjs", "--bundle", "--minify", "--platform=node", `--format=${format}`, `--outfile=${file}`];
      await run(bin("esbuild"), args, { cwd: directory });
      await runs(node(20), [file], directory);
    });
  }

  test("webpack", async () => {
    await run(node(24), [bin("webpack"), "--config", "webpack.config.cjs"], { cwd: directory });
    await runs(node(20), [output("webpack")], directory);
  });

  test("Vite, for a server", async () => {
    await run(node(24), [bin("vite"), "build", "--config", "vite.config.mjs"], { cwd: directory });
    await runs(node(20), [output("vite")], directory);
  });

  test("Vite, for a browser", async () => {
    await run(node(24), [bin("vite"), "build", "--config", "browser.config.mjs"], { cwd: directory });
    const program = `globalThis.SETTINGS = ${SETTINGS}; import(${JSON.stringify(output("browser"))});`;
    await runs(node(20), ["--eval", program], directory);
  });
});

describe("on Workers", () => {
  const files = {
    "wrangler.toml": 'name = "app"\nmain = "worker.mjs"\ncompatibility_date = "2025-01-01"\n',
    "worker.mjs": `import * as citrn from "citrn/worker";\n${CHECK}
      // At the top level too, where no randomness is to be had.
      new citrn.CitrnWorker({ url: "https://pay.example.com", token: "t" });
      export default { fetch: async (request) => Response.json(await check(citrn, await request.json())) };`,
  };
  async function works(directory) {
    const { url, stop } = await serveByWorkerd(directory);
    try {
      const body = JSON.stringify({ url: fake.url, token: TOKEN });
      assertRight(await (await fetch(url, { method: "POST", body })).text());
    } finally {
      await stop();
    }
  }

  test("bundled by wrangler", async () => works(await bundleByWrangler(project("worker-wrangler", files), 0)));

  test("bundled by plain esbuild, without any condition", async () => {
    const directory = project("worker-esbuild", files);
    const args = ["worker.mjs", "--bundle", "--format=esm", "--outfile=out/worker.mjs"];
    await run(bin("esbuild"), args, { cwd: directory });
    await works(path.join(directory, "out"));
  });
});

describe("in Next.js", { timeout: 300_000 }, () => {
  const route = (runtime, more, body) => `
    import * as citrn from "citrn/worker";
    export const runtime = "${runtime}";
    ${more}
    ${CHECK}
    export async function POST(request) {
      ${body}
    }`;
  const checks = "return Response.json(await check(citrn, await request.json()));";
  const reads = `
    const worker = new citrn.CitrnWorker(await request.json());
    return Response.json([(await worker.rates.list()).data.asked, (await worker.rates.list()).data.asked]);`;
  const directory = project("worker-next", {
    "package.json": JSON.stringify({ name: "next-app", private: true }),
    "next.config.mjs": `
      const root = new URL("../../..", import.meta.url).pathname;
      export default { turbopack: { root }, outputFileTracingRoot: root };`,
    "app/layout.js": "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n",
    "app/page.js": "export default function Page() { return <p>page</p>; }\n",
    "app/node/route.js": route("nodejs", 'export const dynamic = "force-dynamic";', checks),
    "app/edge/route.js": route("edge", 'export const dynamic = "force-dynamic";', checks),
    "app/cached/route.js": route("nodejs", 'export const fetchCache = "force-cache";', reads),
  });
  const env = { NEXT_TELEMETRY_DISABLED: "1" };
  let server;
  before(async () => {
    await run(node(24), [bin("next"), "build", "--turbopack"], { cwd: directory, env });
    const args = [bin("next"), "start", "--port", "0", "--hostname", "127.0.0.1"];
    server = await serve(node(24), args, { cwd: directory, env, until: /http:\/\/127\.0\.0\.1:\d+/ });
  });
  after(() => server?.stop());

  const post = async (route) => {
    const body = JSON.stringify({ url: fake.url, token: TOKEN });
    const answer = await fetch(`${server.found[0]}/${route}`, { method: "POST", body });
    return answer.text();
  };
  for (const runtime of ["node", "edge"]) {
    test(`a route handler on ${runtime}`, async () => assertRight(await post(runtime)));
  }
  test("no reply comes from its cache", async () => {
    assert.deepEqual(
      [JSON.parse(await post("cached")), JSON.parse(await post("cached"))],
      [
        [1, 2],
        [3, 4],
      ],
    );
  });
});
