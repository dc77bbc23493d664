// The preview of a call: the request as it would be sent, without key, secret and signature.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Citrn } from "../dist/citrn.mjs";
import { internals } from "./internals.mjs";

const { previewOf, textOf } = await internals("src/cli/call/preview.ts");
const { withoutSecrets } = await internals("src/cli/call/report.ts");
const [apiKey, secret] = ["merchant-key/7f3a9b", 'merchant-"secret"/aXb7'];
const baseUrl = "http://127.0.0.1:9/api";
const PAYOUT = { address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", foreign_id: "p", amount: "25", currency: "USDTT" };
const preview = (run, more = {}) => previewOf({ apiKey, secret, baseUrl, ...more }, run);
const withdraw = (more, options) => (citrn) => citrn.withdrawals.create({ ...PAYOUT, ...more }, options);

describe("a preview", () => {
  test("is the request that the call sends, but for its headers of key and signature", async () => {
    const requests = [];
    const fetch = (url, { method, headers, body }) => {
      requests.push({ method, url, headers, body: new TextDecoder().decode(body) });
      throw new Error("not sent");
    };
    await withdraw({ memo: "é \u2028 /" })(new Citrn({ apiKey, secret, baseUrl, fetch, maxRetries: 0 })).catch(
      () => {},
    );
    const [{ headers, ...sent }] = requests;
    const { headers: shown, ...request } = await preview(withdraw({ memo: "é \u2028 /" }));
    assert.deepEqual(request, sent);
    assert.deepEqual(Object.keys(shown), Object.keys(headers));
    assert.deepEqual(shown, {
      ...headers,
      "X-Process-Key": "[redacted]",
      "X-Process-Signature": "[redacted]",
    });
  });

  test("redacts a withdrawal's key, and nothing else of its body", async () => {
    const { body } = await preview(withdraw({ key: "account-key-5512", memo: "a" }));
    assert.deepEqual(JSON.parse(body), { ...PAYOUT, key: "[redacted]", memo: "a" });
  });

  test("redacts key and secret that a parameter repeats, however they are escaped", async () => {
    for (const text of [secret, apiKey]) {
      const request = await preview(withdraw({ memo: `x ${text} y` }));
      assert.equal(JSON.parse(request.body).memo, "x [redacted] y");
      assert.ok(!textOf(request).includes(text));
    }
  });

  test("without key and secret is the same request", async () => {
    const [bare, full] = [
      await preview(withdraw(), { apiKey: undefined, secret: undefined }),
      await preview(withdraw()),
    ];
    assert.deepEqual(bare, full);
  });

  test("of a call that is refused before it is sent is that error", async () => {
    await assert.rejects(preview(withdraw({ amount: "-1" })), ({ name, field }) => {
      assert.deepEqual([name, field], ["CitrnParameterError", "amount"]);
      return true;
    });
  });

  test("of a GET has no body, and its text has no empty lines", async () => {
    const request = await preview((citrn) => citrn.rates.list());
    assert.deepEqual([request.method, request.body], ["GET", ""]);
    assert.doesNotMatch(textOf(request), /\n\n|\n$/);
  });

  test("shows control characters of a body literally", () => {
    const text = textOf({ method: "POST", url: baseUrl, headers: {}, body: "a\u001b[2J\u202e" });
    assert.equal(text, `POST ${baseUrl}\n\na\\u{1b}[2J\\u{202e}`);
  });
});

describe("a reply", () => {
  for (const [what, text, expected] of [
    ["a signature", `s=${"0a".repeat(64)}.`, "s=[redacted]."],
    ["a signature in capitals", `s=${"0A".repeat(64)}.`, "s=[redacted]."],
    ["a secret", `s=${secret}.`, "s=[redacted]."],
    ["a secret in JSON", JSON.stringify({ secret }), '{"secret":"[redacted]"}'],
    ["a secret in PHP's JSON", JSON.stringify({ secret }).replaceAll("/", "\\/"), '{"secret":"[redacted]"}'],
    ["a secret that contains another", `${apiKey}-2 ${apiKey}`, "[redacted] [redacted]"],
    ["a shorter hex text", "0a".repeat(63), "0a".repeat(63)],
  ]) {
    test(`with ${what}`, () => {
      assert.equal(withoutSecrets(text, [apiKey, secret, `${apiKey}-2`, undefined, "", 7]), expected);
    });
  }
});
