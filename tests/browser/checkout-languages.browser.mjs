// The checkout in the payer's language: every page in Arabic, and the pages with the longest texts in every language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, startCheckout } from "./checkout-site.mjs";
import { assertNoSidewaysScrolling, SCREENS, screenshot, screenshotOfViewport } from "./chromium.mjs";

/** The narrowest screen, in pixels (WCAG 2.2, criterion 1.4.10). */
const NARROWEST = 320;
/** The languages besides English, which the other tests of the checkout read. */
const LANGUAGES = ["ar", "de", "es", "fr", "pt", "ru", "tr", "zh"];

const checkout = startCheckout("languages");
const { visitorFor } = checkout;

/** Asserts the language and the direction of a page. */
async function assertLanguage(page, lang) {
  const { lang: shown, dir } = await page.evaluate(() => {
    const { lang, dir } = document.documentElement;
    return { lang, dir };
  });
  assert.deepEqual([shown, dir], [lang, lang === "ar" ? "rtl" : "ltr"]);
}

/** Presses the button of a payment mode: its text depends on the language. */
const choose = (page, mode) => page.locator(`button[name=mode][value=${mode}]`).click();

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const javaScriptEnabled of screen === "phone" ? [true, false] : [true]) {
    const where = `on a ${screen}, ${javaScriptEnabled ? "with" : "without"} JavaScript`;
    const name = (state) => `ar-${state}-${screen}${javaScriptEnabled ? "" : "-plain"}`;

    test(`every page is laid out from right to left in Arabic, ${where}`, async (t) => {
      const permissions = javaScriptEnabled ? ["clipboard-read", "clipboard-write"] : [];
      const parameters = { coins: ["XRP", "USDTT", "BTC"], mode: "both" };
      const { page, url, foreign_id } = await visitorFor(t, parameters, { ...options, javaScriptEnabled, permissions });
      const inspectPage = async (state) => {
        await assertLanguage(page, "ar");
        await inspect(t, page, name(state), { javaScriptEnabled });
      };
      await page.goto(`${url}?lang=ar`);
      await inspectPage("coins");
      const radio = await page.getByRole("radio").first().boundingBox();
      const text = await page.locator(".coin .name").first().boundingBox();
      assert.ok(radio.x > text.x + text.width, "the radio buttons are on the right");
      assert.equal(await page.locator(".coin").nth(1).locator("bdi").last().textContent(), "USDT");

      // An address keeps its direction, its text and its bytes.
      await page.getByRole("radio").first().check();
      await choose(page, "address");
      await inspectPage("address");
      for (const id of ["memo", "address"]) {
        const shown = page.locator(`#${id}`);
        const value = await shown.textContent();
        assert.match(value, /^[0-9A-Za-z]+$/);
        assert.equal(await shown.evaluate((code) => getComputedStyle(code).direction), "ltr");
        if (javaScriptEnabled) {
          await page.locator(`#${id}-copy`).click();
          assert.equal(await page.evaluate(() => navigator.clipboard.readText()), value);
        }
      }
      await page.getByRole("link", { name: "لقد أرسلت المبلغ" }).click();
      await page.getByText("لم يُرصد أي إيداع بعد.").waitFor();
      await inspectPage("waiting");

      // The gateway's page returns to the same language.
      await page.goto(`${url}?lang=ar`);
      await page.getByRole("radio").nth(1).check();
      await choose(page, "redirect");
      await page.waitForURL(`${checkout.sandbox.url}/pay/*`);
      await page.fill("#amount", "12.5");
      await page.getByRole("button", { name: "Pay", exact: true }).click();
      await page.waitForURL(`${checkout.worker.url}/c/*/status?lang=ar`);
      await page.getByText("رُصد، وهو بانتظار تأكيد الشبكة.").waitFor();
      const amount = page.locator(".deposit h2 bdi").first();
      assert.equal(await amount.textContent(), "12.5");
      await inspectPage("seen");
      const [{ id }] = (await checkout.sandbox.deposits.list()).filter((deposit) => deposit.foreign_id === foreign_id);
      await checkout.sandbox.deposits.confirm(id);
      await page.getByText("أكدته الشبكة.").waitFor({ timeout: 15_000 });
      await inspectPage("confirmed");

      await page.goto(`${url}x?lang=ar`);
      await inspectPage("error");
    });
  }
}

test("the browser's language is used if the link selects none", async (t) => {
  for (const [locale, lang] of [
    ["pt-BR", "pt"],
    ["ar-EG", "ar"],
    ["nl", "en"],
  ]) {
    const { page, url } = await visitorFor(t, {}, { locale });
    await page.goto(url);
    await assertLanguage(page, lang);
    await page.goto(`${url}?lang=ru`);
    await assertLanguage(page, "ru");
  }
});

for (const lang of LANGUAGES) {
  test(`the pages fit a narrow phone, and the buttons are visible with 16 coins: ${lang}`, async (t) => {
    const { page, url } = await visitorFor(t, { coins: undefined, mode: "both" }, SCREENS.phone);
    const fits = async (state) => {
      await page.setViewportSize({ ...SCREENS.phone.viewport, width: NARROWEST });
      await assertNoSidewaysScrolling(page);
      await page.setViewportSize(SCREENS.phone.viewport);
      await screenshot(t, page, `checkout-${lang}-${state}`);
    };
    await page.goto(`${url}?lang=${lang}`);
    await assertLanguage(page, lang);
    const { height } = SCREENS.phone.viewport;
    const top = await page.getByRole("radio").first().boundingBox();
    for (const mode of ["redirect", "address"]) {
      const box = await page.locator(`button[name=mode][value=${mode}]`).boundingBox();
      assert.ok(box.y + box.height <= height, `${mode} ends at ${box.y + box.height} of ${height}`);
      assert.ok(top.y + top.height <= box.y, "the first coin is visible above the buttons");
    }
    const { text, room } = await page.locator("#filter").evaluate((/** @type {HTMLInputElement} */ input) => {
      const style = getComputedStyle(input);
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context.font = style.font;
      const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      return { text: context.measureText(input.placeholder).width, room: input.clientWidth - padding };
    });
    assert.ok(text > 0 && text <= room, `the filter's hint needs ${text} pixels, and has ${room}`);
    await screenshotOfViewport(t, page, `checkout-${lang}-top`);
    await fits("16-coins");
    await page.locator("input[value=XRP]").check();
    await choose(page, "address");
    await fits("memo");
    await page.goto(`${url}/status?lang=${lang}`);
    await fits("waiting");
  });
}
