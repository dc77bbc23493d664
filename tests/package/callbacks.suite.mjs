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

describe("the handlers of docs/callbacks.md", { timeout: 120_000 }, () => {
  for (const [name, [command, args]] of Object.entries(PROGRAMS)) {
    test(name, async () => {
      const cwd = project(`callbacks-${name}`, {
        "package.json": '{"type":"module"}',
        "sample.js": javascript(name),
        "webhooks.js": javascript("webhooks"),
        "crediting.js": CREDITING,
        "serve.js": name === "hono" ? SERVE_HONO : SERVE,
      });
      const port = await freePort(0, { purpose: name, flag: "PORT" });
      const env = { PORT: String(port), MERCHANT_WEBHOOK_SECRET: SECRET };
      const { stop, output } = await serve(command, args, { cwd, env, until: /started/ });
      try {
        const { webhooks } = await importCitrn("citrn/worker");
        const request = (init) => fetch(`http://127.0.0.1:${port}/webhooks`, init);
        for (let tries = 0; tries < 100 && !(await request().catch(() => undefined)); tries += 1) await setTimeout(50);
        await checkAnswers(request, webhooks);
        const missing = () => LOGGED.filter((line) => !output().includes(line));
        for (let tries = 0; missing().length > 0 && tries < 100; tries += 1) await setTimeout(50);
        assert.deepEqual(missing(), []);
        assert.match(output(), /The database is down/);
      } finally {
        await stop();
      }
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
    await run(node(24), [tsc, "-p", cwd], { cwd });
  });
});
