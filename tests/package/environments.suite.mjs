// Environments that need an extra setting: the error without it names the problem, and the remedy in the README works.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apiKey, bin, CHECK, isRight, node, project, run, secret, startSandbox } from "./project.mjs";
import { bundleByWrangler, serveByWorkerd } from "./workers.mjs";

let sandbox;
let env;
before(async () => {
  sandbox = await startSandbox();
  env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
});
after(() => sandbox.close());

const settings = () => ({ apiKey, secret, baseUrl: sandbox.baseUrl });
const WRANGLER = 'name = "app"\nmain = "dist/index.js"\ncompatibility_date = "2025-01-01"\n';

/** The work of one request, as the body of a function of `request`. */
const ANSWER = `
  try {
    return Response.json(await check(citrn, await request.json()));
  } catch (error) {
    const { name, message } = error;
    return Response.json({ name, message, isOurs: error instanceof citrn.CitrnConfigurationError }, { status: 500 });
  }`;
const WORKER = `import * as citrn from "citrn";\n${CHECK}\nexport default { async fetch(request) {${ANSWER}} };`;

/** Returns the response of a Worker with these modules. */
async function answerOf(directory, flags) {
  const { url, stop } = await serveByWorkerd(directory, flags);
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: JSON.stringify(settings()),
      headers: { "Content-Type": "application/json" },
    });
    return { status: answer.status, text: await answer.text() };
  } finally {
    await stop();
  }
}

async function assertWorks(directory, flags) {
  const { status, text } = await answerOf(directory, flags);
  assert.ok(status === 200 && isRight(JSON.parse(text), sandbox), text);
}

async function assertNamesRemedy(directory) {
  const { status, text } = await answerOf(directory);
  const { name, message, isOurs } = JSON.parse(text);
  assert.deepEqual([status, name, isOurs], [500, "CitrnConfigurationError", true], text);
  for (const part of ["CompileError", "workerd", 'external: ["citrn"]', "Where it runs"])
    assert.ok(message.includes(part), message);
}

describe("Jest", () => {
  const directory = project("jest", {
    "package.json": JSON.stringify({ name: "jest-app", private: true }),
    "jsdom.test.cjs": `
      test("the package and the sandbox can be required, and the first client reports the globals that jsdom lacks", async () => {
        const { Citrn, CitrnError, CitrnConfigurationError } = require("citrn");
        let error;
        try { new Citrn({}); } catch (thrown) { error = thrown; }
        expect(error).toBeInstanceOf(CitrnConfigurationError);
        expect(error).toBeInstanceOf(CitrnError);
        expect(error.message).toMatch(/^Text(En|De)coder is not defined in this runtime\\. .*@jest-environment node/);
        await expect(require("citrn/sandbox").startSandbox()).rejects.toThrow(/@jest-environment node/);
      });
      test("with the globals that jsdom lacks, all but fetch works; a call reports that fetch is missing", async () => {
        const { TextDecoder, TextEncoder } = require("node:util");
        Object.assign(globalThis, { TextDecoder, TextEncoder });
        const { Citrn } = require("citrn");
        const citrn = new Citrn({ apiKey: "key", secret: "secret" });
        const body = '{"id":7,"status":"confirmed"}';
        expect(citrn.callbacks.verify(body, citrn.callbacks.sign(body)).id).toBe("7");
        await expect(citrn.accounts.list()).rejects.toMatchObject({ name: "CitrnConfigurationError", executed: "no", message: expect.stringMatching(/no global fetch/) });
      });`,
    "node.test.cjs": `/** @jest-environment node */
      const citrn = require("citrn");
      ${CHECK}
      test("everything works in Node's environment, in the same run", async () => {
        const result = await check(citrn, { apiKey: process.env.CITRN_API_KEY, secret: process.env.CITRN_SECRET, baseUrl: process.env.CITRN_BASE_URL });
        expect(result.refused).toBe("coin_not_found");
        expect(result.verified).toBe("7");
      });
      test("an error of an isolated copy is a CitrnError", async () => {
        let isolated;
        jest.isolateModules(() => { isolated = require("citrn"); });
        expect(isolated.CitrnError).not.toBe(citrn.CitrnError);
        const error = await new isolated.Citrn({ baseUrl: "http://127.0.0.1:1/api", maxRetries: 0 }).ping().catch((error) => error);
        expect(error instanceof citrn.CitrnConnectionError && error instanceof citrn.CitrnError).toBe(true);
        expect(error instanceof citrn.CitrnTimeoutError).toBe(false);
      });`,
  });
  test("in jsdom and in Node's environment", async () => {
    const { stderr } = await run(
      node(24),
      [bin("jest"), "--rootDir", directory, "--env=jsdom", "--testMatch=**/*.test.cjs"],
      { cwd: directory, env },
    );
    assert.match(stderr, /Tests:\s+4 passed/);
  });
});

