// The Worker on workerd stops reading an endless reply, also if it is only endless after decompression.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createGzip, gzipSync } from "node:zlib";
import { ADDRESS, assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const MIB = 2 ** 20;
const { settings, tokens } = makeSettings();
let gateway, worker, caller;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: gateway.baseUrl });
  caller = makeCaller(worker, tokens.all);
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

/** Writes until the connection is closed, and returns the number of bytes written. */
function endless(response, into = response) {
  const chunk = Buffer.alloc(64 * 1024, " ");
  const { socket } = response;
  const before = socket.bytesWritten;
  into.setMaxListeners(0);
  const closed = new Promise((resolve) => response.on("close", () => resolve(socket.bytesWritten - before)));
  void closed.then(() => into.destroy());
  void (async () => {
    while (!into.destroyed) {
      if (!into.write(chunk)) await new Promise((resolve) => into.once("drain", resolve).once("close", resolve));
    }
  })();
  return closed;
}

describe("a reply of the gateway beyond the limit", () => {
  for (const [kind, answer] of Object.entries({
    "that is endless": (response) => endless(response.writeHead(200)),
    "that is endless after decompression": (response) => {
      const gzip = createGzip();
      gzip.pipe(response.writeHead(200, { "Content-Encoding": "gzip" }));
      return endless(response, gzip);
    },
    "that announces its length": (response) =>
      endless(response.writeHead(200, { "Content-Length": String(512 * MIB) })),
  })) {
    it(`${kind} is not read further, and the connection is closed`, async () => {
      let sent;
      gateway.does((_request, response) => void (sent = answer(response)));
      gateway.received();
      const problem = await caller.post("/v1/addresses", { ...ADDRESS, foreign_id: kind });
      assertProblem(problem, { status: 502, code: "network_error", executed: "unknown", retryable: false });
      assert.match(problem.json.detail, /larger than 1 MiB/);
      assert.equal(gateway.received().length, 1, "the call is not retried");
      assert.ok((await sent) < 64 * MIB);
    });
  }

  it("does not affect the next call", async () => {
    gateway.answers(200, { data: { address: "T1" } });
    assert.equal((await caller.post("/v1/addresses", ADDRESS)).status, 200);
  });

  it("is read completely if it has exactly the limit", async () => {
    const body = JSON.stringify({ data: { address: "T1" } });
    gateway.does((_request, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(body + " ".repeat(MIB - body.length))),
    );
    assert.equal((await caller.post("/v1/addresses", { ...ADDRESS, foreign_id: "large" })).status, 200);
  });
});
