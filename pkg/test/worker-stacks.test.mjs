// The stack of an error of citrn/worker begins at the caller's own line.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CitrnWorker } from "citrn/worker";
import { errorOf, PAYMENT, problem, startFakeWorker, TOKEN } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  fake.answers(problem(422, "coin_not_found"));
  worker = fake.client({ maxRetries: 0 });
});
after(() => fake.close());

const iterate = async (iterable) => {
  for await (const item of iterable) assert.fail(`there is ${item}`);
};
const CALLS = {
  "a call that is refused": () => worker.payments.create(PAYMENT),
  "a call with a wrong parameter": () => worker.payments.create({ foreign_id: 1n }),
  "a call with wrong options": () => worker.rates.list({ timeoutMs: -1 }),
  "a call with a wrong id": () => worker.callbacks.erase(""),
  "a list with wrong options": async () => worker.callbacks.list({}, { timeoutMs: -1 }),
  "a list whose page is refused": () => iterate(worker.callbacks.list()),
  "a list by page whose page is refused": () => iterate(worker.callbacks.list().pages()),
  "a constructor with a wrong setting": async () => new CitrnWorker({ url: "nowhere", token: TOKEN }),
};

describe("the first frame is the caller's", () => {
  for (const [what, call] of Object.entries(CALLS)) {
    test(what, async () => {
      const error = await errorOf(call());
      assert.ok(error.stack.startsWith(`${error.name}: ${error.message}\n`), error.stack);
      const frames = error.stack.split("\n").filter((line) => /^\s+at /.test(line));
      assert.match(frames[0], /worker-stacks\.test\.mjs/, error.stack);
    });
  }
});