describe("an engine without WebAssembly", () => {
  const directory = project("jitless", {
    "main.mjs": `
      import { Citrn, CitrnConfigurationError } from "citrn";
      try { new Citrn(); console.log("started"); } catch (error) { console.log(error instanceof CitrnConfigurationError, error.message); }`,
  });
  for (const major of [20, 22, 24, 26]) {
    test(`node --jitless, Node ${major}`, async () => {
      const { stdout } = await run(node(major), ["--jitless", "main.mjs"], { cwd: directory });
      assert.match(stdout, /^true WebAssembly is not defined in this runtime\. .*node --jitless.*Where it runs/);
    });
  }
});

describe("a bundle for Workers without the condition workerd", () => {
  test("by plain esbuild, each request gets an error with the remedy", async () => {
    const directory = project("workers-esbuild", { "worker.mjs": WORKER });
    await run(bin("esbuild"), ["worker.mjs", "--bundle", "--format=esm", "--outfile=out/worker.mjs"], {
      cwd: directory,
    });
    await assertNamesRemedy(path.join(directory, "out"));
  });

  test("by plain esbuild with the condition, it works", async () => {
    const directory = project("workers-esbuild-condition", { "worker.mjs": WORKER });
    await run(
      bin("esbuild"),
      [
        "worker.mjs",
        "--bundle",
        "--format=esm",
        "--conditions=workerd",
        "--loader:.wasm=copy",
        "--asset-names=[name]",
        "--outfile=out/worker.mjs",
      ],
      { cwd: directory },
    );
    await assertWorks(path.join(directory, "out"));
  });

  const hono = (options) =>
    `import build from "@hono/vite-build/cloudflare-workers";\nexport default { logLevel: "error", plugins: [build({ entry: "index.mjs"${options} })] };\n`;
  const directory = project("workers-hono", {
    "package.json": JSON.stringify({ name: "hono-app", private: true, type: "module" }),
    "index.mjs": `import { Hono } from "hono";\nimport * as citrn from "citrn";\n${CHECK}\nconst app = new Hono();\napp.post("/", async ({ req: { raw: request } }) => {${ANSWER}});\nexport default app;\n`,
    "plain.config.mjs": hono(', outputDir: "plain"'),
    "external.config.mjs": hono(', external: ["citrn"]'),
    "wrangler.toml": WRANGLER,
  });
  const vite = (config) =>
    run(node(24), [bin("vite"), "build", "--config", `${config}.config.mjs`], { cwd: directory });

  test("by Hono's Vite build, each request gets an error with the remedy", async () => {
    await vite("plain");
    await assertNamesRemedy(path.join(directory, "plain"));
  });

  test("by Hono's Vite build with the package external, wrangler bundles it and it works", async () => {
    await vite("external");
    await assertWorks(await bundleByWrangler(directory));
  });
});

describe("Nitro", { timeout: 120_000 }, () => {
  /** Builds an application with a preset. */
  async function built(preset, files = {}) {
    const directory = project(`nitro-${preset}`, {
      "package.json": JSON.stringify({ name: "nitro-app", private: true, type: "module" }),
      "nitro.config.mjs":
        'export default { compatibilityDate: "2025-01-01", sourceMap: false, experimental: { wasm: true } };\n',
      "routes/index.post.mjs": `import { defineEventHandler, readBody } from "h3";\nimport * as citrn from "citrn";\n${CHECK}\nexport default defineEventHandler(async (event) => {\n  const request = { json: () => readBody(event) };${ANSWER}\n});\n`,
      ...files,
    });
    await run(node(24), [bin("nitropack"), "build", "--preset", preset], { cwd: directory });
    return directory;
  }

  test("with the preset cloudflare_module and experimental.wasm, it works", async () => {
    const directory = await built("cloudflare_module", {
      "wrangler.toml":
        'name = "app"\nmain = ".output/server/index.mjs"\ncompatibility_date = "2025-01-01"\ncompatibility_flags = ["nodejs_compat"]\n',
    });
    await assertWorks(await bundleByWrangler(directory), ["nodejs_compat"]);
  });

  test("with the preset vercel_edge and experimental.wasm, the build works", async () => {
    const directory = await built("vercel_edge", {
      "call.mjs": `
        import handle from "./.vercel/output/functions/__fallback.func/index.mjs";
        const body = process.argv[2];
        const response = await handle(new Request("http://127.0.0.1/", { method: "POST", body, headers: { "Content-Type": "application/json" } }), { waitUntil() {} });
        console.log(await response.text());`,
    });
    const { stdout } = await run(node(24), ["call.mjs", JSON.stringify(settings())], { cwd: directory });
    assert.ok(isRight(JSON.parse(stdout), sandbox), stdout);
  });
});
