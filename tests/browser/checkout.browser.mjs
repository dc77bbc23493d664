// A payer's way through the checkout, on a phone and a desktop, with and without JavaScript.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, MERCHANT, startCheckout } from "./checkout-site.mjs";
import { readQrCode, SCREENS, screenshot } from "./chromium.mjs";

const checkout = startCheckout("checkout");
const { visitorFor } = checkout;

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const javaScriptEnabled of [true, false]) {
    const where = `on a ${screen}, ${javaScriptEnabled ? "with" : "without"} JavaScript`;
    const name = (state) => `${state}-${screen}${javaScriptEnabled ? "" : "-plain"}`;
    const act = options.hasTouch ? "tap" : "click";

    test(`a payer goes from the link to the gateway, back to the status, and to the shop, ${where}`, async (t) => {
      const { page, path, url, foreign_id } = await visitorFor(
        t,
        { coins: ["USDTT", "BTC", "ETH", "XRP"], mode: "both" },
        { ...options, javaScriptEnabled },
      );
      await page.goto(url);
      assert.equal(await page.textContent("h1"), `Top up your balance at ${MERCHANT}`);
      await inspect(t, page, name("coins"), { javaScriptEnabled });
      await page.getByRole("radio", { name: "USDT on Tron" })[act]();
      await page.getByRole("button", { name: "Continue to payment" })[act]();

      await page.waitForURL(`${checkout.sandbox.url}/pay/*`);
      assert.equal(await page.textContent("h1"), "Pay with USDTT");
      assert.equal(await page.evaluate(() => document.referrer), "", "the gateway receives no referrer");
      await page.fill("#amount", "12.5");
      await page.getByRole("button", { name: "Pay", exact: true })[act]();

      await page.waitForURL(`${checkout.worker.url}/c/*/status`);
      assert.ok(!page.url().startsWith(url), "the gateway does not receive the link");
      await page.getByText("Seen, waiting for the network to confirm it.").waitFor();
      assert.equal(await page.textContent(".deposit h2"), "12.5 USDT on Tron");
      await inspect(t, page, name("seen"), { javaScriptEnabled });
      const [{ id }] = (await checkout.sandbox.deposits.list()).filter((deposit) => deposit.foreign_id === foreign_id);
      await checkout.sandbox.deposits.confirm(id);
      // The page refreshes itself.
      await page.getByText("Confirmed by the network.").waitFor({ timeout: 15_000 });
      await inspect(t, page, name("confirmed"), { javaScriptEnabled });
      assert.doesNotMatch(await page.textContent("body"), /\bpaid\b/i);

      await page.getByRole("link", { name: `Back to ${MERCHANT}` })[act]();
      await page.waitForURL(`${checkout.shop}/thanks?order=1`);
      assert.equal(await page.evaluate(() => document.referrer), "", "the shop receives no referrer");
      await page.goBack();
      await page.getByText("Confirmed by the network.").waitFor();
      const again = page.getByRole("link", { name: "Choose another coin, or start again" });
      assert.equal(await again.count(), 0, "the return_url does not link to the coins");
      await page.goto(`${url}/status`);
      await page.getByText("Confirmed by the network.").waitFor();
      await again[act]();
      await page.waitForURL(checkout.worker.url + path);
    });

    test(`a payer goes from the link to a deposit address, ${where}`, async (t) => {
      const permissions = javaScriptEnabled ? ["clipboard-read", "clipboard-write"] : [];
      for (const [coin, label, uri] of [
        ["BTC", "Bitcoin", ({ address }) => `bitcoin:${address}`],
        ["ETH", "ETH on Ethereum", ({ address }) => `ethereum:${address}@1`],
        ["BCH", "Bitcoin Cash", ({ address }) => address],
        ["TON", "Toncoin on TON", ({ address, memo }) => `ton://transfer/${address}?text=${memo}`],
        ["XRP", "XRP on XRP Ledger", ({ address }) => address],
      ].slice(javaScriptEnabled ? 0 : -1)) {
        const { page, url, foreign_id } = await visitorFor(
          t,
          { coins: [coin, "USDTT"], mode: "address" },
          { ...options, javaScriptEnabled, permissions },
        );
        await page.goto(url);
        await page.getByRole("radio", { name: label })[act]();
        await page.getByRole("button", { name: "Show the deposit address" })[act]();
        await page.getByRole("heading", { level: 1, name: `Send ${label}`, exact: true }).waitFor();
        const address = await page.textContent("#address");
        const memo = (await page.locator("#memo").count()) ? await page.textContent("#memo") : undefined;
        assert.equal(memo !== undefined, ["TON", "XRP"].includes(coin));
        await inspect(t, page, name(`address-${coin}`), { javaScriptEnabled });
        for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
          await page.emulateMedia({ colorScheme });
          assert.equal(
            readQrCode(await page.screenshot({ fullPage: true })),
            uri({ address, memo }),
            `jsQR reads the URI of ${coin}, ${colorScheme}`,
          );
        }
        if (memo !== undefined) {
          const { y, height } = await page.getByText("Without it your deposit is lost").boundingBox();
          assert.ok(y + height < options.viewport.height, "the memo's warning is visible without scrolling");
          assert.ok(y < (await page.locator("#address").boundingBox()).y, "the warning is above the address");
        }
        const copy = page.getByRole("button", { name: "Copy" });
        assert.equal(
          await copy.count(),
          javaScriptEnabled ? (memo === undefined ? 1 : 2) : 0,
          "copy buttons are visible only if scripts run",
        );
        if (javaScriptEnabled) {
          for (const [field, value] of [
            ...(memo === undefined ? [] : [["Memo", memo]]),
            ["Deposit address", address],
          ]) {
            await page.getByRole("button", { name: `Copy ${field}` })[act]();
            await page.getByRole("button", { name: `Copied ${field}` }).waitFor();
            assert.equal(await page.evaluate(() => navigator.clipboard.readText()), value);
            assert.equal(
              await page.getByRole("button", { name: "Copied" }).count(),
              1,
              "only the button of the copied value confirms it",
            );
            assert.equal(await page.getByRole("status").textContent(), "Copied");
          }
          await screenshot(t, page, `checkout-${name(`copied-${coin}`)}`);
        }
        assert.match(
          await page.textContent("main"),
          /Send at least [\d.]+ [\w ]+\. Smaller deposits are not credited and may be lost\./,
        );

        const deposit = await checkout.sandbox.deposits.create({
          address,
          ...(memo === undefined ? {} : { memo }),
          amount: "5",
        });
        assert.equal(deposit.foreign_id, foreign_id);
        await page.getByRole("link", { name: "I have sent it" })[act]();
        await page.getByText("Seen, waiting for the network to confirm it.").waitFor();
        assert.equal(await page.textContent(".deposit h2"), `5 ${label}`);
        await inspect(t, page, name(`sent-${coin}`), { javaScriptEnabled });
        // The payer can return to the address and the memo through the browser's history, and by a button.
        await page.goBack();
        assert.equal(await page.textContent("#address"), address, "the browser does not ask to submit the form again");
        await page.goForward();
        await page.getByRole("button", { name: "Show the deposit address again" })[act]();
        await page.getByRole("heading", { level: 1, name: `Send ${label}`, exact: true }).waitFor();
        assert.equal(await page.textContent("#address"), address);
        await page.goto(`${url}/status`);
        assert.equal(await page.getByText("Earlier", { exact: true }).count(), 0, "the session is the same");
      }
    });
  }

  test(`errors are explained on a ${screen}`, async (t) => {
    const { page, url } = await visitorFor(t, { coins: ["USDTT"], mode: "both" }, options);
    await page.goto(`${url}/status`);
    assert.match(await page.textContent("[role=status]"), /^No deposit has been seen yet\./);
    await inspect(t, page, `nothing-${screen}`);
    for (const [state, at, heading] of [
      ["tampered", `${url.slice(0, -1)}${url.endsWith("A") ? "B" : "A"}`, "This link is not valid"],
      ["expired", await expiredLink(), "This link has expired"],
    ]) {
      await page.goto(at);
      assert.equal(await page.textContent("h1"), heading);
      assert.equal(await page.getByRole("link", { name: "Try again" }).count(), 0);
      assert.equal(await page.getByRole("link", { name: `Back to ${MERCHANT}` }).count(), state === "expired" ? 1 : 0);
      await inspect(t, page, `${state}-${screen}`);
    }

    await checkout.sandbox.networks.set("tron", { available: false });
    await page.goto(url);
    await page.getByRole("button", { name: "Show the deposit address" }).click();
    await page.getByRole("heading", { name: "The payment service cannot be reached" }).waitFor();
    await inspect(t, page, `unreachable-${screen}`);
    await checkout.sandbox.networks.set("tron", { available: true });
    await page.getByRole("link", { name: "Try again" }).click();
    // The redirect page while the gateway's page does not load: a browser stays on the page for a 204.
    await page.route(`${checkout.sandbox.url}/**`, (route) => route.fulfill({ status: 204 }));
    await page.getByRole("button", { name: "Continue to payment" }).click();
    await page.getByRole("heading", { name: "Deposit USDT on Tron" }).waitFor();
    await inspect(t, page, `redirect-${screen}`);
  });
}

