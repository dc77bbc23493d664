// Callbacks over connections that the client or the Worker closes early.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { makeCaller, makeSettings } from "./caller.mjs";
import { startWorker } from "./workerd.mjs";

const STORING_MS = 1_000;
const LIMIT = 256 * 1024;
const { settings, tokens } = makeSettings();
let worker, caller;

/** The Worker with a slow inbox, so that connections close while a callback is being stored. */
const SLOW_INBOX = `
import worker from "./worker.js";
export * from "./worker.js";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// The Worker accepts a namespace by the name of its class.
class DurableObjectNamespace {
  #inner;
  constructor(inner) {
    this.#inner = inner;
  }
  getByName(name) {
    const stub = this.#inner.getByName(name);
    return { fetch: (...request) => wait(${STORING_MS}).then(() => stub.fetch(...request)) };
  }
}
export default { fetch: (request, env, context) => worker.fetch(request, { ...env, INBOX: new DurableObjectNamespace(env.INBOX) }, context) };
`;

before(async () => {
  worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" }, { wrapper: SLOW_INBOX });
  caller = makeCaller(worker, tokens.all);
});
after(() => worker?.stop());

/** Sends a whole callback, and closes the connection while it is being stored. */
async function sendAndClose(id, close) {
  const body = JSON.stringify({ id, status: "confirmed" });
  const signature = createHmac("sha512", settings.CITRN_SECRET).update(body).digest("hex");
  const socket = connect(worker.port, "127.0.0.1");
  let answered = false;
  socket.on("error", () => {}).on("data", () => (answered = true));
  socket.write(
    `POST /callbacks HTTP/1.1\r\nHost: edge.example\r\nX-Process-Signature: ${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => setTimeout(resolve, STORING_MS / 2));
  assert.ok(!answered, "it was stored too soon for this test");
  close(socket);
}

describe("the Worker", () => {
  it("rejects a body that is too long, and a malformed signature, before the body has arrived", async () => {
    const hex = createHmac("sha512", settings.CITRN_SECRET).update("").digest("hex");
    for (const [signature, length, status] of [
      [hex, LIMIT + 1, 413],
      [hex, 2 ** 32 + 5, 413],
      [hex, 10 ** 12, 413],
      ["abc", LIMIT, 401],
      [`${hex}0`, LIMIT, 401],
      ["", 5, 401],
    ]) {
      const socket = connect(worker.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        `POST /callbacks HTTP/1.1\r\nHost: edge.example\r\nX-Process-Signature: ${signature}\r\nContent-Length: ${length}\r\n\r\n{`,
      );
      const [answer] = await once(socket, "data", { signal: AbortSignal.timeout(5_000) });
      socket.destroy();
      assert.match(String(answer), new RegExp(`^HTTP/1.1 ${status} `));
    }
    assert.deepEqual(worker.databases(), []);
  });
});

describe("a client that closes its connection before the answer", () => {
  for (const [how, close] of [
    ["shuts it down", (socket) => socket.end()],
    ["destroys it", (socket) => socket.destroy()],
    ["resets it", (socket) => socket.resetAndDestroy()],
  ]) {
    it(`and ${how} has its callback stored`, async () => {
      const ids = Array.from({ length: 10 }, (_, number) => `${how} ${number}`);
      await Promise.all(ids.map((id) => sendAndClose(id, close)));
      let missing = ids;
      for (const deadline = Date.now() + 5_000; missing.length > 0 && Date.now() < deadline; ) {
        const { json } = await caller.request("/v1/callbacks?limit=100", {
          headers: { authorization: `Bearer ${tokens.all}` },
        });
        missing = ids.filter((id) => !json.data.some(({ callback_id }) => callback_id === id));
      }
      assert.deepEqual(missing, []);
    });
  }
});
