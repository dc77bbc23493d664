// A stack overflow inside wasm leaves the core in an undefined state, so the package replaces it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Citrn } from "citrn";
import { fetchOf } from "./gateway.mjs";

const reply = () => ({ status: 200, body: '{"data":{"address":"bc1q"}}' });
const clients = ["the first secret", "the second secret"].map((secret) => ({
  secret,
  citrn: new Citrn({ apiKey: "key", secret, fetch: fetchOf(reply).fetch }),
}));
const body = '{"id":1,"status":"confirmed"}';

/** Runs work with this many frames above it. */
const below = (frames, work) => (frames === 0 ? work() : [below(frames - 1, work)]);

/** Runs work at every depth near the end of the stack, where some of it overflows. */
function overflow(work) {
  const fits = (frames) => {
    try {
      below(frames, work);
      return true;
    } catch (error) {
      assert.ok(error instanceof RangeError, error);
      return false;
    }
  };
  let [most, tooMany] = [0, 100_000];
  while (tooMany - most > 1) {
    const frames = (most + tooMany) >> 1;
    if (fits(frames)) most = frames;
    else tooMany = frames;
  }
  for (let frames = most - 20; frames < most + 60; frames++) fits(frames);
}

for (const [name, work] of Object.entries({
  "callbacks.sign": ({ citrn }) => citrn.callbacks.sign(body),
  "callbacks.verify": ({ citrn }) => citrn.callbacks.verify(body, citrn.callbacks.sign(body)),
  "new Citrn": () => new Citrn({ secret: "another" }),
})) {
  test(`after a stack overflow inside ${name} calls and callbacks work, with the right secret`, async () => {
    for (const client of clients) overflow(() => work(client));
    for (const { secret, citrn } of clients.toReversed()) {
      const headers = citrn.callbacks.sign(body);
      assert.equal(headers["X-Process-Signature"], createHmac("sha512", secret).update(body).digest("hex"));
      assert.equal(citrn.callbacks.verify(body, headers).id, "1");
      const { address } = await citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" });
      assert.equal(address, "bc1q");
    }
  });
}
