// openapi/gateway.json in other hands: a client that is generated from it in Python, and a property-based tester.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { apiKey, here, project, run, secret, startSandbox } from "./project.mjs";
import { installPython, programs } from "./python.mjs";

const samples = samplesOf("docs/testing.md");
const PATH = `${programs}${path.delimiter}${process.env.PATH}`;

before(installPython);

/** Starts a sandbox with money to pay out. */
async function startGateway(t) {
  const sandbox = await startSandbox({ seed: "openapi" });
  t.after(() => sandbox.close());
  await sandbox.balances.credit({ currency: "USDTT", amount: "1000000" });
  const env = { PATH, CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
  return { sandbox, env };
}

test("a generated Python client signs, and passes ping, address, payment and withdrawal", async (t) => {
  const { sandbox, env } = await startGateway(t);
  const cwd = project("python", { "shop.py": samples.get("python") });
  const generate = samples.get("generate-client").replace("http://127.0.0.1:8788", sandbox.url);
  const generated = await run("sh", ["-c", generate], { cwd, env });
  assert.doesNotMatch(generated.stdout + generated.stderr, /warning/i);
  const { stdout } = await run(path.join(programs, "python"), ["shop.py"], { cwd, env });
  const [pong, address, redirectUrl, withdrawal] = stdout.split("\n");
  assert.equal(pong, "OK");
  assert.match(address, /^T\w{33}$/);
  assert.ok(redirectUrl.startsWith(`${sandbox.url}/pay/`), redirectUrl);
  assert.match(withdrawal, /^WithdrawalsCreateReply\(data=Withdrawal\(.*status='processing'/);
  assert.equal((await sandbox.withdrawals.list())[0].foreign_id, "payout-881");
});

test("a property-based tester finds no failure", async (t) => {
  const { sandbox, env } = await startGateway(t);
  const signature = readFileSync(path.join(here, "python", "signature.py"), "utf8");
  const cwd = project("schemathesis", { "signature.py": signature });
  const args = [
    ...["run", `${sandbox.url}/_sandbox/openapi.json`, "--url", sandbox.baseUrl, "--max-examples=50", "--seed=1"],
    // No schema says which coins exist, and how much the balance covers.
    ...["--exclude-checks=positive_data_acceptance", "--no-color", "--continue-on-failure"],
  ];
  const hooks = { PYTHONPATH: cwd, SCHEMATHESIS_HOOKS: "signature" };
  const { stdout } = await run(path.join(programs, "schemathesis"), args, { cwd, env: { ...env, ...hooks } });
  assert.match(stdout, /Tested: 12/);
  const answered = await sandbox.requests.list();
  const successes = new Set(answered.filter(({ status }) => status === 200).map(({ endpoint }) => endpoint));
  assert.ok(successes.size >= 5, [...successes].join(", "));
});
