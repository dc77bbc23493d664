// No call is answered from a cache, neither from the platform's nor from that of Next.js's `fetch`.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";

const PATCH = Symbol.for("next-patch");
const { fetch: realFetch, Request: realRequest } = globalThis;
afterEach(() => {
  Object.assign(globalThis, { fetch: realFetch, Request: realRequest });
  delete globalThis[PATCH];
});

/** Replaces the global fetch by one that records each init and answers any call. */
function recordInits() {
  const inits = [];
  globalThis.fetch = async (_url, init) => {
    inits.push(init);
    return Response.json({ message: "OK", data: { address: "bc1q", redirect_url: "https://pay.example/1", id: 1 } });
  };
  return inits;
}

/** Makes the global fetch look like that of Next.js in a segment with this mode. */
function patchedBy(mode) {
  globalThis[PATCH] = true;
  globalThis.fetch.__nextGetStaticStore = () => ({
    getStore: () => (mode === null ? undefined : { fetchCache: mode }),
  });
}

/** Makes a read, a repeatable call, one that creates and one that moves money. */
async function makeCalls(settings = {}) {
  const citrn = new Citrn({ apiKey, secret, ...settings });
  await citrn.ping();
  await citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" });
  await citrn.payments.create({ foreign_id: "user-17", coin_name: "BTC", return_url: "https://shop.example/thanks" });
  await citrn.withdrawals.create({ foreign_id: "payout-1", address: "T", amount: "1", currency: "BTC" });
}

const cached = (init) => ({ cache: init.cache, internal: init.next?.internal });

test("every call is sent with no-store", async () => {
  const inits = recordInits();
  await makeCalls();
  assert.deepEqual(inits.map(cached), Array(4).fill({ cache: "no-store", internal: undefined }));
});

test("the setting fetch receives the same init, since it may call the global one", async () => {
  const inits = recordInits();
  await makeCalls({ fetch: (url, init) => globalThis.fetch(url, init) });
  patchedBy("force-cache");
  await makeCalls({ fetch: (url, init) => globalThis.fetch(url, init) });
  assert.deepEqual(inits.slice(0, 4).map(cached), Array(4).fill({ cache: "no-store", internal: undefined }));
  assert.deepEqual(inits.slice(4).map(cached), Array(4).fill({ cache: "no-store", internal: true }));
});

describe("a runtime whose requests have no cache mode, as Workers under older compatibility dates", () => {
  for (const [what, Request] of [
    ["without the property", class {}],
    ["without Request", undefined],
  ]) {
    test(what, async () => {
      const inits = recordInits();
      globalThis.Request = Request;
      await makeCalls();
      assert.ok(inits.every((init) => !("cache" in init) && !("next" in init)));
    });
  }
});

describe("under Next.js", () => {
  const modes = [
    null,
    undefined,
    "auto",
    "default-no-store",
    "only-no-store",
    "force-no-store",
    "default-cache",
    "force-cache",
    "only-cache",
  ];
  for (const mode of modes) {
    for (const takesCache of [true, false]) {
      test(`in a segment with ${mode === null ? "no store" : `fetchCache ${mode}`}, where requests ${takesCache ? "have" : "lack"} cache`, async () => {
        const inits = recordInits();
        if (!takesCache) globalThis.Request = class {};
        patchedBy(mode);
        await makeCalls();
        const isForced = mode === "force-cache" || mode === "only-cache" || (mode === "default-cache" && !takesCache);
        const expected = { cache: takesCache ? "no-store" : undefined, internal: isForced || undefined };
        assert.deepEqual(inits.map(cached), Array(4).fill(expected));
      });
    }
  }

  for (const [what, wrap] of [
    ["was wrapped", () => delete globalThis.fetch.__nextGetStaticStore],
    ["has no store", () => (globalThis.fetch.__nextGetStaticStore = () => undefined)],
    [
      "throws when it is looked at",
      () =>
        Object.defineProperty(globalThis.fetch, "__nextGetStaticStore", {
          get() {
            throw new Error("boom");
          },
        }),
    ],
  ]) {
    test(`if its fetch ${what}, its cache is bypassed`, async () => {
      const inits = recordInits();
      patchedBy("force-cache");
      wrap();
      await makeCalls();
      assert.ok(inits.every((init) => init.next?.internal === true));
    });
  }

  test("the digest of its error is copied, so that Next.js renders the page for each request", async () => {
    const stop = Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" });
    globalThis.fetch = async () => {
      throw stop;
    };
    const error = await new Citrn({ maxRetries: 0 }).ping().catch((error) => error);
    assert.deepEqual(
      [error.name, error.digest, Object.keys(error).includes("digest")],
      ["CitrnConnectionError", "DYNAMIC_SERVER_USAGE", false],
    );
  });

  for (const [what, cause] of [
    ["not text", Object.assign(new Error("m"), { digest: 7 })],
    [
      "a getter that throws",
      Object.defineProperty(new Error("m"), "digest", {
        get() {
          throw new Error("boom");
        },
      }),
    ],
  ]) {
    test(`a digest that is ${what} is not copied`, async () => {
      globalThis.fetch = async () => {
        throw cause;
      };
      const error = await new Citrn({ maxRetries: 0 }).ping().catch((error) => error);
      assert.deepEqual([error.name, error.digest], ["CitrnConnectionError", undefined]);
    });
  }
});
