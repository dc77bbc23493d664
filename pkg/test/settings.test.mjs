// Each setting of the package exists in the core, and messages name it as the caller writes it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { Citrn } from "citrn";

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/** The table of settings, which the package does not export. */
const { code } = transformSync(text("../src/settings.ts"), { loader: "ts", format: "esm" });
const { SETTINGS } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** Whether a setting is not passed to the core, such as functions. */
const isOfPackage = (name) =>
  SETTINGS[name] === "function" || ["traceForeignId", "dangerouslyAllowBrowser"].includes(name);

test("the core reads each setting of the table, and no other", (t) => {
  const read = new Set();
  const get = Reflect.get;
  t.mock.method(Reflect, "get", (object, name) => {
    if (Object.hasOwn(object, "callbackSecrets")) read.add(name);
    return get(object, name);
  });
  new Citrn({ secret: "secret" });
  assert.deepEqual(
    [...read].sort(),
    Object.keys(SETTINGS)
      .filter((name) => !isOfPackage(name))
      .sort(),
  );
});

test("a setting of the wrong type is refused with its name", () => {
  for (const name of Object.keys(SETTINGS)) {
    for (const value of [Symbol("s"), null]) {
      assert.throws(
        () => new Citrn({ [name]: value }),
        { name: "CitrnConfigurationError", field: name, executed: "no" },
        name,
      );
    }
  }
});

test("messages of the core name settings as the caller writes them", async () => {
  const withdrawal = { address: "T", foreign_id: "payout-1", amount: "1", currency: "BTC", key: "hush-hush" };
  const citrn = new Citrn({ apiKey: "key", secret: "hush-hush" });
  await assert.rejects(citrn.withdrawals.create(withdrawal), { field: "key", message: /\(allowSecretInBody: true\)/ });
  const remote = { baseUrl: "http://gateway.example/api" };
  assert.throws(() => new Citrn(remote), {
    field: "baseUrl",
    message: /^baseUrl must be https.*set allowInsecureBaseUrl: true\.?$/s,
  });
});

test("an unknown parameter with the name of a setting keeps its name in the message", async () => {
  const citrn = new Citrn({ apiKey: "key", secret: "secret" });
  for (const name of ["api_key", "timeout_ms", "redirect_origins"]) {
    const call = citrn.addresses.take({ foreign_id: "17", currency: "BTC", [name]: "1" });
    await assert.rejects(
      call,
      ({ field, message }) => field === name && message.startsWith(`${name} is not a parameter`),
    );
  }
});
