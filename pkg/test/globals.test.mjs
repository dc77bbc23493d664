// Runtimes that lack globals: importing never fails, and the first use names the missing global and the remedy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { CitrnConfigurationError } from "citrn";

const NAMES = [
  "WebAssembly",
  "TextDecoder",
  "TextEncoder",
  "atob",
  "AbortController",
  "fetch",
  "setTimeout",
  "clearTimeout",
  "process",
];

/** Loads the package in a realm that has only these globals and JavaScript's own. */
function loadWith(globals) {
  const context = createContext(globals);
  if (!("WebAssembly" in globals)) runInContext("delete globalThis.WebAssembly", context);
  const module = { exports: {} };
  runInContext(
    `(function (module, exports) {${readFileSync(new URL("../dist/citrn.cjs", import.meta.url), "utf8")}\n})`,
    context,
  )(module, module.exports);
  return module.exports;
}

const globalsWithout = (...missing) =>
  Object.fromEntries(NAMES.filter((name) => !missing.includes(name)).map((name) => [name, globalThis[name]]));

/** Asserts that the error names the missing global and the remedy. */
function assertNames(error, name) {
  assert.ok(error instanceof CitrnConfigurationError, error?.stack);
  assert.deepEqual([error.code, error.executed, error.retryable], ["invalid_configuration", "no", false]);
  assert.ok(error.message.startsWith(`${name} is not defined in this runtime. `), error.message);
  assert.match(error.message, /@jest-environment node|call the gateway from a server/);
  assert.match(error.message, /README/);
}

test("without any global the package can be imported and its errors created", () => {
  const bare = loadWith({});
  assert.deepEqual(Object.keys(bare).sort(), Object.keys(loadWith(globalsWithout())).sort());
  assert.ok(
    new bare.CitrnTimeoutError({ code: "timeout", message: "m", executed: "no", retryable: true }) instanceof
      bare.CitrnError,
  );
});

describe("creating the first client names the missing global", () => {
  for (const name of ["WebAssembly", "TextDecoder", "TextEncoder", "atob"]) {
    test(name, () => {
      const { Citrn } = loadWith(globalsWithout(name));
      for (const settings of [{}, { apiKey: "key", secret: "secret" }, { callbackSecrets: "secret" }]) {
        assert.throws(
          () => new Citrn(settings),
          (error) => assertNames(error, name) ?? true,
        );
      }
    });
  }

  test("and succeeds once the global is defined", () => {
    const globals = globalsWithout("TextDecoder");
    const { Citrn } = loadWith(globals);
    assert.throws(() => new Citrn({ callbackSecrets: "secret" }));
    globals.TextDecoder = TextDecoder;
    assert.equal(new Citrn({ callbackSecrets: "secret" }).callbacks.sign("{}")["X-Process-Signature"].length, 128);
  });
});

describe("a call names the missing global, and nothing is sent", () => {
  /** Returns the errors of several calls. */
  function errorsWithout(name) {
    const { Citrn } = loadWith(globalsWithout(name));
    const citrn = new Citrn({ apiKey: "key", secret: "secret" });
    const calls = [
      citrn.ping(),
      citrn.withdrawals.create({ address: "T", foreign_id: "payout-881", amount: "1", currency: "USDTT" }),
      citrn.request("/x", {}),
    ];
    return Promise.all(
      calls.map((call) =>
        call.then(
          () => assert.fail("the call succeeded"),
          (error) => error,
        ),
      ),
    );
  }

  for (const name of ["AbortController", "setTimeout"]) {
    test(name, async () => {
      for (const error of await errorsWithout(name)) assertNames(error, name);
    });
  }

  test("an AbortController whose constructor throws", async () => {
    const AbortController = class {
      constructor() {
        throw new Error("Illegal constructor");
      }
    };
    const { Citrn } = loadWith({ ...globalsWithout(), AbortController });
    await assert.rejects(new Citrn().ping(), (error) => {
      assert.ok(error instanceof CitrnConfigurationError, error?.stack);
      assert.deepEqual([error.field, error.executed, error.retryable], ["fetch", "no", false]);
      assert.match(error.message, /AbortController.*Illegal constructor/);
      return true;
    });
  });

  test("fetch", async () => {
    for (const error of await errorsWithout("fetch")) {
      assert.ok(error instanceof CitrnConfigurationError, error?.stack);
      assert.deepEqual([error.field, error.executed], ["fetch", "no"]);
      assert.match(error.message, /no global fetch, so give the client one/);
    }
  });

  test("a clearTimeout that throws does not lose the reply", async () => {
    const fetch = async () => Response.json({ message: "OK" });
    const clearTimeout = () => {
      throw new Error("unknown timer");
    };
    for (const globals of [globalsWithout("clearTimeout"), { ...globalsWithout(), clearTimeout }]) {
      const { Citrn } = loadWith(globals);
      assert.equal((await new Citrn({ fetch, timeoutMs: 50 }).ping()).message, "OK");
    }
  });

  test("with the setting fetch, the global one is not needed", async () => {
    const { Citrn } = loadWith(globalsWithout("fetch"));
    const fetch = async () => Response.json({ message: "OK" });
    assert.equal((await new Citrn({ fetch }).ping()).message, "OK");
  });
});

test("a failure to compile the wasm is explained, with the runtime's error as cause", () => {
  const failure = new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
  const refusing = {
    ...globalsWithout(),
    WebAssembly: {
      Module: class {
        constructor() {
          throw failure;
        }
      },
    },
  };
  assert.throws(
    () => new (loadWith(refusing).Citrn)(),
    (error) => {
      assert.ok(error instanceof CitrnConfigurationError);
      assert.match(
        error.message,
        /\(CompileError: Wasm code generation disallowed by embedder\).*workerd.*external: \["citrn"\].*wasm-unsafe-eval/,
      );
      assert.equal(error.cause, failure);
      return true;
    },
  );
});
