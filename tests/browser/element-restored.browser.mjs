// The element in a page that the browser keeps for the way back (back/forward cache).
import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium as driver } from "playwright-core";
import { CHROMIUM_FLAGS, chromium } from "../../scripts/chromium.mjs";
import { startSite } from "./element/site.mjs";

test("a page that the browser restores follows the status again", async (t) => {
  const site = await startSite();
  t.after(() => site.close());
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  const browser = await driver.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS, ignoreDefaultArgs });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const { url } = await site.link({ coins: ["USDTT"] });
  await page.goto(site.page(url, { attributes: "follow mode=dialog" }));
  await page.waitForSelector("citrn-pay[state=waiting]");
  await page.evaluate(() =>
    addEventListener("pageshow", ({ persisted }) => (document.title = `restored: ${persisted}`)),
  );
  await page.click("a");
  await page.frameLocator("citrn-pay iframe").getByRole("button", { name: "Show the deposit address" }).click();
  const address = await page.frameLocator("citrn-pay iframe").locator("#address").textContent();

  const elsewhere = site.page(site.checkout);
  await page.evaluate((url) => location.assign(url), elsewhere);
  await page.waitForURL(elsewhere);
  const { id } = await site.gateway.deposits.create({ address, amount: "25" });
  await page.evaluate(() => history.back());
  await page.waitForSelector("citrn-pay[state=seen]");
  assert.equal(await page.title(), "restored: true");
  await site.gateway.deposits.confirm(id);
  await page.waitForSelector("citrn-pay[state=confirmed]");
  await page.keyboard.press("Escape");
  await page.locator("citrn-pay a:focus").waitFor();
});
