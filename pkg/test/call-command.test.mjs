// The command `citrn call`, run as a process: all endpoints against the sandbox, and failures against fake gateways.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "../dist/sandbox.mjs";
import { runCitrn, runOnTerminal, startCitrn } from "./command.mjs";
import { json, startGateway } from "./gateway.mjs";

const SECRETS = { CITRN_API_KEY: "merchant-key-7f3a9b", CITRN_SECRET: "merchant-secret-aXb7" };
const PAYOUT = ["address=TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "amount=25", "currency=USDTT"];
const WITHDRAWAL = ["withdrawals.create", ...PAYOUT, "foreign_id=payout-881"];

/** Runs `citrn call` against a gateway. No output may have a key, a secret or a signature. */
async function call(baseUrl, args, { env = SECRETS, ...options } = {}) {
  const result = await runCitrn(["call", ...args], { env: { CITRN_BASE_URL: baseUrl, ...env }, ...options });
  const output = result.stdout + result.stderr;
  for (const secret of Object.values(SECRETS)) assert.ok(!output.includes(secret), output);
  assert.doesNotMatch(output, /[0-9a-f]{128}/i);
  return result;
}

describe("against the sandbox", () => {
  let sandbox;
  const ask = (...args) => call(sandbox.baseUrl, args);
  const requests = async (endpoint) =>
    (await sandbox.requests.list()).filter((request) => request.endpoint === endpoint);

  before(async () => {
    sandbox = await startSandbox({ port: 0, apiKey: SECRETS.CITRN_API_KEY, secret: SECRETS.CITRN_SECRET });
    await sandbox.balances.credit({ currency: "USDTT", amount: "1000" });
  });
  after(() => sandbox.close());

  for (const [args, expected] of [
    [["ping"], /^message {2}OK\n$/],
    [["balances.list", "currencies=USDTT,BTC"], /^currency {2}balance +type\n.*USDTT +1000/s],
    [["addresses.take", "foreign_id=user-17", "currency=USDTT"], /^address +T\w+\n/],
    [["currencies.list", "type=fiat"], /EUR/],
    [["rates.list"], /^BTCUSDT +55302/m],
    [["currencies.pairs", "currency_from=BTC"], /BTC/],
    [["currencies.rates", "currency_from=BTC", "currency_to=EUR"], /BTC/],
    [["accounts.list"], /USDTT/],
    [["payments.create", "foreign_id=user-17", "coin_name=USDTT", "return_url=https://shop.example/thanks"], /\/pay\//],
    [[...WITHDRAWAL, "--yes"], /^foreign_id +payout-881$/m],
  ]) {
    test(`${args[0]} prints its reply`, async () => {
      const { exit, stdout, stderr } = await ask(...args);
      assert.deepEqual([exit, stderr], [0, ""]);
      assert.match(stdout, expected);
    });
  }

  test("exchange.createQuota and exchange.makeExchange exchange, with JSON for programs", async () => {
    const order = ["from_coin=USDTT", "to_coin=BTC", "request_amount=900", "request_coin=USDTT"];
    const made = await ask("exchange.createQuota", ...order, "--json");
    assert.equal(made.exit, 0, made.stdout);
    const quote = JSON.parse(made.stdout);
    const { exit, stdout } = await ask("exchange.makeExchange", `quote_id=${quote.quote_id}`, "--yes", "--json");
    assert.equal(exit, 0, stdout);
    assert.equal(JSON.parse(stdout).quote_id, quote.quote_id);
  });

  test("takes parameters and extra fields as JSON on standard input, and --extra", async () => {
    const input = JSON.stringify({ foreign_id: "user-18", extra: { sender: { name: "Ada" }, visits: 17 } });
    const args = ["addresses.take", "-", "currency=USDTT", "--extra", "end_user_reference=user-18"];
    const { exit, stderr } = await call(sandbox.baseUrl, args, { input });
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.deepEqual((await requests("addresses.take")).at(-1).parameters, {
      ...{ foreign_id: "user-18", currency: "USDTT" },
      ...{ sender: { name: "Ada" }, visits: 17, end_user_reference: "user-18" },
    });
  });

  test("a refused call is 1, with the code, and JSON for programs", async () => {
    const args = ["payments.create", "foreign_id=u", "coin_name=NOPE", "return_url=https://shop.example/"];
    const { exit, stderr } = await ask(...args);
    assert.equal(exit, 1);
    assert.match(stderr, /code: coin_not_found, executed: no/);
    const asJson = await ask(...args, "--json");
    const { code, executed, httpStatus } = JSON.parse(asJson.stdout).error;
    assert.deepEqual([asJson.exit, asJson.stderr], [1, ""]);
    assert.deepEqual({ code, executed, httpStatus }, { code: "coin_not_found", executed: "no", httpStatus: 404 });
  });

  test("a refused key is 6", async () => {
    const { exit } = await call(sandbox.baseUrl, ["accounts.list"], {
      env: { CITRN_API_KEY: "another", CITRN_SECRET: "another-secret" },
    });
    assert.equal(exit, 6);
  });

  for (const args of [
    ["withdrawals.create", ...PAYOUT, "foreign_id=payout-882"],
    ["exchange.makeExchange", "quote_id=b3f1c2d4-0000-4000-8000-000000000000"],
  ]) {
    test(`${args[0]} is not sent without --yes where nobody can be asked`, async () => {
      const before = (await requests(args[0])).length;
      const { exit, stderr } = await ask(...args);
      assert.equal(exit, 2);
      assert.match(stderr, /moves money: give --yes/);
      assert.equal((await requests(args[0])).length, before);
    });
  }

  for (const [answer, expected] of [
    ["yes\r", 0],
    ["no\r", 1],
    ["y\r", 1],
    ["\u0003", 1],
    ["\u0004", 1],
  ]) {
    test(`on a terminal it asks first: ${JSON.stringify(answer)}`, async () => {
      const foreign_id = `payout-${answer.charCodeAt(0)}-${answer.length}`;
      const { exit, screen } = await runOnTerminal(
        ["call", "withdrawals.create", ...PAYOUT, `foreign_id=${foreign_id}`],
        {
          env: { CITRN_BASE_URL: sandbox.baseUrl, ...SECRETS },
          keys: [[/Type yes: /, answer]],
        },
      );
      assert.equal(exit, expected, screen);
      assert.match(screen, /POST .*\/withdrawal\/crypto\r\n.*X-Process-Signature: \[redacted\]/s);
      const sent = (await requests("withdrawals.create")).some(
        ({ parameters }) => parameters.foreign_id === foreign_id,
      );
      assert.equal(sent, expected === 0);
    });
  }
});

describe("--dry-run", () => {
  const dry = (...args) => call("http://127.0.0.1:9/api", [...args, "--dry-run"], { env: SECRETS });

  test("prints method, URL and body, and neither key nor signature", async () => {
    const { exit, stdout, stderr } = await dry(...WITHDRAWAL);
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.equal(
      stdout,
      `POST http://127.0.0.1:9/api/withdrawal/crypto
Content-Type: application/json
X-Process-Key: [redacted]
X-Process-Signature: [redacted]

{"address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","foreign_id":"payout-881","amount":"25","currency":"USDTT"}
`,
    );
  });

  test("redacts a withdrawal's key, also in JSON", async () => {
    const input = JSON.stringify({ key: "account-key-5512", memo: "" });
    const args = [...WITHDRAWAL, "-", "--dry-run"];
    for (const more of [[], ["--json"]]) {
      const { exit, stdout } = await call("http://127.0.0.1:9/api", [...args, ...more], { input });
      assert.equal(exit, 0);
      assert.ok(!stdout.includes("account-key-5512"));
      assert.match(stdout, /key.*\[redacted\]/);
    }
  });

  test("needs neither key nor secret, and names the documented hosts", async () => {
    const { exit, stdout } = await runCitrn(["call", ...WITHDRAWAL, "--dry-run"]);
    assert.equal(exit, 0);
    assert.match(stdout, /^POST https:\/\/app\.citrn\.io\/api\/withdrawal\/crypto\n/);
  });

  test("reports an invalid parameter, also as JSON", async () => {
    const args = ["withdrawals.create", ...PAYOUT, "foreign_id="];
    const { exit, stderr } = await dry(...args);
    assert.equal(exit, 2);
    assert.match(stderr, /foreign_id must not be empty/);
    const asJson = await dry(...args, "--json");
    assert.deepEqual([asJson.exit, asJson.stderr, JSON.parse(asJson.stdout).error.field], [2, "", "foreign_id"]);
  });
});

describe("the outcome", () => {
  /** Runs a call against a gateway that answers like this. */
  async function against(answer, args, options) {
    const gateway = await startGateway(answer);
    try {
      return await call(gateway.baseUrl, args, options);
    } finally {
      await gateway.close();
    }
  }
  const drop = (_request, response) => response.socket.destroy();

  for (const args of [
    [...WITHDRAWAL, "--yes"],
    ["exchange.makeExchange", "quote_id=b3f1c2d4-0000-4000-8000-000000000000", "--yes"],
    ["payments.create", "foreign_id=u", "coin_name=USDTT", "return_url=https://shop.example/"],
  ]) {
    test(`of ${args[0]} is unknown if the connection is dropped: 7`, async () => {
      const { exit, stderr } = await against(drop, args);
      assert.equal(exit, 7);
      assert.match(stderr, /executed: unknown/);
      const { exit: again, stdout } = await against(drop, [...args, "--json"]);
      assert.deepEqual([again, JSON.parse(stdout).error.executed], [7, "unknown"]);
    });
  }

  test("of a read is no if the connection is dropped: 4", async () => {
    const { exit, stderr } = await against(drop, ["accounts.list"]);
    assert.equal(exit, 4);
    assert.match(stderr, /executed: no/);
  });

  test("is no if nothing listens: 4", async () => {
    const { baseUrl, close } = await startGateway(drop);
    await close();
    const { exit, stderr } = await call(baseUrl, [...WITHDRAWAL, "--yes"]);
    assert.equal(exit, 4);
    assert.match(stderr, /executed: no/);
  });

  for (const signals of [["SIGINT"], ["SIGTERM"], ["SIGHUP"], ["SIGINT", "SIGINT"]]) {
    test(`is unknown if ${signals.join(" and ")} stops a call that was sent: 7`, async () => {
      const gateway = await startGateway(() => {});
      const env = { ...SECRETS, CITRN_BASE_URL: gateway.baseUrl };
      const { child, ended } = startCitrn(["call", ...WITHDRAWAL, "--yes"], { env });
      await gateway.requested();
      for (const signal of signals) await new Promise((sent) => setTimeout(sent, 2, child.kill(signal)));
      const { exit, stderr } = await ended;
      await gateway.close();
      if (signals.length === 1) assert.equal(exit, 7);
      assert.match(stderr, /code: aborted, executed: unknown/);
    });
  }

  test("of a gateway that fails is 5, and unknown if it may have executed the call: 7", async () => {
    const fail = (_request, response) => json(response, 500, { error: "broken" });
    assert.equal((await against(fail, ["accounts.list"])).exit, 5);
    assert.equal((await against(fail, [...WITHDRAWAL, "--yes"])).exit, 7);
  });

  for (const [what, status, more] of [
    ["a reply", 200, []],
    ["a reply as JSON", 200, ["--json"]],
    ["a refusal", 400, []],
    ["a refusal as JSON", 400, ["--json"]],
  ]) {
    test(`shows neither key nor secret nor signature that ${what} repeats`, async () => {
      const echo = ({ headers, body }, response) => {
        const repeated = JSON.stringify([headers, JSON.parse(body), SECRETS]);
        const fields = { id: 1, foreign_id: "payout-881", type: "withdrawal", status: "processing" };
        json(response, status, { data: { ...fields, repeated }, error_code: SECRETS.CITRN_API_KEY, error: repeated });
      };
      const input = JSON.stringify({ key: "account-key-5512" });
      const { exit, stdout, stderr } = await against(echo, [...WITHDRAWAL, "-", "--yes", ...more], { input });
      assert.notEqual(exit, 2, stderr);
      assert.match(stdout + stderr, /\[redacted\]/);
      assert.ok(!(stdout + stderr).includes("account-key-5512"), stdout + stderr);
    });
  }

  test("shows control characters of a reply literally", async () => {
    const reply = { data: [{ currency: "BTC\u001b[31m", balance: "1", type: "\u202ecrypto" }] };
    for (const more of [[], ["--json"]]) {
      const { exit, stdout } = await against(
        (_request, response) => json(response, 200, reply),
        ["balances.list", ...more],
      );
      assert.equal(exit, 0);
      assert.doesNotMatch(stdout, /[^\n\P{Cc}]|\p{Cf}/u);
      if (more.length > 0) assert.deepEqual(JSON.parse(stdout).data, reply.data);
    }
  });
});

describe("invalid arguments", () => {
  const refused = async (args, expected, input = "") => {
    const { exit, stdout, stderr } = await call("http://127.0.0.1:9/api", args, { input });
    assert.deepEqual([exit, stdout], [2, ""], stderr);
    assert.match(stderr, expected);
    assert.ok(!stderr.includes("hush"), stderr);
  };
  for (const [what, args, expected, input] of [
    ["no method", [], /METHOD is missing; choose from ping, /],
    ["an unknown method", ["toString"], /METHOD "toString" is unknown; choose from ping, /],
    ["an argument without =", ["addresses.take", "currency"], /must be NAME=VALUE/],
    ["a duplicate", ["addresses.take", "currency=BTC", "currency=ETH"], /currency is given twice/],
    ["a duplicate in JSON", ["addresses.take", "-", "currency=BTC"], /currency is given twice/, '{"currency":"ETH"}'],
    ["duplicate names", ["addresses.take", "-"], /amount is given twice/, '{"amount":"1","b":[{}],"amount":"2"}'],
    ["duplicate names, escaped", ["addresses.take", "-"], /amount is given twice/, '{"amount":"1","\\u0061mount":"2"}'],
    ["a number that loses digits", ["addresses.take", "-"], /number 1\.10 would lose digits/, '{"extra":{"a":[1.10]}}'],
    ["no UTF-8", ["addresses.take", "-"], /must be JSON in UTF-8/, Buffer.from('{"foreign_id":"\xe9"}', "latin1")],
    ["no JSON", ["addresses.take", "-"], /must be JSON/, "hush"],
    ["no object", ["addresses.take", "-"], /must be an object/, "[1]"],
    ["extra that is no object", ["addresses.take", "-"], /extra: must be an object/, '{"extra":[1]}'],
    ["a key", [...WITHDRAWAL, "key=hush"], /key=\.\.\. is not accepted.*JSON on standard input/],
    ["a secret", [...WITHDRAWAL, "--secret=hush"], /--secret is not accepted/],
    [
      "an amount that is a number",
      ["withdrawals.create", ...PAYOUT.toSpliced(1, 1), "-"],
      /amount/,
      '{"amount":25,"foreign_id":"x"}',
    ],
  ]) {
    test(what, () => refused(args, expected, input));
  }
});
