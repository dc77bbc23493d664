// The page with the coins: groups, the filter, and buttons that stay visible.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, startCheckout } from "./checkout-site.mjs";
import { SCREENS, screenshotOfViewport } from "./chromium.mjs";

const checkout = startCheckout("coins");
const { visitorFor } = checkout;

const SMALL = { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** The gateway's coins as the page groups them. */
const GROUPS = [
  ["Bitcoin"],
  ["Bitcoin Cash"],
  ["BNB on BNB Smart Chain"],
  ["Cardano"],
  ["Dai (DAI)"],
  ["Dogecoin"],
  ["ETH on Ethereum"],
  ["Litecoin"],
  ["Toncoin on TON"],
  ["TRX on Tron"],
  ["USD Coin (USDC)"],
  ["USDT on BNB Smart Chain", "USDT on Ethereum", "USDT on Tron"],
  ["XRP on XRP Ledger"],
  ["TESTCOIN"],
];

const shownNames = (page) =>
  page
    .locator(".name")
    .evaluateAll((names) => names.filter((name) => name.checkVisibility()).map((name) => name.textContent));

for (const [screen, options] of Object.entries({ ...SCREENS, small: SMALL })) {
  for (const javaScriptEnabled of [true, false]) {
    const where = `on a ${screen} screen, ${javaScriptEnabled ? "with" : "without"} JavaScript`;

    test(`16 coins are grouped, and the buttons are visible without scrolling, ${where}`, async (t) => {
      const parameters = { coins: undefined, mode: "both" };
      const { page, url } = await visitorFor(t, parameters, { ...options, javaScriptEnabled });
      await page.goto(url);
      const groups = page.locator(".coins");
      const names = await groups.evaluateAll((groups) =>
        groups.map((group) => [...group.querySelectorAll(".name")].map((name) => name.textContent)),
      );
      assert.deepEqual(names, GROUPS);
      assert.equal(await page.getByRole("searchbox").count(), javaScriptEnabled ? 1 : 0);
      assert.match(await page.textContent("main"), /at least 0\.0001 BTC/);
      assert.equal(await page.textContent("header strong"), "SANDBOX");

      const { height } = options.viewport;
      const top = await page.getByRole("radio").first().boundingBox();
      for (const name of ["Continue to payment", "Show the deposit address"]) {
        const box = await page.getByRole("button", { name }).boundingBox();
        assert.ok(box.y + box.height <= height, `${name} ends at ${box.y + box.height} of ${height}`);
        if (options !== SMALL) assert.ok(top.y + top.height <= box.y, "the first coin is visible above the buttons");
      }
      const name = `16-coins-${screen}${javaScriptEnabled ? "" : "-plain"}`;
      await screenshotOfViewport(t, page, `checkout-${name}-top`);
      await inspect(t, page, name, { javaScriptEnabled });
    });
  }
}

test("the buttons do not cover the focused coin, and leave room on a low screen", async (t) => {
  const { page, url } = await visitorFor(t, { coins: undefined, mode: "both" }, SCREENS.phone);
  await page.goto(url);
  await page.getByRole("radio").first().focus();
  for (let count = 0; count < 16; count += 1) {
    const { bottom, bar } = await page.evaluate(() => ({
      bottom: document.activeElement.closest("label").getBoundingClientRect().bottom,
      bar: document.querySelector(".actions").getBoundingClientRect().top,
    }));
    assert.ok(bottom <= bar + 1, `coin ${count} ends at ${bottom}, the buttons begin at ${bar}`);
    await page.keyboard.press("ArrowDown");
  }
  await page.setViewportSize({ width: 740, height: 360 });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".actions")).position), "static");
  await inspect(t, page, "16-coins-landscape");
});

test("typing filters the coins", async (t) => {
  const { page, url } = await visitorFor(t, { coins: undefined, mode: "both" }, SCREENS.phone);
  await page.goto(url);
  const filter = page.getByRole("searchbox", { name: "Find a coin or network" });
  for (const [typed, shown] of /** @type {const} */ ([
    ["tron", ["TRX on Tron", "USDT on Tron"]],
    [" TRON usdt", ["USDT on Tron"]],
    ["btc", ["Bitcoin"]],
    ["at least", []],
  ])) {
    await filter.fill(typed);
    assert.deepEqual(await shownNames(page), shown, typed);
    assert.equal(await page.getByRole("status").textContent(), shown.length ? "" : "No coin matches.");
  }
  await inspect(t, page, "no-match");
  await filter.fill("usdt");
  await inspect(t, page, "filtered");
  await filter.press("Enter");
  assert.equal(page.url(), url, "the Enter key does not submit the form");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("value")), "USDTB");
  await page.getByRole("radio", { name: "USDT on Tron" }).tap();
  await filter.fill("bitcoin");
  assert.deepEqual(
    await shownNames(page),
    ["Bitcoin", "Bitcoin Cash", "USDT on Tron"],
    "the chosen coin stays visible",
  );
  await filter.fill("");
  assert.equal((await shownNames(page)).length, 16);
});

test("a short list has no filter, and keeps the merchant's order", async (t) => {
  const { page, url } = await visitorFor(t, { coins: ["USDTT", "BTC", "USDTE"], mode: "address" }, SCREENS.phone);
  await page.goto(url);
  assert.deepEqual(await shownNames(page), ["USDT on Tron", "USDT on Ethereum", "Bitcoin"]);
  assert.equal(await page.getByRole("searchbox").count(), 0);
  assert.equal(await page.getByRole("button").count(), 1);
});

test("the script writes times in the payer's time zone", async (t) => {
  const timeZone = "Asia/Tokyo";
  const { page, url } = await visitorFor(t, {}, { timezoneId: timeZone });
  await page.goto(url);
  const time = page.locator("time");
  const format = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone });
  const spaced = (text) => text.replace(/\s/g, " ");
  assert.equal(spaced(await time.textContent()), spaced(format.format(new Date(await time.getAttribute("datetime")))));
  assert.match(await page.textContent("main"), /This link expires in 59 minutes/);
});
