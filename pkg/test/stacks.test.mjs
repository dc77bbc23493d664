// The stack of an error begins at the caller's line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Citrn, CitrnError, CitrnParameterError } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const failing = () =>
  new Citrn({ apiKey, secret, maxRetries: 0, fetch: fetchOf(() => ({ status: 500, body: "" })).fetch });

/** Returns the frames of an error's stack. */
const framesOf = ({ stack }) => stack.split("\n").filter((line) => /^\s+at /.test(line));

const calls = {
  "a call that the gateway failed": () => failing().balances.list(),
  "a call with a wrong parameter": () => failing().payments.create({ foreign_id: 17 }),
  "a call without its parameters": () => failing().addresses.take(),
  "a call with wrong options": () => failing().ping({ timeoutMs: -1 }),
  "a call with a surplus argument": () => failing().ping({}, {}),
  "a request by its path": () => failing().request("/balances/list"),
  "a request with a wrong path": () => failing().request(7),
  "a constructor with a wrong setting": async () => new Citrn({ timeoutMs: "soon" }),
  "a constructor with an unknown setting": async () => new Citrn({ timeout: 1 }),
  "a callback that is not signed": async () => failing().callbacks.verify("{}", {}),
  "a callback that is not text": async () => failing().callbacks.authenticate({}, {}),
  "a body to sign that is a number": async () => failing().callbacks.sign(7),
};

describe("the first frame is the caller's", () => {
  for (const [what, call] of Object.entries(calls)) {
    test(what, async () => {
      async function caller() {
        return await call();
      }
      const error = await caller().then(
        () => assert.fail("the call succeeded"),
        (error) => error,
      );
      const [first] = framesOf(error);
      assert.match(first, /stacks\.test\.mjs/, error.stack);
      assert.ok(error.stack.startsWith(`${error.name}: ${error.message}`), error.stack);
    });
  }

  test("the first frame is the caller's in a subclass of the client too", () => {
    class ShopCitrn extends Citrn {
      constructor() {
        super({ timeoutMs: "soon" });
      }
    }
    assert.throws(
      () => new ShopCitrn(),
      (error) => /new ShopCitrn .*stacks\.test\.mjs/.test(framesOf(error)[0]),
    );
  });
});

test("a call that is not awaited has a stack too", async () => {
  const error = await new Promise((resolve) => failing().balances.list().catch(resolve));
  assert.ok(framesOf(error).length > 0, error.stack);
});

describe("the first frame of an uncaught error, as the runtime prints it, is the caller's", () => {
  for (const way of [
    "a rejected call that is not awaited",
    "a refused parameter that is not awaited",
    "a request by path that is not awaited",
    "a thrown error",
  ]) {
    test(way, () => {
      const child = fileURLToPath(new URL("uncaught-child.mjs", import.meta.url));
      const { status, stderr } = spawnSync(process.execPath, [child, way], { encoding: "utf8" });
      assert.equal(status, 1, stderr);
      const [first] = framesOf({ stack: stderr });
      assert.match(first, /at shop .*uncaught-child\.mjs/, stderr);
      assert.match(stderr, /^Citrn\w+Error: |\bError \[Citrn\w+Error\]: /m);
    });
  }
});

test("an engine without captureStackTrace keeps its own stacks", async () => {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = undefined;
  try {
    await assert.rejects(failing().ping({}, {}), (error) => framesOf(error).length > 0);
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
});

test("an application's Error.prepareStackTrace receives only errors", async () => {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) => {
    assert.ok(error instanceof Error);
    return `${error.name}: ${error.message.trim()}${frames.map((frame) => `\n    at ${frame}`).join("")}`;
  };
  try {
    await assert.rejects(failing().ping(), {
      name: "CitrnGatewayError",
      stack: /^CitrnGatewayError: The gateway .*\n +at .*stacks/,
    });
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test("classes keep their names after minification", () => {
  const names = [Citrn, CitrnError, CitrnParameterError].map((type) => type.name);
  assert.deepEqual(names, ["Citrn", "CitrnError", "CitrnParameterError"]);
});