/** Returns the URL of an expired link. */
async function expiredLink() {
  const { path, expiresAt } = await checkout.payer.link({ expires_in: 1, return_url: `${checkout.shop}/thanks` });
  await new Promise((resolve) => setTimeout(resolve, expiresAt + 10 - Date.now()));
  return checkout.worker.url + path;
}

test("the checkout works with the keyboard alone", async (t) => {
  const { page, url } = await visitorFor(t, { coins: ["USDTT", "BTC", "ETH"], mode: "both" }, SCREENS.desktop);
  await page.goto(url);
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      const shown = element.closest("label") ?? element;
      const { outlineStyle, outlineWidth } = getComputedStyle(shown);
      return {
        name: (element.labels?.[0] ?? element).textContent.trim(),
        outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
      };
    });
  await page.keyboard.press("Tab");
  assert.match((await focused()).name, /USDT on Tron/);
  await page.keyboard.press("ArrowDown");
  assert.match((await focused()).name, /Bitcoin/);
  assert.ok((await focused()).outlined);
  for (const name of [/^Continue to payment Opens/, /^Show the deposit address Send/]) {
    await page.keyboard.press("Tab");
    assert.match((await focused()).name, name);
    assert.ok((await focused()).outlined);
  }
  await page.keyboard.press("Enter");
  await page.locator("#address").waitFor();
  assert.equal(await page.textContent("h1"), "Send Bitcoin");
});

test("a double click starts one session, and the browser's back button returns to the coins", async (t) => {
  const { page, url, foreign_id } = await visitorFor(t, { coins: ["USDTT"] }, SCREENS.desktop);
  await page.goto(url);
  await page.getByRole("button", { name: "Continue to payment" }).dblclick();
  await page.waitForURL(`${checkout.sandbox.url}/pay/*`);
  const mine = async () =>
    (await checkout.sandbox.payments.list()).filter((payment) => payment.foreign_id === foreign_id).length;
  assert.equal(await mine(), 1);
  await page.goBack();
  await page.getByRole("button", { name: "Continue to payment" }).click();
  await page.waitForURL(`${checkout.sandbox.url}/pay/*`);
  assert.equal(await mine(), 1);
});

test("text from merchants and payers is escaped", async (t) => {
  const payload = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&lt;`;
  const { page, url } = await visitorFor(t, { foreign_id: payload, coins: ["USDTT"], mode: "both" }, SCREENS.phone);
  for (const at of [
    url,
    `${url}/status?refresh=${encodeURIComponent(payload)}`,
    `${url}${encodeURIComponent(payload)}`,
  ]) {
    await page.goto(at);
    assert.equal(await page.locator("img, main script").count(), 0);
  }
});
