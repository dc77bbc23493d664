// Memory does not grow, and nothing has to be freed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Citrn } from "citrn";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** Returns the bytes in use after a collection, on the JavaScript heap and outside it, where wasm memory is. */
async function used() {
  // Finalizers run between turns of the event loop.
  for (let turn = 0; turn < 5; turn++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** Runs work as a warm-up, then much more of it, and returns by how much memory grew. */
async function growth(warm, more, work) {
  await work(warm);
  const before = await used();
  await work(more);
  return (await used()) - before;
}

const MEGABYTE = 1024 * 1024;
const answer = new TextEncoder().encode('{"data":{"address":"bc1q"}}');
const fetch = () => ({ status: 200, headers: { get: () => null }, arrayBuffer: () => answer.buffer.slice(0) });

/** Runs ten million signatures, a hundred thousand clients and a hundred thousand calls, divided by `part`. */
export function testMemory(part) {
  test(`${10_000_000 / part} signatures`, async () => {
    const citrn = new Citrn({ callbackSecrets: "secret" });
    const body = new TextEncoder().encode('{"currency":"BTC","foreign_id":"123456"}');
    const grown = await growth(100_000, 10_000_000 / part, (count) => {
      for (let signature = 0; signature < count; signature++) citrn.callbacks.sign(body);
    });
    assert.ok(grown < MEGABYTE, `memory grew by ${grown} bytes`);
  });

  test(`${100_000 / part} clients created and dropped`, async () => {
    const grown = await growth(5_000, 100_000 / part, (count) => {
      for (let client = 0; client < count; client++) new Citrn({ apiKey: "key", secret: `secret ${client}`, fetch });
    });
    assert.ok(grown < MEGABYTE, `memory grew by ${grown} bytes`);
  });

  test(`${100_000 / part} calls, each by a new client and with the same long-lived signal`, async () => {
    const { signal } = new AbortController();
    const grown = await growth(5_000, 100_000 / part, async (count) => {
      for (let call = 0; call < count; call++) {
        const citrn = new Citrn({ apiKey: "key", secret: "secret", fetch });
        await citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" }, { signal });
      }
    });
    assert.ok(grown < MEGABYTE, `memory grew by ${grown} bytes`);
  });

  test(`${100_000 / part} calls that are aborted while they wait for the gateway`, async () => {
    const grown = await growth(5_000, 100_000 / part, async (count) => {
      for (let call = 0; call < count; call++) {
        const controller = new AbortController();
        const stalling = (_url, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
            queueMicrotask(() => controller.abort());
          });
        const citrn = new Citrn({ apiKey: "key", secret: "secret", fetch: stalling });
        await assert.rejects(
          citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" }, { signal: controller.signal }),
          { executed: "unknown" },
        );
      }
    });
    assert.ok(grown < MEGABYTE, `memory grew by ${grown} bytes`);
  });
}
