// The Bruno collection, sent to the sandbox by Bruno's command.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { bin, project, root, run, startSandbox } from "./project.mjs";

const { endpoints } = JSON.parse(readFileSync(path.join(root, "api.json"), "utf8"));
const sample = samplesOf("docs/machines.md").get("bruno");
const [, ...keys] = /CITRN_API_KEY=(\S+) CITRN_SECRET=(\S+) /.exec(sample);
const [, command] = /@usebruno\/cli (.+) --env sandbox\n/.exec(sample);
const codesOf = (name) => endpoints.find((endpoint) => endpoint.name === name).errors;

/** Starts a sandbox with the key and secret of the page's sample, and copies the collection. */
async function start(t, name) {
  const sandbox = await startSandbox({ apiKey: keys[0], secret: keys[1], seed: name });
  t.after(() => sandbox.close());
  const cwd = project(name, {});
  cpSync(path.join(root, "bruno"), cwd, { recursive: true });

  /** Runs requests, and returns their results by name, and whether all were sent. */
  const send = async (environment, variables = {}, files = []) => {
    const urls = { base_url: sandbox.baseUrl, com_base_url: sandbox.baseUrl };
    const given = Object.entries({ ...urls, ...variables }).flatMap((pair) => ["--env-var", pair.join("=")]);
    const args = [command, ...files, "--env", environment, ...given, "--reporter-json", "report.json"];
    const isSent = await run(bin("bru"), args, { cwd }).then(
      () => true,
      () => false,
    );
    const [{ results }] = JSON.parse(readFileSync(path.join(cwd, "report.json"), "utf8"));
    return { isSent, results: new Map(results.map((result) => [path.basename(result.test.filename, ".bru"), result])) };
  };
  return { sandbox, cwd, send };
}

test("every request succeeds, or is refused with a documented code", async (t) => {
  const { sandbox, send } = await start(t, "bruno");
  const poor = await send("sandbox");
  assert.deepEqual(
    [...poor.results.keys()],
    endpoints.map(({ name }) => name),
  );
  const refused = [...poor.results].filter(([, { response }]) => response.status !== 200);
  const codes = refused.map(([name, { response }]) => [name, response.data.error_code]);
  assert.deepEqual(codes, [
    ["withdrawals.create", "balance_not_enough"],
    ["exchange.makeExchange", "balance_not_enough"],
  ]);
  for (const [name, code] of codes) assert.ok(codesOf(name).includes(code), `${name}: ${code}`);

  for (const currency of ["USDTT", "BTC"]) await sandbox.balances.credit({ currency, amount: "1000" });
  const rich = await send("sandbox");
  for (const [name, { response }] of rich.results)
    assert.equal(response.status, 200, `${name}: ${JSON.stringify(response)}`);
  assert.equal((await sandbox.withdrawals.list()).length, 1);

  const again = await send("sandbox", {}, ["withdrawals.create.bru"]);
  assert.equal(again.results.get("withdrawals.create").response.data.error_code, "duplication_request");
  assert.ok(codesOf("withdrawals.create").includes("duplication_request"));
});

test("the exact bytes are signed, whatever the body looks like", async (t) => {
  const { sandbox, cwd, send } = await start(t, "bruno-bytes");
  const file = path.join(cwd, "addresses.take.bru");
  const text = readFileSync(file, "utf8");
  const [body] = /"foreign_id".*"currency": "USDTT"/s.exec(text);
  const lines = [
    String.raw`"foreign_id" :"k\u00fcnde-ü-{{order}}",   // a comment`,
    '\t"currency":\t"USDTT" , "extra": 1.50',
  ];
  writeFileSync(file, text.replace(body, lines.join("\n")));
  const { results } = await send("sandbox", { order: "17" }, ["addresses.take.bru"]);
  assert.equal(results.get("addresses.take").response.status, 200, JSON.stringify(results.get("addresses.take")));
  assert.equal(results.get("addresses.take").response.data.data.foreign_id, "künde-ü-17");

  const unset = await send("sandbox", {}, ["addresses.take.bru"]);
  assert.match(unset.results.get("addresses.take").error, /The body has a variable that is not set/);
  assert.equal((await sandbox.requests.list()).length, 1);
});

test("with a live account, a run sends nothing that moves money, and nothing without a secret", async (t) => {
  const { sandbox, send } = await start(t, "bruno-live");
  for (const currency of ["USDTT", "BTC"]) await sandbox.balances.credit({ currency, amount: "1000" });
  const { isSent, results } = await send("live", { api_key: keys[0], secret: keys[1] });
  assert.equal(isSent, false);
  const stopped = [...results].filter(([, { error }]) => error !== null).map(([name, { error }]) => [name, error]);
  const error = "This request moves money: send it from its own tab, once.";
  assert.deepEqual(stopped, [
    ["withdrawals.create", error],
    ["exchange.makeExchange", error],
  ]);
  assert.equal((await sandbox.requests.list()).length, endpoints.length - stopped.length);

  const { results: unsigned } = await send("live", {}, ["balances.list.bru"]);
  assert.match(unsigned.get("balances.list").error, /set its variables api_key and secret/);
  assert.equal((await sandbox.requests.list()).length, endpoints.length - stopped.length);
});
