import assert from "node:assert/strict";
import { test } from "node:test";
import { balance, data, merchantFor, sandboxFor } from "./gateway.mjs";

const RETURN_URL = "https://shop.example/thanks?order=1&x=<y>";

async function payment(sandbox, coin_name = "USDTT") {
  return data(sandbox, "payments/create-payment", { foreign_id: "user-17", coin_name, return_url: RETURN_URL });
}

/** Submits one of the page's forms, as a browser without JavaScript does. */
const submit = (url, fields, headers = {}) =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });

test("the page shows coin, address, QR code, remaining time and the word SANDBOX", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  const { redirect_url } = await payment(sandbox, "XRP");
  const { address, memo } = await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "XRP" });
  const response = await fetch(redirect_url);
  const html = await response.text();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(html, /<html lang=en>/);
  assert.match(html, /name=viewport/);
  assert.match(html, /SANDBOX/);
  assert.match(html, /<h1>Pay with XRP<\/h1>/);
  assert.match(html, new RegExp(`<code id=address>${address}</code>`));
  assert.match(html, new RegExp(`<code id=memo>${memo}</code>`));
  assert.match(html, /<svg role="img" aria-label="QR code of the address"/);
  assert.match(html, /30 min 00 s/);
  assert.ok(!html.includes("<script"), "a frozen clock counts nothing down");
  assert.ok(html.includes('href="https://shop.example/thanks?order=1&amp;x=&lt;y&gt;"'));
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'sha256-[\w+/]+={0,2}'/);
});

test("paying any amount creates a deposit and redirects the payer back", async (t) => {
  const merchant = await merchantFor(t);
  const sandbox = await sandboxFor(t, { callbackUrl: merchant.url });
  const { redirect_url, session_id } = await payment(sandbox);
  const paid = await submit(redirect_url, { action: "pay", amount: " 12.5 ", confirmed: "yes" });
  assert.deepEqual([paid.status, paid.headers.get("location")], [303, RETURN_URL]);
  const { status, deposit_id } = await sandbox.payments.get(session_id);
  assert.equal(status, "paid");
  assert.equal((await sandbox.deposits.get(deposit_id)).amount, "12.50000000");
  assert.equal(await balance(sandbox, "USDTT"), "12.37500000");
  const deadline = Date.now() + 5000;
  while (merchant.received.length === 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(merchant.received[0].json.crypto_address.foreign_id, "user-17");
  assert.match(await (await fetch(redirect_url)).text(), /confirmed, 19 of 19 confirmations/);
  assert.equal((await submit(redirect_url, { action: "pay", amount: "1" })).status, 400);
  assert.equal((await sandbox.deposits.list()).length, 1);
});

test("cancelling and expiring redirect the payer back too", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [action, status, page] of [
    ["cancel", "cancelled", 200],
    ["expire", "expired", 410],
  ]) {
    const { redirect_url, session_id } = await payment(sandbox);
    const answer = await submit(redirect_url, { action });
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, RETURN_URL]);
    assert.equal((await sandbox.payments.get(session_id)).status, status);
    assert.equal((await fetch(redirect_url)).status, page);
    assert.notEqual((await submit(redirect_url, { action: "pay", amount: "5" })).status, 303);
  }
  assert.deepEqual(await sandbox.deposits.list(), []);
});

test("an invalid amount is explained on the page", async (t) => {
  const sandbox = await sandboxFor(t);
  const { redirect_url, session_id } = await payment(sandbox);
  for (const amount of ["", "0", "-1", "1e3", "12,5", "0.0000001", "<b>"]) {
    const answer = await submit(redirect_url, { action: "pay", amount });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /<p role=alert id=problem>The amount/);
  }
  assert.equal((await submit(redirect_url, { action: "steal" })).status, 400);
  assert.equal((await sandbox.payments.get(session_id)).status, "open");
});

test("a form of another site has no effect", async (t) => {
  const sandbox = await sandboxFor(t);
  const { redirect_url, session_id } = await payment(sandbox);
  const foreign = await submit(redirect_url, { action: "cancel" }, { Origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  assert.equal((await sandbox.payments.get(session_id)).status, "open");
  assert.equal((await submit(redirect_url, { action: "cancel" }, { Origin: sandbox.url })).status, 303);
});

test("sessions expire by the sandbox's clock", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.clock.freeze();
  const { redirect_url, session_id } = await payment(sandbox);
  await sandbox.clock.advance({ minutes: 29, seconds: 59 });
  assert.match(await (await fetch(redirect_url)).text(), /0 min 01 s/);
  await sandbox.clock.advance({ seconds: 1 });
  const expired = await fetch(redirect_url);
  assert.equal(expired.status, 410);
  assert.match(await expired.text(), /payment_expired/);
  await assert.rejects(sandbox.payments.pay(session_id, { amount: "5" }), { httpStatus: 409 });
});

test("the page returns the session as JSON if requested", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.clock.freeze("2027-01-01T00:00:00Z");
  const { redirect_url, session_id } = await payment(sandbox);
  const response = await fetch(redirect_url, { headers: { Accept: "application/json" } });
  const { address } = await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "USDTT" });
  assert.deepEqual((await response.json()).data, {
    session_id,
    status: "open",
    coin_name: "USDTT",
    address,
    memo: null,
    foreign_id: "user-17",
    return_url: RETURN_URL,
    expires_at: "2027-01-01T00:30:00Z",
  });
});
