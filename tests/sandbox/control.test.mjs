import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { test } from "node:test";
import { data, post, sandboxFor } from "./gateway.mjs";

/** Makes a control call over HTTP with exactly these headers. */
function control(sandbox, method, path, headers, body = "") {
  const { port } = new URL(sandbox.url);
  return new Promise((resolve, reject) => {
    const call = request(
      { port, host: "127.0.0.1", path: `/_sandbox/${path}`, method, headers, setHost: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode, json: JSON.parse(text) }));
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

test("control calls work over HTTP, and are listed", async (t) => {
  const sandbox = await sandboxFor(t);
  const json = { Host: new URL(sandbox.url).host, "Content-Type": "application/json" };
  const credit = await control(sandbox, "POST", "balances", json, '{"currency":"BTC","amount":"1.5"}');
  assert.equal(credit.status, 200);
  const ledger = await control(sandbox, "GET", "ledger", { Host: "localhost" });
  assert.deepEqual(ledger.json.data.accounts, [
    { account: "merchant", currency: "BTC", balance: "1.50000000" },
    { account: "world", currency: "BTC", balance: "-1.50000000" },
  ]);
  const list = await control(sandbox, "GET", "", { Host: "localhost" });
  assert.ok(list.json.data.some(([call]) => call === "POST /_sandbox/clock/advance"));
  const unknown = await control(sandbox, "POST", "nope", json);
  assert.equal(unknown.status, 404);
});

test("no web page can make control calls", async (t) => {
  const sandbox = await sandboxFor(t);
  const own = { Host: new URL(sandbox.url).host, "Content-Type": "application/json" };
  const body = '{"currency":"BTC","amount":"1"}';
  for (const [headers, status] of [
    [own, 200],
    [{ ...own, Origin: sandbox.url }, 200],
    [{ ...own, "Content-Type": "text/plain" }, 415],
    [{ ...own, "Content-Type": "application/x-www-form-urlencoded" }, 415],
    [{ Host: own.Host }, 415],
    [{ ...own, Origin: "https://evil.example" }, 403],
    [{ ...own, Origin: "null" }, 403],
    [{ ...own, "Sec-Fetch-Site": "cross-site" }, 403],
    [{ ...own, Host: "evil.example" }, 403],
    [{ ...own, Host: `evil.example:${new URL(sandbox.url).port}`, Origin: "http://evil.example" }, 403],
  ]) {
    assert.equal((await control(sandbox, "POST", "balances", headers, body)).status, status, JSON.stringify(headers));
  }
  assert.equal((await control(sandbox, "GET", "ledger", { Host: "evil.example" })).status, 403);
  const { accounts } = await sandbox.ledger.get();
  assert.equal(accounts[0].balance, "2.00000000");
});

test("the refusal of an unknown host name mentions --public-url", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const host of ["sandbox:8788", "sandbox", "my_sandbox.internal:80", "evil.example"]) {
    const { status, json } = await control(sandbox, "GET", "ledger", { Host: host });
    assert.equal(status, 403);
    assert.ok(json.error.includes(`--public-url http://${host} `), json.error);
    assert.match(json.error, /publicUrl.*redirect_url/);
  }
  for (const host of ["a b", "<script>", "x\x9b31m", "a".repeat(300)]) {
    const { status, json } = await control(sandbox, "GET", "ledger", { Host: host });
    assert.equal(status, 403);
    assert.match(json.error, /--public-url http:\/\/NAME:PORT /);
  }
});

test("the sandbox accepts control calls at its public URL, and redirects payers there", async (t) => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address();
  await new Promise((resolve) => holder.close(resolve));
  const sandbox = await sandboxFor(t, { port, publicUrl: `http://sandbox:${port}` });
  assert.equal((await control(sandbox, "GET", "ledger", { Host: `sandbox:${port}` })).status, 200);
  assert.equal((await control(sandbox, "GET", "ledger", { Host: "sandbox:1" })).status, 403);
  const here = { ...sandbox, baseUrl: `http://127.0.0.1:${port}/api` };
  const payment = await data(here, "payments/create-payment", {
    foreign_id: "a",
    coin_name: "USDTT",
    return_url: "https://shop.example/",
  });
  assert.ok(payment.redirect_url.startsWith(`http://sandbox:${port}/pay/`), payment.redirect_url);
});

test("an invalid control call is refused with the field's name", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [call, message] of [
    [() => sandbox.balances.credit({ currency: "BTC", amount: 1 }), /amount|string/],
    [() => sandbox.balances.credit({ currency: "BTC", amount: "0" }), /`amount`/],
    [() => sandbox.balances.credit({ currency: "BTC", amount: "0.000000001" }), /8 decimals/],
    [() => sandbox.deposits.create({ amount: "1" }), /`address`/],
    [() => sandbox.clock.advance({}), /`seconds`/],
    [() => sandbox.clock.freeze("yesterday"), /`now`/],
    [() => sandbox.settings.set({ callback_url: "nope" }), /`callback_url`/],
    [() => sandbox.settings.set({ required_fields: [""] }), /`required_fields`/],
    [() => sandbox.settings.set({ colour: "red" }), /`colour`/],
    [() => sandbox.currencies.set("BTC", { deposit_fee_percent: "1" }), /`deposit_fee_percent`/],
    [() => sandbox.rates.set({ BTCUSDT: "1", NOPE: "1" }), /`NOPE`/],
    [() => sandbox.rates.set({ BTCUSDT: "0" }), /`BTCUSDT`/],
  ]) {
    await assert.rejects(call, { name: "SandboxError", httpStatus: 400, message });
  }
  for (const call of [
    () => sandbox.deposits.get("nope"),
    () => sandbox.deposits.create({ amount: "1", address: "nope" }),
    () => sandbox.withdrawals.confirm("nope"),
    () => sandbox.payments.pay("nope", { amount: "1" }),
    () => sandbox.callbacks.resend("nope"),
    () => sandbox.currencies.set("NOPE", {}),
    () => sandbox.networks.set("nope", { available: true }),
    () => sandbox.balances.credit({ currency: "NOPE", amount: "1" }),
  ]) {
    await assert.rejects(call, { httpStatus: 404 });
  }
});

