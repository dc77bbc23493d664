// The README's samples for frameworks, run with the frameworks, on callbacks that the sandbox sends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { ELSEWHERE, samples, STORE, STORED } from "../../pkg/test/readme.mjs";
import { apiKey, bin, importCitrn, node, project, run, secret, serve, startSandbox } from "./project.mjs";

/** A server for samples that leave serving to their platform, such as Hono's. */
const SERVE_HONO = `
import { createServer } from "node:http";
import app from "./sample.mjs";
const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const request = new Request("http://127.0.0.1" + incoming.url, { method: incoming.method, headers: incoming.headers, body: Buffer.concat(chunks) });
  const response = await app.fetch(request, process.env);
  outgoing.writeHead(response.status).end(await response.text());
});
server.listen(0, "127.0.0.1", () => console.log("listening on " + server.address().port));
`;

test("all samples that run here exist", () => {
  assert.deepEqual(
    ELSEWHERE.filter((name) => !samples.has(name)),
    [],
  );
});

describe("handlers of callbacks", () => {
  for (const name of ["express", "fastify", "hono"]) {
    test(name, async () => {
      const cwd = project(`frameworks-${name}`, {
        "sample.mjs": samples.get(name),
        "store.js": STORE,
        "serve.mjs": SERVE_HONO,
      });
      const entry = name === "hono" ? "serve.mjs" : "sample.mjs";
      const { found, stop, output } = await serve(node(22), [entry], {
        cwd,
        env: { PORT: "0", CITRN_SECRET: secret },
        until: /listening on (\d+)/,
      });
      const url = `http://127.0.0.1:${found[1]}/callbacks`;
      const sandbox = await startSandbox({ callbackUrl: url });
      try {
        const { Citrn } = await importCitrn();
        const { address } = await new Citrn({ apiKey, secret, baseUrl: sandbox.baseUrl }).addresses.take({
          foreign_id: "user-17",
          currency: "USDTT",
        });
        await sandbox.deposits.create({ address, amount: "50", confirmed: true });
        const callbacks = await sandbox.callbacks.list();
        assert.equal(callbacks.length, 1);
        assert.deepEqual(
          callbacks[0].attempts.map(({ http_status }) => http_status),
          [200],
        );
        const headers = {
          "Content-Type": "application/json",
          "X-Process-Key": apiKey,
          "X-Process-Signature": "0".repeat(128),
        };
        assert.equal(
          (await fetch(url, { method: "POST", headers, body: '{"id":1,"status":"confirmed"}' })).status,
          401,
        );
        const post = async (body) => {
          const signed = new Citrn({ callbackSecrets: secret }).callbacks.sign(body);
          return (await fetch(url, { method: "POST", headers: signed, body })).status;
        };
        for (const { body, line } of STORED) assert.equal(await post(body), 200, line);
        assert.equal(await post('{"id":"outage","status":"confirmed"}'), 500);
        const missing = () => STORED.filter(({ line }) => !output().split("\n").includes(line));
        for (let tries = 0; missing().length > 0 && tries < 100; tries++) await setTimeout(50);
        assert.deepEqual(missing(), []);
      } finally {
        await sandbox.close();
        await stop();
      }
    });
  }
});

test("Vitest", async () => {
  const cwd = project("frameworks-vitest", {
    "shop.test.js": samples.get("vitest"),
    "vitest.config.js": "export default {};\n",
  });
  const { stdout } = await run(node(24), [bin("vitest"), "run", "--root", cwd], { cwd });
  assert.match(stripVTControlCharacters(stdout), /Tests\s+2 passed/);
});
