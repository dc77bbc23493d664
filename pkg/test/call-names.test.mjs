// The names of the parameters of `citrn call`: one message has all faults.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCitrn } from "./command.mjs";

const SECRETS = { CITRN_API_KEY: "merchant-key-7f3a9b", CITRN_SECRET: "merchant-secret-aXb7" };

for (const dryRun of [[], ["--dry-run"]]) {
  const call = (args, input = "") =>
    runCitrn(["call", ...args, ...dryRun], { env: { CITRN_BASE_URL: "http://127.0.0.1:9/api", ...SECRETS }, input });

  describe(`call ${dryRun}`, () => {
    for (const [what, args, expected, input] of [
      [
        "all missing and unknown parameters",
        ["withdrawals.create", "adress=T1", "amount=25", "currncy=USDTT"],
        "withdrawals.create: address, foreign_id and currency are missing; adress and currncy are not parameters. It " +
          "takes address foreign_id amount currency [convert_to] [key] [memo].",
      ],
      [
        "one missing parameter",
        ["addresses.take", "currency=BTC"],
        "addresses.take: foreign_id is missing. It takes foreign_id currency [convert_to].",
      ],
      [
        "one unknown parameter",
        ["currencies.list", "constructor=red"],
        "currencies.list: constructor is not a parameter. It takes [type].",
      ],
      ["parameters of a method without any", ["ping", "a=b"], "ping: a is not a parameter. It takes no parameters."],
      [
        "a required parameter that is null",
        ["exchange.makeExchange", "-", "--yes"],
        "exchange.makeExchange: quote_id is missing. It takes quote_id.",
        '{"quote_id":null}',
      ],
    ]) {
      test(`names ${what}`, async () => {
        const { exit, stdout, stderr } = await call(args, input);
        assert.deepEqual([exit, stdout, stderr.split("\n")[0]], [2, "", expected]);
      });
    }

    test("accepts an optional parameter that is null or missing", async () => {
      const input = '{"foreign_id":"user-17","convert_to":null}';
      const { stderr } = await call(["addresses.take", "-", "currency=BTC"], input);
      assert.doesNotMatch(stderr, /parameter/);
    });

    test("reports them as JSON for programs, with the first one as the field", async () => {
      const { exit, stdout, stderr } = await call(["addresses.take", "colour=\u001b[31mred", "--json"]);
      const { code, executed, field, message } = JSON.parse(stdout).error;
      assert.deepEqual([exit, stderr, code, executed, field], [2, "", "invalid_parameter", "no", "foreign_id"]);
      assert.match(message, /foreign_id and currency are missing; colour is not a parameter/);
    });
  });
}
