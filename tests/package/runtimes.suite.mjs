// The installed package on each runtime: import and require, a signed call, a callback, the sandbox, the command line.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  apiKey,
  bin,
  CHECK,
  DENO_RUN,
  installed,
  isRight,
  node,
  project,
  run,
  secret,
  startSandbox,
} from "./project.mjs";
import { bundleByWrangler, serveByWorkerd } from "./workers.mjs";

let sandbox;
let env;
before(async () => {
  sandbox = await startSandbox();
  env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
});
after(() => sandbox.close());

const SETTINGS =
  "{ apiKey: process.env.CITRN_API_KEY, secret: process.env.CITRN_SECRET, baseUrl: process.env.CITRN_BASE_URL }";
const PRINT = `check(citrn, ${SETTINGS}).then((result) => console.log(JSON.stringify(result)));`;
const OWN_SANDBOX = `
  const sandbox = await startSandbox();
  const result = await check(citrn, sandbox);
  await sandbox.close();
  console.log(JSON.stringify({ ...result, own: sandbox.url }));`;
const FIRST_FRAME = `
  async function shop() {
    return await new Citrn().ping({}, {});
  }
  shop().catch(({ stack }) => console.log(stack.split("\\n")[1]));`;
const directory = project("runtimes", {
  "stack.mjs": `import { Citrn } from "citrn";\n${FIRST_FRAME}`,
  "esm.mjs": `import * as citrn from "citrn";\nimport process from "node:process";\n${CHECK}${PRINT}`,
  "cjs.cjs": `const citrn = require("citrn");\n${CHECK}${PRINT}`,
  "sandbox.mjs": `import * as citrn from "citrn";\nimport { startSandbox } from "citrn/sandbox";\n${CHECK}${OWN_SANDBOX}`,
  "sandbox.cjs": `const citrn = require("citrn");\nconst { startSandbox } = require("citrn/sandbox");\n${CHECK}(async () => {${OWN_SANDBOX}\n})();`,
});

/** Runs a program of the project and checks its output. */
async function runs(command, args) {
  const { stdout } = await run(command, args, { cwd: directory, env });
  const result = JSON.parse(stdout);
  assert.ok(isRight(result, { url: result.own ?? sandbox.url }), stdout);
}

/** Asserts that an error's stack begins at the caller. */
async function showsCaller(command, args) {
  const { stdout } = await run(command, args, { cwd: directory, env });
  assert.match(stdout, /at .*\bshop .*stack\.mjs/);
}

for (const major of [20, 22, 24, 26]) {
  describe(`Node ${major}`, () => {
    for (const file of ["esm.mjs", "cjs.cjs", "sandbox.mjs", "sandbox.cjs"]) {
      test(file, () => runs(node(major), [file]));
    }
    test("the command line works", async () => {
      const { stdout } = await run(node(major), [path.join(installed, "dist", "cli.mjs"), "ping"], { env });
      assert.match(stdout, /accepted the key/);
    });
  });
}

describe("Bun", () => {
  test("the stack of an error", () => showsCaller(bin("bun"), ["stack.mjs"]));
  for (const file of ["esm.mjs", "cjs.cjs", "sandbox.mjs", "sandbox.cjs"]) test(file, () => runs(bin("bun"), [file]));
});

describe("Deno", () => {
  test("the stack of an error", () =>
    showsCaller(bin("deno"), ["run", "--no-prompt", "--no-code-cache", "--node-modules-dir=manual", "stack.mjs"]));
  for (const file of ["esm.mjs", "cjs.cjs", "sandbox.mjs", "sandbox.cjs"]) {
    test(file, () => runs(bin("deno"), [...DENO_RUN, file]));
  }
  test("needs only the network permission", () => {
    const settings = JSON.stringify({ apiKey, secret, baseUrl: sandbox.baseUrl });
    const bare = project("deno", {
      "main.mjs": `import * as citrn from "citrn";\n${CHECK}check(citrn, ${settings}).then((result) => console.log(JSON.stringify(result)));`,
    });
    return run(
      bin("deno"),
      ["run", "--no-prompt", "--no-code-cache", "--allow-net=127.0.0.1", "--node-modules-dir=manual", "main.mjs"],
      {
        cwd: bare,
      },
    ).then(({ stdout }) => assert.ok(isRight(JSON.parse(stdout), sandbox), stdout));
  });
});

describe("a withdrawal", () => {
  const program = project("withdrawal", {
    "main.mjs": `import { Citrn } from "citrn";
      import process from "node:process";
      const citrn = new Citrn({ apiKey: "key", secret: "secret", baseUrl: process.env.BASE_URL, maxRetries: 0 });
      // Leaves a connection in the runtime's pool.
      await citrn.ping().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
      const error = await citrn.withdrawals.create({ address: "T", foreign_id: "p", amount: "1", currency: "BTC" }).catch((error) => error);
      console.log(JSON.stringify({ code: error.code, executed: error.executed, message: error.message }));`,
  });
  /** A gateway that answers pings but closes the connection on a withdrawal. If `stops`, it then stops listening. */
  async function breaking({ stops }) {
    let withdrawals = 0;
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        if (request.method === "GET") return response.end('{"message":"OK"}');
        withdrawals++;
        if (stops) server.close();
        response.socket.destroy();
      });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = () => server.close();
    return { baseUrl: `http://127.0.0.1:${server.address().port}/api`, count: () => withdrawals, close };
  }
  const RUNTIMES = {
    "Node 20": [node(20), []],
    "Node 26": [node(26), []],
    Bun: [bin("bun"), []],
    Deno: [bin("deno"), DENO_RUN],
  };
  for (const [name, [command, args]] of Object.entries(RUNTIMES)) {
    const outcome = async (baseUrl) =>
      JSON.parse((await run(command, [...args, "main.mjs"], { cwd: program, env: { BASE_URL: baseUrl } })).stdout);

    for (const stops of [false, true]) {
      test(`on ${name} is sent once when its connection breaks${stops ? " and no other can be opened" : ""}`, async () => {
        const gateway = await breaking({ stops });
        const { executed } = await outcome(gateway.baseUrl);
        gateway.close();
        assert.deepEqual([executed, gateway.count()], ["unknown", 1]);
      });
    }

    test(`on ${name} is not executed if no connection can be opened`, async () => {
      const gateway = await breaking({ stops: false });
      gateway.close();
      const { code, executed, message } = await outcome(gateway.baseUrl);
      assert.deepEqual([code, executed], ["network_error", name === "Deno" ? "unknown" : "no"], message);
    });
  }
});

describe("Workers", () => {
  test("work when bundled by wrangler, without compatibility flags", async () => {
    const worker = project("worker", {
      "wrangler.toml": 'name = "app"\nmain = "worker.mjs"\ncompatibility_date = "2025-01-01"\n',
      "worker.mjs": `import * as citrn from "citrn";\n${CHECK}
        // At the top level too, where neither randomness nor requests are allowed.
        new citrn.Citrn({ apiKey: "k", secret: "s" }).callbacks.sign("{}");
        export default { fetch: async (request) => Response.json(await check(citrn, await request.json())) };`,
    });
    const { url, stop } = await serveByWorkerd(await bundleByWrangler(worker));
    try {
      const settings = { apiKey, secret, baseUrl: sandbox.baseUrl };
      // Concurrent requests, which one instance of the wasm serves.
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => fetch(url, { method: "POST", body: JSON.stringify(settings) })),
      );
      for (const answer of answers) {
        const text = await answer.text();
        assert.ok(answer.ok && isRight(JSON.parse(text), sandbox), text);
      }
    } finally {
      await stop();
    }
  });
});
