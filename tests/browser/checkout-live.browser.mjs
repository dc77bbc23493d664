// The status page follows the payer's deposits while it is open.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, MERCHANT, startCheckout } from "./checkout-site.mjs";
import { SCREENS } from "./chromium.mjs";

/** The longest time between a callback and the page that shows it, in milliseconds. */
const SHOWN_WITHIN = 2_000;
const SEEN = "Seen, waiting for the network to confirm it.";
const CONFIRMED = "Confirmed by the network.";

const checkout = startCheckout("live");

/** Returns the open status page of a payer with a deposit address, and its requests by type. */
async function waitingPayer(t, options = {}) {
  const visitor = await checkout.visitorFor(t, { coins: ["USDTT"], mode: "address" }, { ...SCREENS.phone, ...options });
  const { page, url } = visitor;
  await page.goto(url);
  await page.getByRole("button", { name: "Show the deposit address" }).click();
  const address = await page.textContent("#address");
  const requests = { document: 0, eventsource: 0, fetch: 0 };
  page.on("request", (request) => (requests[request.resourceType()] += 1));
  return { ...visitor, address, requests };
}

const openStatus = (page) => page.getByRole("link", { name: "I have sent it" }).click();

test("deposits appear in place", async (t) => {
  const { page, address, requests } = await waitingPayer(t);
  await openStatus(page);
  await page.getByText("This page updates by itself.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Refresh now" }).count(), 0);
  await inspect(t, page, "live-waiting");
  const back = page.getByRole("link", { name: `Back to ${MERCHANT}` });
  const backgroundOf = (link) => link.evaluate((element) => getComputedStyle(element).backgroundColor);
  const plain = await backgroundOf(back);
  const focused = page.getByRole("link", { name: "Stop refreshing" });
  await focused.focus();

  const status = page.getByRole("status");
  const { id } = await checkout.sandbox.deposits.create({ address, amount: "25" });
  await status.getByText(SEEN).waitFor();
  assert.notEqual(await backgroundOf(back), plain, "the way back is prominent once a deposit arrived");
  const since = Date.now();
  await checkout.sandbox.deposits.confirm(id);
  await status.getByText(CONFIRMED).waitFor({ timeout: SHOWN_WITHIN });
  t.diagnostic(`shown ${Date.now() - since} ms after the gateway confirmed it`);
  assert.match(await status.textContent(), /After the gateway's fees: 24\.75 USDT on Tron/);
  assert.ok(await focused.evaluate((link) => link === document.activeElement), "the focus stays");
  await inspect(t, page, "live-confirmed");
  // Longer than the refresh without JavaScript.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  assert.deepEqual(requests, { document: 1, eventsource: 1, fetch: 2 });
});

test("a deposit moves to the earlier ones when the payer begins another session", async (t) => {
  const { page, url } = await checkout.visitorFor(t, { coins: ["USDTT"], mode: "both" }, SCREENS.phone);
  await page.goto(url);
  await page.locator(".coin input").check();
  await page.getByRole("button", { name: "Show the deposit address" }).click();
  const address = await page.textContent("#address");
  await openStatus(page);
  await page.getByText("This page updates by itself.").waitFor();
  await checkout.sandbox.deposits.create({ address, amount: "25" });
  await page.locator("#now .deposit").waitFor();
  const begun = await page.request.post(url, { form: { coin: "USDTT", mode: "redirect" } });
  assert.equal(begun.status(), 200);
  await page.locator("#earlier .deposit").waitFor({ timeout: SHOWN_WITHIN });
});

test("a hidden page does not listen, and catches up when the payer returns to it", async (t) => {
  const { page, address, requests } = await waitingPayer(t);
  await page.addInitScript(() =>
    Object.defineProperty(document, "hidden", { get: () => /** @type {any} */ (globalThis).isHidden === true }),
  );
  const show = (isHidden) =>
    page.evaluate((isHidden) => {
      Object.assign(globalThis, { isHidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await openStatus(page);
  await page.getByText("This page updates by itself.").waitFor();
  await show(true);
  await checkout.sandbox.deposits.create({ address, amount: "25" });
  await new Promise((resolve) => setTimeout(resolve, SHOWN_WITHIN));
  assert.equal(await page.locator(".deposit").count(), 0);
  await show(false);
  await page.getByText(SEEN).waitFor({ timeout: SHOWN_WITHIN });
  assert.equal(requests.document, 1);
});

test("the page listens again after an error", async (t) => {
  const { page, address } = await waitingPayer(t);
  let failures = 0;
  await page.route("**/status", (route) => {
    const isStream = route.request().resourceType() === "eventsource";
    return isStream && (failures += 1) === 1 ? route.fulfill({ status: 503 }) : route.continue();
  });
  await page.clock.install();
  await openStatus(page);
  await checkout.sandbox.deposits.create({ address, amount: "25" });
  while (failures === 0) await page.clock.runFor(100);
  assert.equal(await page.locator(".deposit").count(), 0);
  await page.clock.runFor(31_000);
  await page.getByText(SEEN).waitFor();
});

test("a payer can stop the updates", async (t) => {
  const { page, address, requests } = await waitingPayer(t);
  await openStatus(page);
  await page.getByRole("link", { name: "Stop refreshing" }).click();
  await page.waitForURL("**/status?refresh=off");
  const { eventsource } = requests;
  await checkout.sandbox.deposits.create({ address, amount: "25" });
  await new Promise((resolve) => setTimeout(resolve, SHOWN_WITHIN));
  assert.deepEqual([requests.eventsource, await page.locator(".deposit").count()], [eventsource, 0]);
  await page.getByRole("link", { name: "Refresh now" }).click();
  await page.getByText(SEEN).waitFor();
});
