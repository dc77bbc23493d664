// The checkout in a frame of the shop, on another origin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MERCHANT, startCheckout } from "./checkout-site.mjs";
import { assertAccessible, assertNoSidewaysScrolling, html, pageFor, screenshot, siteFor } from "./chromium.mjs";

const checkout = startCheckout("frame");

/** Returns a page of the shop, the frame with the checkout, and the link. */
async function framedVisitor(t, parameters, { sandbox = "", ...options } = {}) {
  const { page, url, foreign_id } = await checkout.visitorFor(t, parameters, options);
  await page.goto(`${checkout.shop}/?${new URLSearchParams({ framed: url, sandbox })}`);
  const frame = page.frame({ url: /\/c\// });
  await frame.locator("h1").waitFor();
  const inspect = async (name) => {
    await screenshot(t, page, `checkout-framed-${name}`);
    await assertNoSidewaysScrolling(frame);
    await assertAccessible({
      emulateMedia: (media) => page.emulateMedia(media),
      evaluate: (...parameters) => frame.evaluate(.../** @type {[any]} */ (parameters)),
    });
  };
  return { page, frame, foreign_id, inspect };
}

for (const javaScriptEnabled of [true, false]) {
  test(`the gateway's page opens in a new tab, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async (t) => {
    const parameters = { coins: ["USDTT"], mode: "both" };
    const { page, frame, foreign_id, inspect } = await framedVisitor(t, parameters, { javaScriptEnabled });
    if (javaScriptEnabled) await inspect("coins");
    await frame.getByRole("button", { name: "Continue to payment" }).click();
    await frame.getByText("The payment page opens in a new tab.").waitFor();
    if (javaScriptEnabled) await inspect("payment");
    const opens = page.waitForEvent("popup");
    await frame.getByRole("link", { name: "Continue to payment" }).click();
    const payment = await opens;
    await payment.waitForURL(`${checkout.sandbox.url}/pay/*`);
    assert.deepEqual(await payment.evaluate(() => [document.referrer, globalThis.opener]), ["", null]);

    if (!javaScriptEnabled) await frame.getByRole("link", { name: "I have sent it" }).click();
    await frame.getByText("No deposit has been seen yet.").waitFor();
    if (javaScriptEnabled) await inspect("waiting");
    await payment.fill("#amount", "12.5");
    await payment.getByRole("button", { name: "Pay", exact: true }).click();
    await frame.getByText("Seen, waiting for the network to confirm it.").waitFor();
    const [{ id }] = (await checkout.sandbox.deposits.list()).filter((deposit) => deposit.foreign_id === foreign_id);
    await checkout.sandbox.deposits.confirm(id);
    await frame.getByText("Confirmed by the network.").waitFor();
    if (javaScriptEnabled) await inspect("confirmed");
    await frame.getByRole("link", { name: `Back to ${MERCHANT}` }).click();
    await page.waitForURL(`${checkout.shop}/thanks?order=1`);
  });
}

test("the checkout works in a frame with the attribute sandbox", async (t) => {
  const docs = readFileSync(new URL("../../docs/checkout.md", import.meta.url), "utf8");
  const sandbox = /attribute `sandbox` needs\s`([^`]+)`/.exec(docs)?.[1].replace(/\s/g, " ");
  assert.ok(sandbox);
  const { page, frame } = await framedVisitor(t, { coins: ["USDTT"] }, { sandbox });
  await frame.getByRole("button", { name: "Continue to payment" }).click();
  const opens = page.waitForEvent("popup");
  await frame.getByRole("link", { name: "Continue to payment" }).click();
  const payment = await opens;
  await payment.waitForURL(`${checkout.sandbox.url}/pay/*`);
  await payment.fill("#amount", "12.5");
  await payment.getByRole("button", { name: "Pay", exact: true }).click();
  await frame.getByText("Seen, waiting for the network to confirm it.").waitFor();
  await frame.getByRole("link", { name: `Back to ${MERCHANT}` }).click();
  await page.waitForURL(`${checkout.shop}/thanks?order=1`);
});

test("the form says whether the page is in a frame, for browsers that do not", async (t) => {
  const { page, frame } = await framedVisitor(t, { coins: ["USDTT"] });
  assert.ok(await frame.locator("#framed").isEnabled());
  await page.goto(frame.url());
  assert.ok(await page.locator("#framed").isDisabled());
});

test("an address can be copied in a frame", async (t) => {
  const { frame, inspect } = await framedVisitor(t, { coins: ["USDTT"], mode: "address" });
  await frame.getByRole("button", { name: "Show the deposit address" }).click();
  await frame.getByRole("button", { name: "Copy Deposit address" }).click();
  await frame.getByRole("button", { name: "Copied Deposit address" }).waitFor();
  await inspect("address");
});

test("the Escape key first ends a composition, then clears the filter, then closes the dialog", async (t) => {
  const { page, frame } = await framedVisitor(t, { coins: undefined });
  await page.evaluate(() => {
    addEventListener("message", ({ data }) => (document.title += `, ${data}`));
    document.title = "Shop";
  });
  const filter = frame.getByRole("searchbox");
  const input = await page.context().newCDPSession(page);
  const titleAfterEscape = async () => {
    await filter.press("Escape");
    await page.waitForTimeout(200);
    return page.title();
  };
  await filter.focus();
  await input.send("Input.imeSetComposition", { text: "トロン", selectionStart: 3, selectionEnd: 3 });
  assert.equal(await titleAfterEscape(), "Shop");
  await filter.fill("tron");
  assert.equal(await frame.locator(".coin:visible").count(), 2);
  assert.equal(await titleAfterEscape(), "Shop");
  assert.equal(await filter.inputValue(), "");
  assert.equal(await frame.locator(".coin:visible").count(), 16);
  assert.equal(await titleAfterEscape(), "Shop, citrn-close");
});

test("a page on another origin cannot frame the checkout or its error pages", async (t) => {
  const { path } = await checkout.payer.link({ return_url: `${checkout.shop}/thanks` });
  for (const framed of [path, `${path}/status`, `${path}x`, "/c/x"]) {
    const stranger = await siteFor(t, (_, response) =>
      html(response, `<iframe src="${checkout.worker.url}${framed}"></iframe>`),
    );
    const page = await pageFor(t);
    const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(stranger);
    await refused;
    assert.equal(await page.frameLocator("iframe").locator("main").count(), 0);
  }
});
