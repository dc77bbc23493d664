// The samples of docs/callbacks.md that need a framework or another runtime, with the packed package.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { checkAnswers, CREDITING, LOGGED, SECRET } from "../crediting/answers.mjs";
import { samplesOf } from "../crediting/samples.mjs";
import { javascript, SERVERS, startServer } from "./handlers.mjs";
import { here, importCitrn, installed, node, project, run } from "./project.mjs";

const samples = samplesOf("docs/callbacks.md");
const modules = { "webhooks.js": javascript("webhooks"), "crediting.js": CREDITING };

describe("the handlers of docs/callbacks.md", { timeout: 300_000 }, () => {
  for (const name of Object.keys(SERVERS)) {
    test(name, async () => {
      const env = { MERCHANT_WEBHOOK_SECRET: SECRET };
      const { url, stop, output } = await startServer(name, { directory: `callbacks-${name}`, modules, env });
      try {
        const { webhooks } = await importCitrn("citrn/worker");
        const request = (init) => fetch(url, init);
        for (let tries = 0; tries < 100 && !(await request().catch(() => undefined)); tries += 1) await setTimeout(50);
        await checkAnswers(request, webhooks);
        const command = [path.join(installed, "bin", "citrn.mjs"), "trigger", "deposit.confirmed", "--as", "delivery"];
        const { stdout } = await run(node(20), [...command, "--to", url], { env });
        assert.match(stdout, /^deposit\.confirmed delivery: 200 in /);
        const missing = () => [...LOGGED, "The database is down"].filter((line) => !output().includes(line));
        for (let tries = 0; missing().length > 0 && tries < 100; tries += 1) await setTimeout(50);
        assert.deepEqual(missing(), []);
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
    // TypeScript has the DOM's types by default, which know fewer bodies of a `Request` than Node's do.
    for (const lib of ["es2022", "es2022,dom"]) await run(node(24), [tsc, "-p", cwd, "--lib", lib], { cwd });
  });
});
