// The samples of docs/callbacks.md that need a framework or another runtime, with the packed package.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { transformSync } from "esbuild";
import { freePort } from "../../scripts/ports.mjs";
import { checkAnswers, CREDITING, LOGGED, SECRET } from "../crediting/answers.mjs";
import { samplesOf } from "../crediting/samples.mjs";
import { bin, here, importCitrn, node, project, run, serve } from "./project.mjs";

const samples = samplesOf("docs/callbacks.md");
const javascript = (name) => transformSync(samples.get(name), { loader: "ts", format: "esm" }).code;

/** For the sample that leaves serving to its platform. */
const SERVE_HONO = `
import { createServer } from "node:http";
import app from "./sample.js";
createServer(async (incoming, outgoing) => {
  const body = incoming.method === "POST" ? { body: incoming, duplex: "half" } : {};
  const { method, headers, url } = incoming;
  const response = await app.fetch(new Request("http://127.0.0.1" + url, { method, headers, ...body }));
  outgoing.writeHead(response.status).end(await response.text());
}).listen(Number(process.env.PORT), "127.0.0.1");
console.log("started");
`;
const SERVE = 'await import("./sample.js");\nconsole.log("started");\n';

const DENO = ["run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--node-modules-dir=manual"];
const PROGRAMS = {
  hono: [node(22), ["serve.js"]],
  express: [node(22), ["serve.js"]],
  fastify: [node(22), ["serve.js"]],
  bun: [bin("bun"), ["serve.js"]],
  deno: [bin("deno"), [...DENO, "serve.js"]],
};

/** The files of an application of a framework, and how to build and start it. */
const APPLICATIONS = {
  next: {
    files: {
      "next.config.mjs":
        'const root = new URL("../../..", import.meta.url).pathname;\n' +
        "export default { turbopack: { root }, outputFileTracingRoot: root };\n",
      "app/layout.js":
        "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n",
      "app/page.js": "export default function Page() { return <p>page</p>; }\n",
      "app/webhooks/route.js": javascript("next"),
      "webhooks.js": javascript("webhooks"),
      "crediting.js": CREDITING,
    },
    build: [bin("next"), "build"],
    start: (port) => [bin("next"), "start", "--port", String(port), "--hostname", "127.0.0.1"],
  },
  sveltekit: {
    files: {
      "vite.config.js": 'import { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit()] };\n',
      "svelte.config.js": "export default {};\n",
      "src/app.html": "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>\n",
      "src/routes/webhooks/+server.js": javascript("sveltekit"),
      "src/webhooks.js": javascript("webhooks"),
      "src/crediting.js": CREDITING,
    },
    build: [bin("vite"), "build"],
    start: (port) => [bin("vite"), "preview", "--port", String(port), "--host", "127.0.0.1"],
  },
};

describe("the handlers of docs/callbacks.md", { timeout: 300_000 }, () => {
  /** Starts a server, checks its answers and its log, and stops it. */
  async function check(command, argsFor, { cwd, until }) {
    const port = await freePort(0, { purpose: "the server", flag: "PORT" });
    const env = { PORT: String(port), MERCHANT_WEBHOOK_SECRET: SECRET, NEXT_TELEMETRY_DISABLED: "1" };
    const { stop, output } = await serve(command, argsFor(port), { cwd, env, until });
    try {
      const { webhooks } = await importCitrn("citrn/worker");
      const request = (init) => fetch(`http://127.0.0.1:${port}/webhooks`, init);
      for (let tries = 0; tries < 100 && !(await request().catch(() => undefined)); tries += 1) await setTimeout(50);
      await checkAnswers(request, webhooks);
      const missing = () => [...LOGGED, "The database is down"].filter((line) => !output().includes(line));
      for (let tries = 0; missing().length > 0 && tries < 100; tries += 1) await setTimeout(50);
      assert.deepEqual(missing(), []);
    } finally {
      await stop();
    }
  }

  for (const [name, [command, args]] of Object.entries(PROGRAMS)) {
    test(name, async () => {
      const cwd = project(`callbacks-${name}`, {
        "package.json": '{"type":"module"}',
        "sample.js": javascript(name),
        "webhooks.js": javascript("webhooks"),
        "crediting.js": CREDITING,
        "serve.js": name === "hono" ? SERVE_HONO : SERVE,
      });
      await check(command, () => args, { cwd, until: /started/ });
    });
  }

  for (const [name, { files, build, start }] of Object.entries(APPLICATIONS)) {
    test(name, async () => {
      const cwd = project(`callbacks-${name}`, { "package.json": '{"type":"module","private":true}', ...files });
      // Without the secret, as in most builds.
      await run(node(24), build, { cwd, env: { NEXT_TELEMETRY_DISABLED: "1" } });
      await check(node(24), start, { cwd, until: /127\.0\.0\.1:/ });
    });
  }

  test("the samples for Node's frameworks compile under --strict", async () => {
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
      ...{ target: "es2022", lib: ["es2022"], module: "nodenext", types: ["node"], skipLibCheck: true },
    };
    const names = ["webhooks", "hono", "express", "fastify"];
    const cwd = project("callbacks-types", {
      "package.json": '{"type":"module"}',
      "tsconfig.json": JSON.stringify({ compilerOptions }),
      ...Object.fromEntries(names.map((name) => [`${name}.ts`, samples.get(name)])),
      "crediting.ts": `import type { CallbackEvent } from "citrn/worker";
export declare function processEvent(event: CallbackEvent): Promise<"done" | "duplicate">;
export declare function reviewEvent(event: CallbackEvent): Promise<void>;\n`,
    });
    const tsc = path.join(
      path.dirname(createRequire(path.join(here, "x.js")).resolve("typescript/package.json")),
      "bin",
      "tsc",
    );
    // TypeScript has the DOM's types by default, which know fewer bodies of a `Request` than Node's do.
    for (const lib of ["es2022", "es2022,dom"]) await run(node(24), [tsc, "-p", cwd, "--lib", lib], { cwd });
  });
});