test("the clock starts as the real one, can be advanced and frozen, and never goes back", async (t) => {
  const sandbox = await sandboxFor(t);
  const { now, frozen } = await sandbox.clock.get();
  assert.ok(!frozen && Math.abs(Date.parse(now) - Date.now()) < 60_000);
  await sandbox.clock.advance({ days: 1, hours: 1, minutes: 1, seconds: 1 });
  const ahead = Date.parse((await sandbox.clock.get()).now) - Date.now();
  assert.ok(Math.abs(ahead - 90_061_000) < 30_000, String(ahead));
  const standing = await sandbox.clock.freeze();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(await sandbox.clock.get(), standing);
  await assert.rejects(sandbox.clock.freeze("2020-01-01T00:00:00Z"), { httpStatus: 409 });
  await sandbox.clock.resume();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.notEqual((await sandbox.clock.get()).now, standing.now);
});

test("the clock stops at the end of the year 9999", async (t) => {
  const sandbox = await sandboxFor(t);
  const { address } = await data(sandbox, "addresses/take", { foreign_id: "a", currency: "USDTT" });
  const end = "9999-12-31T23:59:59.999Z";
  assert.equal((await sandbox.clock.freeze("9999-12-31T23:59:59-12:00")).now, end);
  await sandbox.clock.resume();
  await sandbox.deposits.create({ address, amount: "50" });
  assert.equal((await sandbox.clock.advance({ days: 3650 })).now, end);
  assert.equal((await sandbox.clock.get()).now, end);
});

test("with the running clock, deposits are confirmed without control calls", async (t) => {
  const sandbox = await sandboxFor(t);
  await data(sandbox, "addresses/take", { foreign_id: "a", currency: "USDTT" });
  await sandbox.currencies.set("USDTT", { confirmations: 1 });
  await sandbox.clock.freeze();
  const { id } = await sandbox.deposits.create({ foreign_id: "a", currency: "USDTT", amount: "5" });
  // One second before the block.
  await sandbox.clock.advance({ seconds: 2 });
  assert.equal((await sandbox.deposits.get(id)).status, "not_confirmed");
  await sandbox.clock.resume();
  const deadline = Date.now() + 20_000;
  while ((await sandbox.deposits.get(id)).status !== "confirmed") {
    assert.ok(Date.now() < deadline, "the block was never found");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test("reset starts over with the same seed", async (t) => {
  const sandbox = await sandboxFor(t);
  const take = () => data(sandbox, "addresses/take", { foreign_id: "a", currency: "BTC" });
  const first = await take();
  await sandbox.balances.credit({ currency: "BTC", amount: "1" });
  await sandbox.faults.add({ kind: "latency", times: 9 });
  await sandbox.networks.set("bitcoin", { available: false });
  await sandbox.clock.freeze("2099-01-01T00:00:00Z");
  await sandbox.reset();
  assert.deepEqual(await take(), first);
  assert.deepEqual((await sandbox.ledger.get()).accounts, []);
  assert.deepEqual((await sandbox.faults.list()).faults, []);
  assert.equal((await sandbox.requests.list()).length, 1);
  assert.ok(Math.abs(Date.parse((await sandbox.clock.get()).now) - Date.now()) < 60_000);
});

test("the request log is bounded and shows parameters without the field key", async (t) => {
  const sandbox = await sandboxFor(t);
  await post(sandbox, "withdrawal/crypto", { foreign_id: "a", currency: "NOPE", key: "hush" });
  const [entry] = await sandbox.requests.list();
  assert.deepEqual(
    { ...entry, at: 0 },
    {
      at: 0,
      method: "POST",
      path: "/api/withdrawal/crypto",
      endpoint: "withdrawals.create",
      status: 404,
      code: "coin_not_found",
      reason: "there is no such coin",
      parameters: { foreign_id: "a", currency: "NOPE", key: "[redacted]" },
      fault: null,
    },
  );
  await Promise.all(
    Array.from({ length: 1005 }, () => fetch(`${sandbox.baseUrl}/ping`).then((response) => response.text())),
  );
  const log = await sandbox.requests.list();
  assert.deepEqual([log.length, log[0].path], [1000, "/api/ping"]);
  await sandbox.requests.clear();
  assert.deepEqual(await sandbox.requests.list(), []);
});

test("invalid settings of startSandbox are refused with their name", async (t) => {
  for (const [options, message] of [
    [{ port: -1 }, /`port`/],
    [{ port: "8788" }, /`port`/],
    [{ secret: "" }, /`secret`/],
    [{ seed: 7 }, /`seed`/],
    [{ callbackUrl: "nope" }, /callback URL/],
    [{ publicUrl: "https://sandbox.example/path" }, /`publicUrl`/],
  ]) {
    await assert.rejects(sandboxFor(t, options), { message });
  }
  const first = await sandboxFor(t);
  await assert.rejects(sandboxFor(t, { port: Number(new URL(first.url).port) }), { code: "EADDRINUSE" });
});

test("payers are redirected to the public URL", async (t) => {
  const sandbox = await sandboxFor(t, { publicUrl: "https://sandbox.example" });
  assert.equal(sandbox.url, "https://sandbox.example");
  assert.ok(Array.isArray(await sandbox.deposits.list()));
});
