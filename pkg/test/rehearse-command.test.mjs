// The command `citrn rehearse`, run as a process: settings, exit codes and reports.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { handWritten, ledgerAt, SECRET, serveShop, sumsOf } from "./rehearsal.mjs";

const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
const env = { CITRN_SECRET: SECRET };

/** Runs `citrn rehearse` with only the given environment variables. */
function rehearse(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "rehearse", ...args], { env: { PATH: process.env.PATH, ...env } });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    child.on("close", (exit) => resolve({ exit, ...output }));
  });
}

/** Rehearses a shop as a process. */
async function against(shop, args = [], more = {}) {
  const { handler, ledger, close } = await serveShop(shop);
  try {
    const { withLedger = true, env: variables = env } = more;
    const urls = ["--handler", handler.href, ...(withLedger ? ["--ledger", ledger.href] : [])];
    return { ...(await rehearse([...urls, ...args], variables)), handler };
  } finally {
    close();
  }
}

const only = (...names) => names.flatMap((name) => ["--only", name]);
const double = () => handWritten({ keyOf: () => Math.random() });

describe("the report", { concurrency: true }, () => {
  test("of a correct shop has a line for each scenario, and again in a second run", async () => {
    const shop = handWritten();
    for (const run of [1, 2]) {
      const { exit, stdout, stderr } = await against(shop, ["--customers", "same-"]);
      assert.equal(exit, 0, `run ${run}:\n${stdout}${stderr}`);
      assert.match(stdout, /^passed {2}deposit +a deposit is seen and then confirmed$/m);
      assert.match(stdout, /^passed {2}concurrent +10 copies of one callback arrive concurrently$/m);
      assert.match(stdout, /^\d+ passed, 0 failed\.\n$/m);
      assert.doesNotMatch(stdout, /Not checked|FAILED/);
    }
  });

  test("of a failure names the callback, the amount, the customer and the remedy", async () => {
    const { exit, stdout } = await against(double(), ["--customers", "c-", ...only("deposit", "repeated")]);
    assert.equal(exit, 1);
    assert.match(stdout, /^passed {2}deposit {3}a deposit/m);
    const [, report] = stdout.split("FAILED  repeated  each callback of a deposit comes three times\n");
    const [fault, same, todo, , counts, more] = report.split("\n");
    assert.equal(fault, "        - under documented-new: credited 59.4 USDTT to c-3 3 times");
    assert.equal(same, "        - the same under documented-old, family-2020, family-2026");
    assert.match(todo, /^ {8}To do: Insert the transaction's id under a unique constraint, /);
    assert.equal(counts, "1 passed, 1 failed.");
    assert.match(more, /^More: https:.*\/docs\/rehearsing\.md$/);
  });

  test("explains the amounts of usual mistakes", async () => {
    const gross = handWritten({ amountOf: ({ currency_received: received }) => received?.amount });
    const { stdout } = await against(gross, only("deposit"));
    assert.match(stdout, /credited 50 USDTT to .* instead of 49\.5 USDTT, which is before fees\n/);
    assert.match(stdout, /To do: Credit currency_received\.amount_minus_fee in the currency of currency_received\./);
  });

  test("of a handler that compares the public key names CITRN_API_KEY, and it passes once that is set", async () => {
    const { credits, handle } = handWritten();
    const shop = {
      credits,
      handle: (raw, headers) => (headers["x-process-key"] === "key-of-the-shop" ? handle(raw, headers) : 403),
    };
    const refused = await against(shop, only("deposit"));
    assert.match(refused.stdout, /answered 403 instead of 200.*\n.*\n {8}To do: .* set CITRN_API_KEY to its key\.\n/);
    const { exit } = await against(shop, only("deposit"), { env: { ...env, CITRN_API_KEY: "key-of-the-shop" } });
    assert.equal(exit, 0);
  });

  test("without a ledger says that credits were not checked", async () => {
    const { exit, stdout } = await against(double(), only("repeated"), { withLedger: false });
    assert.equal(exit, 0);
    assert.match(stdout, /^Not checked: credits, because there is no --ledger: .* right amount\.$/m);
  });

  test("says what to do about a status", async () => {
    for (const [status, explanation] of [
      [401, /answered 401 instead of 200.*\n.*the same.*\n {8}To do: Verify the raw bytes, .* CITRN_SECRET/],
      [404, /answered 404 instead of 200.*\n.*the same.*\n {8}To do: Give the URL of the handler/],
      [302, /answered 302 instead of 200.*\n.*the same.*\n {8}To do: Give the URL that it redirects to/],
      [204, /answered 204 instead of 200: the gateway repeats it up to 13 times/],
    ]) {
      const { exit, stdout } = await against({ ...handWritten(), handle: async () => status }, only("deposit"));
      assert.equal(exit, 1);
      assert.match(stdout, explanation);
    }
  });

  test("as JSON has the same facts", async () => {
    const args = ["--json", "--customers", "c-", ...only("repeated")];
    const { exit, stdout, handler } = await against(double(), args, { withLedger: true });
    assert.equal(exit, 1);
    const { results, ...report } = JSON.parse(stdout);
    assert.deepEqual(report, { handler: handler.href, customers: "c-", passed: false, unchecked: [], strangers: [] });
    assert.equal(results.length, 4);
    const [{ name, profile, passed, faults, todo }] = results;
    assert.deepEqual([name, profile, passed], ["repeated", "documented-new", false]);
    assert.deepEqual(faults, [{ code: "credit_repeated", message: "credited 59.4 USDTT to c-1 3 times" }]);
    assert.match(todo.join(), /unique constraint/);
  });

  test("has no control characters of the shop's text", async () => {
    const hostile = { ...handWritten(), credits: () => [] };
    let calls = 0;
    hostile.credits = () =>
      (calls += 1) === 1 ? [] : [{ customer_id: "\u001b[2Jx\n", currency: "A\u202eB", amount: "1" }];
    const { exit, stdout } = await against(hostile, only("not-confirmed"));
    assert.equal(exit, 1);
    assert.match(stdout, /credited 1 A\\u\{202e\}B to \\u\{1b\}\[2Jx\\u\{a\} instead of nothing/);
  });
});

describe("the exit code and the message", { concurrency: true }, () => {
  const url = "http://127.0.0.1:1/callbacks";
  for (const [name, args, variables, exit, message] of [
    ["of a missing handler", [], env, 2, /--handler is missing/],
    ["of a handler that is no URL", ["--handler", "callbacks"], env, 2, /--handler must be an http or https URL/],
    ["of a URL with a password", ["--handler", "https://a:b@shop.example/"], env, 2, /without user name and password/],
    ["of a surplus argument", ["--handler", url, "x"], env, 2, /Unexpected argument "x"/],
    ["of a secret as argument", ["--handler", url, "--secret", "hush"], env, 2, /--secret is not accepted/],
    ["of a secret with white space", ["--handler", url], { CITRN_SECRET: "hush " }, 3, /ends with white space/],
    ["of a missing secret", ["--handler", url], {}, 3, /CITRN_SECRET is not set/],
    [
      "of a handler that does not listen",
      ["--handler", url],
      env,
      4,
      /--handler: http:\/\/127\.0\.0\.1:1 did not answer/,
    ],
    ["of a ledger that does not listen", ["--handler", url, "--ledger", url], env, 4, /--ledger: .* did not answer/],
    ["of an unknown scenario", ["--handler", url, "--only", "dance"], env, 2, /"dance" is not one of deposit, /],
  ]) {
    test(name, async () => {
      const result = await rehearse(args, variables);
      assert.equal(result.exit, exit, result.stderr);
      assert.match(result.stderr, message);
      assert.ok(!result.stderr.includes("hush") && !result.stderr.includes(SECRET));
    });
  }

  test("of a malformed ledger", async () => {
    const { exit, stderr } = await against({ ...handWritten(), credits: () => [{ customer_id: "a" }] });
    assert.equal(exit, 5);
    assert.match(stderr, /credits\[0\]\.currency must be text, not undefined/);
  });
});

describe("the ledger", () => {
  const ledger = (credits) => JSON.stringify({ credits });
  const credit = { customer_id: "a", currency: "BTC", amount: "0.1" };

  test("is summed by customer and currency, without floats", () => {
    const { of: sums } = sumsOf(ledger([credit, { ...credit, amount: "0.2" }, { ...credit, currency: "EUR" }]));
    assert.equal(sums.get("a").get("BTC"), 3n * 10n ** 39n);
    assert.equal(sums.get("a").get("EUR"), 10n ** 39n);
  });

  for (const [reply, message] of [
    ["<html>", /did not return JSON/],
    ["null", /must return \{"credits":\[…\]\}/],
    ['{"credits":{}}', /must return/],
    [ledger([null]), /credits\[0\]\.customer_id must be text/],
    [ledger([credit, { ...credit, customer_id: 17 }]), /credits\[1\]\.customer_id must be text, not number/],
    [ledger([{ ...credit, amount: 0.1 }]), /credits\[0\]\.amount must be decimal text such as "49\.5", not a number/],
  ]) {
    test(`that returns ${reply} is malformed`, () => assert.throws(() => sumsOf(reply), { exit: 5, message }));
  }

  test("reports an amount that is not plain decimal text where its customer was paid", async () => {
    const exponent = handWritten({ amountOf: () => "1.2e-7" });
    const { exit, stdout } = await against(exponent, ["--customers", "c-", ...only("deposit")]);
    assert.equal(exit, 1);
    assert.match(stdout, /the ledger has the amount "1\.2e-7" for c-1, which is not plain decimal text/);
    assert.doesNotMatch(stdout, /did not credit/);
  });

  test("may have such an amount of an earlier run", async () => {
    const shop = handWritten();
    const credits = shop.credits;
    shop.credits = () => [{ customer_id: "c-1", currency: "USDTT", amount: "1.2e-7" }, ...credits()];
    const { exit, stdout } = await against(shop, ["--customers", "c-", ...only("deposit")]);
    assert.equal(exit, 0, stdout);
  });

  test("gets the prefix of the customers and the token", async () => {
    let seen;
    const server = createServer(({ url, headers }, response) => {
      seen = [url, headers.authorization];
      response.end('{"credits":[]}');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const target = new URL(`http://127.0.0.1:${server.address().port}/credits?all=1`);
    await ledgerAt(target, "c-", "hush")();
    assert.deepEqual(seen, ["/credits?all=1&customer_prefix=c-", "Bearer hush"]);
    await ledgerAt(target, "c-", undefined)();
    assert.equal(seen[1], undefined);
    server.close();
    server.closeAllConnections();
  });
});
