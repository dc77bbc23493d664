// The API key and the secrets: white space around them, and unset environment variables, are reported.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "citrn";
import { apiKey, fetchOf, secret } from "./gateway.mjs";

const refused = (settings, field, message) =>
  assert.throws(
    () => new Citrn(settings),
    (error) => {
      assert.deepEqual(
        [error.name, error.code, error.field],
        ["CitrnConfigurationError", "invalid_configuration", field],
      );
      assert.match(error.message, message);
      return true;
    },
  );

describe("white space around a key is refused:", () => {
  const OUTER = /begins or ends with white space/;
  for (const [what, white] of Object.entries({
    "a line feed": "\n",
    "a line break of Windows": "\r\n",
    "a space": " ",
    "a tab": "\t",
    "a no-break space": "\u00a0",
    "a byte order mark": "\ufeff",
  })) {
    test(what, () => {
      for (const text of [`abc${white}`, `${white}abc`, white]) {
        refused({ apiKey, secret: text }, "secret", OUTER);
        refused({ apiKey: text, secret }, "apiKey", OUTER);
        refused({ callbackSecrets: text }, "callbackSecrets", OUTER);
        refused({ apiKey, secret, callbackSecrets: ["good", text] }, "callbackSecrets", OUTER);
      }
    });
  }

  test("all white space of Unicode and of JavaScript, at either end", () => {
    let count = 0;
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      if (!/[\p{White_Space}\ufeff]/u.test(character)) continue;
      count++;
      refused({ apiKey, secret: `abc${character}` }, "secret", OUTER);
      refused({ callbackSecrets: [`${character}abc`] }, "callbackSecrets", OUTER);
    }
    assert.ok(count >= 26, `${count} characters`);
  });

  test("inside a secret, white space is part of the secret", () => {
    const { callbacks } = new Citrn({ apiKey, secret: "a b\tc", callbackSecrets: ["d\u00a0e"] });
    callbacks.verify('{"id":1,"status":"confirmed"}', callbacks.sign('{"id":1,"status":"confirmed"}'));
  });

  test("no message contains the secret", () => {
    assert.throws(
      () => new Citrn({ apiKey, secret: "hush-hush " }),
      (error) => !JSON.stringify(error).includes("hush"),
    );
  });
});

describe("a key that is undefined is named with its environment variable:", () => {
  const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };
  const { fetch } = fetchOf(() => assert.fail("nothing may be sent"));
  const messageOf = (settings) =>
    new Citrn({ fetch, ...settings }).payments.create(payment).then(
      () => assert.fail("the call succeeded"),
      ({ message }) => message,
    );

  for (const [what, settings, message] of [
    [
      "the secret",
      { apiKey, secret: undefined },
      "`secret` is undefined; is CITRN_SECRET set? Without an account: npx citrn sandbox",
    ],
    [
      "both",
      { apiKey: undefined, secret: undefined },
      "`secret` is undefined; is CITRN_SECRET set? Without an account: npx citrn sandbox",
    ],
    [
      "the key",
      { apiKey: undefined, secret },
      "`apiKey` is undefined; is CITRN_API_KEY set? Without an account: npx citrn sandbox",
    ],
    [
      "the key, with a signer",
      { apiKey: undefined, signer: () => "0".repeat(128) },
      "`apiKey` is undefined; is CITRN_API_KEY set? Without an account: npx citrn sandbox",
    ],
  ]) {
    test(what, async () => assert.equal(await messageOf(settings), message));
  }

  test("a setting that was not given is not called undefined", async () => {
    assert.match(await messageOf({ apiKey }), /must be signed/);
    assert.match(await messageOf({ secret }), /apiKey is required/);
  });

  test("the secrets for callbacks are named too", () => {
    for (const settings of [{ callbackSecrets: undefined }, { secret: undefined }]) {
      const { callbacks } = new Citrn(settings);
      for (const call of [
        () => callbacks.verify("{}", {}),
        () => callbacks.authenticate("{}", {}),
        () => callbacks.sign("{}"),
      ]) {
        assert.throws(call, {
          name: "CitrnConfigurationError",
          code: "secret_required",
          message: /` is undefined; is CITRN_SECRET set\? Without an account: npx citrn sandbox$/,
        });
      }
    }
    assert.throws(() => new Citrn().callbacks.sign("{}"), {
      code: "secret_required",
      message: /needs the secret: give the client/,
    });
  });

  test("calls that need no key work without one", async () => {
    const { fetch } = fetchOf(() => ({ body: { message: "OK" } }));
    assert.equal((await new Citrn({ fetch, apiKey: undefined, secret: undefined }).ping()).message, "OK");
  });
});
