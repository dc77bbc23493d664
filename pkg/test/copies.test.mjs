// Several copies of the package in one process: `instanceof` recognises errors of all copies, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import * as imported from "citrn";
import * as importedSandbox from "citrn/sandbox";
import { fetchOf } from "./gateway.mjs";

const require = createRequire(import.meta.url);
const required = require("citrn");
const requiredSandbox = require("citrn/sandbox");

/** Loads a copy in a separate realm, as Jest does. */
function inAnotherRealm() {
  const names = [
    "WebAssembly",
    "TextDecoder",
    "TextEncoder",
    "Uint8Array",
    "atob",
    "AbortController",
    "fetch",
    "setTimeout",
    "clearTimeout",
    "process",
  ];
  const globals = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const module = { exports: {} };
  const source = readFileSync(new URL("../dist/citrn.cjs", import.meta.url), "utf8");
  runInContext(`(function (module, exports) {${source}\n})`, createContext(globals))(module, module.exports);
  return module.exports;
}

const copies = { imported, required, isolated: inAnotherRealm() };
const details = { code: "timeout", message: "m", executed: "unknown", retryable: false };
const isErrorClass = (name) => name.endsWith("Error");
const names = Object.keys(imported).filter(isErrorClass);

/** Whether a class of a copy is another class or extends it. */
const extendsClass = (copy, name, of) => name === of || copy[name].prototype instanceof copy[of];

/** An error handler like the one in the README. */
function handled(error, { CitrnError }) {
  if (!(error instanceof CitrnError)) throw error;
  return error.executed;
}

describe("an error of another copy", () => {
  test("the copies are distinct", () => {
    const classes = new Set(Object.values(copies).map(({ CitrnError }) => CitrnError));
    assert.equal(classes.size, 3);
    assert.ok(names.length > 10);
  });

  for (const [from, source] of Object.entries(copies)) {
    for (const [to, target] of Object.entries(copies)) {
      test(`an error of the ${from} copy is an instance of the same classes of the ${to} copy, and of no other`, () => {
        for (const name of names) {
          const error = new source[name](details);
          for (const of of names) {
            assert.equal(error instanceof target[of], extendsClass(imported, name, of), `${name} instanceof ${of}`);
          }
        }
      });

      test(`a handler with the ${to} copy sees whether a withdrawal through the ${from} copy was executed`, async () => {
        const { fetch } = fetchOf(() => ({ status: 502, body: "" }));
        const citrn = new source.Citrn({ apiKey: "key", secret: "secret", fetch });
        const withdrawal = { address: "T", foreign_id: "payout-881", amount: "1", currency: "USDTT" };
        const error = await citrn.withdrawals.create(withdrawal).catch((error) => error);
        assert.equal(handled(error, target), "unknown");
        assert.ok(error instanceof target.CitrnGatewayError);
        assert.ok(!(error instanceof target.CitrnTimeoutError));
      });
    }
  }

  test("the sandbox's error is recognised across copies", () => {
    assert.notEqual(importedSandbox.SandboxError, requiredSandbox.SandboxError);
    const error = new importedSandbox.SandboxError(404, "there is no such deposit");
    assert.ok(error instanceof requiredSandbox.SandboxError);
    assert.ok(!(error instanceof required.CitrnError));
  });
});

describe("a caller's own subclass", () => {
  class ShopError extends imported.CitrnError {}
  class ShopTimeout extends required.CitrnTimeoutError {}

  test("matches its own instances and no other error", () => {
    assert.ok(new ShopError(details) instanceof ShopError);
    for (const copy of Object.values(copies)) {
      for (const name of names) {
        assert.ok(!(new copy[name](details) instanceof ShopError), name);
        assert.ok(!(new copy[name](details) instanceof ShopTimeout), name);
      }
    }
    assert.ok(!(new ShopError(details) instanceof ShopTimeout));
  });

  test("its instances are errors of the class it extends, in every copy", () => {
    for (const copy of Object.values(copies)) {
      assert.ok(new ShopError(details) instanceof copy.CitrnError);
      assert.ok(!(new ShopError(details) instanceof copy.CitrnTimeoutError));
      assert.ok(new ShopTimeout(details) instanceof copy.CitrnConnectionError);
    }
  });
});

describe("a value that is not an error of this package", () => {
  const explode = () => {
    throw new Error("boom");
  };
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, explode]));
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const mark = Symbol.for("citrn.CitrnError");
  const others = {
    undefined: undefined,
    null: null,
    "a number": 7,
    "a bigint": 7n,
    "a text": "CitrnError",
    "a symbol": mark,
    true: true,
    "a function": () => {},
    "an object": {},
    "an object without a prototype": Object.create(null),
    "another error": new TypeError("m"),
    "an error with the name": Object.assign(new Error("m"), { name: "CitrnError", code: "timeout", executed: "no" }),
    "the class itself": imported.CitrnError,
    "the prototype of another class": imported.Citrn.prototype,
    "a Proxy that throws": new Proxy({}, traps),
    "a Proxy of an error that throws": new Proxy(new Error("m"), traps),
    "a revoked Proxy": revoked(),
    "an object that fakes the mark": { [mark]: true },
    "an object without a prototype that fakes the mark": Object.assign(Object.create(null), { [mark]: true }),
    "an error whose mark is not true": Object.assign(new Error("m"), { [mark]: "yes" }),
    "an error whose mark throws": Object.defineProperty(new Error("m"), mark, { get: explode }),
    "an object whose tag throws": Object.defineProperty({}, Symbol.toStringTag, { get: explode }),
  };
  for (const [what, value] of Object.entries(others)) {
    test(`${what} is not an instance, and the check does not throw`, () => {
      for (const copy of Object.values(copies))
        for (const name of names) assert.equal(value instanceof copy[name], false, name);
    });
  }
});
