// Relative times: they promise no more time than is left, in every language and with any clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCheckout } from "./checkout-site.mjs";

const LANGUAGES = ["ar", "de", "en", "es", "fr", "pt", "ru", "tr", "zh"];
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
/** The remaining time in milliseconds, and the relative time that the page shows within a second. */
const BOUNDARIES = /** @type {const} */ ([
  [2 * DAY, 2, "day"],
  [2 * DAY - SECOND, 47, "hour"],
  [2 * HOUR, 2, "hour"],
  [2 * HOUR - SECOND, 119, "minute"],
  [HOUR, 60, "minute"],
  [HOUR - SECOND, 59, "minute"],
  [59 * MINUTE - SECOND, 58, "minute"],
  [2 * MINUTE, 2, "minute"],
  [2 * MINUTE - SECOND, 1, "minute"],
  [MINUTE, 1, "minute"],
  [MINUTE - SECOND, 0, "near"],
  [SECOND, 0, "near"],
]);

const checkout = startCheckout("times");

for (const language of LANGUAGES) {
  test(`a page in ${language} shows whole units of the time that is left`, async (t) => {
    const { page, url } = await checkout.visitorFor(t, { coins: ["BTC"], expires_in: 3 * 86_400 });
    await page.clock.install();
    await page.goto(`${url}?lang=${language}`);
    const span = page.locator("#expires span");
    const near = await span.getAttribute("data-near");
    const format = new Intl.RelativeTimeFormat(`${language}-u-nu-latn`);
    const expiresAt = Math.floor(Number(await span.getAttribute("data-at")));
    for (const [left, count, unit] of BOUNDARIES) {
      await page.clock.pauseAt(expiresAt - left);
      assert.equal(await span.textContent(), unit === "near" ? near : format.format(count, unit), `${left}`);
    }
  });
}

for (const hours of [-30, 30]) {
  test(`the clock of a payer may be wrong by ${hours} hours`, async (t) => {
    const { page, url } = await checkout.visitorFor(t, { coins: ["BTC"] });
    await page.clock.install({ time: Date.now() + hours * HOUR });
    await page.goto(url);
    assert.match(await page.textContent("#expires"), /expires in 59 minutes/);
    await page.clock.fastForward(2 * MINUTE);
    assert.match(await page.textContent("#expires"), /expires in 57 minutes/);
  });
}

test("the page of a link that expires says so", async (t) => {
  const { page, url } = await checkout.visitorFor(t, { coins: ["BTC"], expires_in: 4 });
  await page.goto(url);
  assert.match(await page.textContent("#expires"), /in less than a minute/);
  await page.getByRole("heading", { name: "This link has expired" }).waitFor();
});

test("a page that expires is requested once, however long the answer takes", async (t) => {
  const { page, url } = await checkout.visitorFor(t, { coins: ["BTC"], expires_in: 4 });
  await page.goto(url);
  let requests = 0;
  await page.route(url, async (route) => {
    requests += 1;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await route.continue();
  });
  await page.getByRole("heading", { name: "This link has expired" }).waitFor();
  assert.equal(requests, 1);
});
