// The display settings of payers: large text, forced colours, reduced motion, and print.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCheckout } from "./checkout-site.mjs";
import { assertNoSidewaysScrolling, readQrCode, SCREENS, screenshot } from "./chromium.mjs";

const LANGUAGES = ["ar", "de", "en", "es", "fr", "pt", "ru", "tr", "zh"];
/** Twice the default size of text, in pixels (WCAG 2.2, criterion 1.4.4). */
const LARGE_TEXT = { fontSizes: { standard: 32, fixed: 26 } };

const checkout = startCheckout("display");

test("no page scrolls sideways with text of 200 %, in every language", async (t) => {
  const parameters = { coins: ["XRP", "USDTT"], mode: "both" };
  const { page, url } = await checkout.visitorFor(t, parameters, SCREENS.phone);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setFontSizes", LARGE_TEXT);
  const assertFits = async (name, language) => {
    await screenshot(t, page, `checkout-large-${name}-${language}`);
    await assertNoSidewaysScrolling(page);
    const heading = await page.locator("h1").evaluate((h1) => Number.parseFloat(getComputedStyle(h1).fontSize));
    assert.equal(heading, 44, "the text is large");
  };
  for (const language of LANGUAGES) {
    await page.goto(`${url}?lang=${language}`);
    await assertFits("coins", language);
    await page.locator("input[value=XRP]").check();
    await page.locator("button[value=address]").click();
    await page.locator("#memo").waitFor();
    await assertFits("address", language);
    const shop = await page.locator("header bdi").boundingBox();
    assert.ok(shop.width > 100, "the shop's name is not broken into letters");
    await page.goto(`${url}/status?lang=${language}`);
    await assertFits("status", language);
  }
});

test("the pages can be used with forced colours and reduced motion", async (t) => {
  const settings = /** @type {const} */ ({ forcedColors: "active", reducedMotion: "reduce" });
  const parameters = { coins: ["XRP", "USDTT"], mode: "address" };
  const { page, url } = await checkout.visitorFor(t, parameters, { ...SCREENS.phone, ...settings });
  await page.goto(url);
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    const colors = await page.getByRole("button").evaluate((button) => {
      const { color, backgroundColor, borderTopColor } = getComputedStyle(button);
      return [color, borderTopColor, backgroundColor];
    });
    const [ink, paper] = colorScheme === "dark" ? ["255, 255, 255", "0, 0, 0"] : ["0, 0, 0", "255, 255, 255"];
    assert.deepEqual(colors, [`rgb(${ink})`, `rgb(${ink})`, `rgb(${paper})`], colorScheme);
  }
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Show the deposit address" }).click();
  const address = await page.textContent("#address");
  assert.match(readQrCode(await screenshot(t, page, "checkout-forced-colors")) ?? "", new RegExp(`^${address}`));
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test("the address is printed with its memo and its QR code, dark on white", async (t) => {
  const { page, url } = await checkout.visitorFor(t, { coins: ["XRP"], mode: "address" }, SCREENS.phone);
  await page.goto(url);
  await page.getByRole("button", { name: "Show the deposit address" }).click();
  await page.locator("#memo").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.ok(readQrCode(await screenshot(t, page, "checkout-print")));
  for (const id of ["memo", "address"]) assert.ok(await page.locator(`#${id}`).isVisible(), id);
});
