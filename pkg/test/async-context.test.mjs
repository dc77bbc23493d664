// Each `fetch` and each signer runs in the async context of its call.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, hmac, secret } from "./gateway.mjs";

const context = new AsyncLocalStorage();
const address = { foreign_id: "user-17", currency: "BTC" };

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** A `fetch` that fails twice and then answers, and a signer. Both record their context and the call's customer. */
function recorder() {
  const seen = [];
  const note = (what, bytes) => {
    const { foreign_id } = JSON.parse(Buffer.from(bytes).toString());
    seen.push([foreign_id, what, context.getStore()]);
    return seen.filter((entry) => entry[0] === foreign_id && entry[1] === what).length;
  };
  return {
    seen,
    async signer(bytes) {
      note("signer", bytes);
      await null;
      note("signer, later", bytes);
      return hmac(secret, bytes);
    },
    async fetch(_url, { body }) {
      const attempt = note("fetch", body);
      await null;
      note("fetch, later", body);
      if (attempt === 1) throw new Error("the connection broke");
      const refusal = { status: 503, headers: { "Retry-After": "0" } };
      return attempt === 2
        ? new Response("", refusal)
        : Response.json({ data: { address: `for ${context.getStore()}` } });
    },
  };
}

/** The entries that a call of this customer should leave, in the given context. */
const expected = (customer, store) => [
  ...["signer", "signer, later"].map((what) => [customer, what, store]),
  ...[1, 2, 3].flatMap(() => ["fetch", "fetch, later"].map((what) => [customer, what, store])),
];

describe("concurrent calls with retries and an external signer each keep their own context", () => {
  for (const [what, make] of [
    [
      "through one client",
      (settings) => {
        const citrn = new Citrn(settings);
        return () => citrn;
      },
    ],
    ["through a client each", (settings) => () => new Citrn(settings)],
  ]) {
    for (const isGlobal of [false, true]) {
      test(`${what}, with ${isGlobal ? "the global fetch" : "a custom fetch"}`, async () => {
        const { seen, signer, fetch } = recorder();
        globalThis.fetch = (url, init) => fetch(url, { body: Buffer.from(init.body) });
        const client = make({ apiKey, signer, ...(!isGlobal && { fetch }) });
        const customers = ["user-1", "user-2"];
        const calls = customers.map((foreign_id) =>
          context.run(`context of ${foreign_id}`, async () => {
            const { address: given } = await client().addresses.take({ ...address, foreign_id });
            return [given, context.getStore()];
          }),
        );
        for (const [at, customer] of customers.entries()) {
          const store = `context of ${customer}`;
          assert.deepEqual(await calls[at], [`for ${store}`, store]);
          assert.deepEqual(
            seen.filter(([foreign_id]) => foreign_id === customer),
            expected(customer, store),
          );
        }
        assert.equal(context.getStore(), undefined);
      });
    }
  }
});

test("a call made inside the fetch or the signer of another call has its own context, and the other keeps its own", async () => {
  const seen = [];
  const note = (what) => seen.push([what, context.getStore()]);
  const inner = new Citrn({
    fetch: async () => {
      note("inner fetch");
      return Response.json({ message: "OK" });
    },
  });
  const callInside = async (what) => {
    note(what);
    const pings = [1, 2].map((number) => context.run(`${what} ${number}`, () => inner.ping()));
    await Promise.all(pings);
    note(`${what}, later`);
  };
  const outer = new Citrn({
    apiKey,
    signer: async (bytes) => {
      await callInside("signer");
      return hmac(secret, bytes);
    },
    fetch: async () => {
      await callInside("fetch");
      return Response.json({ data: { address: "bc1q" } });
    },
  });
  await context.run("outer", () => outer.addresses.take(address));
  assert.deepEqual(
    seen,
    ["signer", "fetch"].flatMap((what) => [
      [what, "outer"],
      ["inner fetch", `${what} 1`],
      ["inner fetch", `${what} 2`],
      [`${what}, later`, "outer"],
    ]),
  );
});
