// The sandbox's hosted payment page, as payers see it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { balance, data, sandboxFor } from "../sandbox/gateway.mjs";
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  html,
  pageFor,
  readQrCode,
  SCREENS,
  screenshot,
  siteFor,
} from "./chromium.mjs";

/** Starts a merchant's site with a page for returning payers. @param {import("node:test").TestContext} t */
const shopFor = (t) => siteFor(t, (_, response) => html(response, "<h1>Thanks</h1>"));

/** Starts a sandbox and a shop, and creates a payment. */
async function paymentFor(t, { coin_name = "USDTT", foreign_id = "user-17", path = "/thanks?order=1&x=<y>" } = {}) {
  const [sandbox, shop] = await Promise.all([sandboxFor(t), shopFor(t)]);
  const created = await data(sandbox, "payments/create-payment", {
    foreign_id,
    coin_name,
    return_url: `${shop}${path}`,
  });
  return {
    sandbox,
    shop,
    url: created.redirect_url,
    session: created.session_id,
    state: () => sandbox.payments.get(created.session_id),
  };
}

/** Waits until the browser is back at the shop, and returns the path and query. */
async function backAt(page, shop) {
  await page.waitForURL((url) => url.origin === shop);
  assert.equal(await page.textContent("h1"), "Thanks");
  return page.url().slice(shop.length);
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

const RETURNED = "/thanks?order=1&x=%3Cy%3E";

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const javaScriptEnabled of [true, false]) {
    const where = `on a ${screen}, ${javaScriptEnabled ? "with" : "without"} JavaScript`;

    test(`the page shows the address, the memo and the remaining time, ${where}`, async (t) => {
      const { sandbox, url } = await paymentFor(t, { coin_name: "XRP" });
      const taken = await data(sandbox, "addresses/take", { foreign_id: "user-17", currency: "XRP" });
      const page = await pageFor(t, { ...options, javaScriptEnabled });
      await page.goto(url);
      assert.equal(await page.textContent("h1"), "Pay with XRP");
      assert.equal(await page.textContent("#address"), taken.address);
      assert.equal(await page.textContent("#memo"), String(taken.memo));
      assert.match(await page.textContent("#left"), /^(30 min 00|29 min 5\d) s$/);
      const banner = page.locator("header");
      assert.match(await banner.textContent(), /^SANDBOX/);
      assert.ok(await banner.isVisible());
      const { y, height } = await banner.boundingBox();
      assert.ok(y >= 0 && y + height < options.viewport.height, "SANDBOX is visible without scrolling");
      assert.match(await page.title(), /SANDBOX/);
      await assertNoSidewaysScrolling(page);
      const picture = await screenshot(t, page, `pay-${screen}-${javaScriptEnabled ? "with" : "without"}-javascript`);
      assert.equal(readQrCode(picture), taken.address, "jsQR reads the address from the picture");
      await page.emulateMedia({ colorScheme: "dark" });
      assert.equal(readQrCode(await screenshot(t, page, `pay-${screen}-dark`)), taken.address);
      if (javaScriptEnabled) await assertAccessible(page);
      const first = await page.textContent("#left");
      await page.waitForTimeout(2_100);
      assert.equal(
        (await page.textContent("#left")) !== first,
        javaScriptEnabled,
        "the time counts down only if scripts run",
      );
    });

    test(`paying, cancelling and letting the payment expire, ${where}`, async (t) => {
      const page = await pageFor(t, { ...options, javaScriptEnabled });
      const press = options.hasTouch ? (name) => button(page, name).tap() : (name) => button(page, name).click();

      const paid = await paymentFor(t);
      await page.goto(paid.url);
      await page.fill("#amount", "12.5");
      await page.getByLabel("with all confirmations immediately").check();
      await press("Pay");
      assert.equal(await backAt(page, paid.shop), RETURNED);
      const { status, deposit_id } = await paid.state();
      assert.equal(status, "paid");
      assert.equal((await paid.sandbox.deposits.get(deposit_id)).amount, "12.50000000");
      assert.equal(await balance(paid.sandbox, "USDTT"), "12.37500000");
      await page.goto(paid.url);
      assert.equal(await page.textContent("h1"), "Paid");
      assert.match(await page.textContent("#deposit"), /12\.50000000 USDTT: confirmed/);
      await screenshot(t, page, `paid-${screen}`);
      if (javaScriptEnabled) await assertAccessible(page);
      await page.getByRole("link", { name: "Back to the shop" }).click();
      assert.equal(await backAt(page, paid.shop), RETURNED);

      for (const [label, outcome, heading] of [
        ["Cancel the payment", "cancelled", "Cancelled"],
        ["Let the payment expire", "expired", "This payment has expired."],
      ]) {
        const given = await paymentFor(t);
        await page.goto(given.url);
        await press(label);
        assert.equal(await backAt(page, given.shop), RETURNED);
        assert.equal((await given.state()).status, outcome);
        assert.deepEqual(await given.sandbox.deposits.list(), []);
        await page.goto(given.url);
        assert.equal(await page.textContent("h1"), heading);
        await screenshot(t, page, `${outcome}-${screen}`);
        if (javaScriptEnabled) await assertAccessible(page);
        await page.getByRole("link", { name: "Back to the shop" }).click();
        assert.equal(await backAt(page, given.shop), RETURNED);
      }
    });

    test(`an invalid amount is explained and kept in the field, ${where}`, async (t) => {
      const { url, shop, state } = await paymentFor(t);
      const page = await pageFor(t, { ...options, javaScriptEnabled });
      await page.goto(url);
      await page.fill("#amount", '12,5"><b>');
      await button(page, "Pay").click();
      assert.match(await page.getByRole("alert").textContent(), /^The amount must be digits/);
      assert.equal(await page.inputValue("#amount"), '12,5"><b>');
      assert.equal(await page.locator("#amount").getAttribute("aria-describedby"), "problem");
      assert.match(await page.title(), /^Error/);
      assert.equal(await page.evaluate(() => document.activeElement.id), "amount", "the invalid field has the focus");
      await screenshot(t, page, `mistake-${screen}`);
      if (javaScriptEnabled) await assertAccessible(page);
      assert.equal((await state()).status, "open");
      await page.fill("#amount", "5");
      await page.keyboard.press("Enter");
      await backAt(page, shop);
      assert.equal((await state()).status, "paid");
    });
  }
}

/** Returns the name of the focused element, and whether its focus is visible. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, bottom } = element.getBoundingClientRect();
    const label = element.labels?.[0]?.textContent ?? element.textContent;
    return {
      name: label.trim(),
      outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
      inView: top >= 0 && bottom <= innerHeight,
    };
  });

/** Presses Tab until the element with this name has the focus, which must be visible. */
async function tabTo(page, name) {
  const seen = [];
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press("Tab");
    const { name: reached, outlined } = await focused(page);
    seen.push(reached);
    if (reached !== name) continue;
    assert.ok(outlined, `${name} shows that it has the focus`);
    const deadline = Date.now() + 10_000;
    while (!(await focused(page)).inView) assert.ok(Date.now() < deadline, `${name} is scrolled into view`);
    return seen;
  }
  return assert.fail(`Tab never reached "${name}", only ${seen.join(", ")}`);
}

for (const javaScriptEnabled of [true, false]) {
  test(`the page works with the keyboard alone, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async (t) => {
    const page = await pageFor(t, { ...SCREENS.desktop, javaScriptEnabled });
    const paid = await paymentFor(t);
    await page.goto(paid.url);
    const order = await tabTo(page, "Back to the shop");
    assert.deepEqual(order, [
      "Amount in USDTT",
      "with all confirmations immediately",
      "Pay",
      "Cancel the payment",
      "Let the payment expire",
      "Back to the shop",
    ]);
    await page.goto(paid.url);
    await tabTo(page, "Amount in USDTT");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("7.25");
    await tabTo(page, "with all confirmations immediately");
    await page.keyboard.press("Space");
    await tabTo(page, "Pay");
    await page.keyboard.press("Enter");
    await backAt(page, paid.shop);
    const [deposit] = await paid.sandbox.deposits.list();
    assert.deepEqual([deposit.amount, deposit.status], ["7.25000000", "confirmed"]);

    for (const [label, outcome] of [
      ["Cancel the payment", "cancelled"],
      ["Let the payment expire", "expired"],
    ]) {
      const given = await paymentFor(t);
      await page.goto(given.url);
      await tabTo(page, label);
      await page.keyboard.press("Space");
      await backAt(page, given.shop);
      assert.equal((await given.state()).status, outcome);
      await page.goto(given.url);
      await tabTo(page, "Back to the shop");
      await page.keyboard.press("Enter");
      await backAt(page, given.shop);
    }
  });
}

test("text from merchants is escaped", async (t) => {
  const payload = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&lt;`;
  const { sandbox, shop, url, session } = await paymentFor(t, {
    foreign_id: payload,
    path: `/thanks?x=${payload}#"><script>alert(3)</script>`,
  });
  const page = await pageFor(t);
  await page.goto(url);
  assert.equal(await page.textContent("#foreign_id"), payload);
  const { return_url } = await sandbox.payments.get(session);
  assert.equal(await page.textContent("#return_url"), return_url);
  assert.equal(await page.getByRole("link", { name: "Back to the shop" }).getAttribute("href"), return_url);
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(
    await page.locator("script").evaluateAll((all) => all.map(({ textContent }) => textContent.includes("alert"))),
    [false],
  );
  await screenshot(t, page, "injection");
  await assertAccessible(page);
  await button(page, "Cancel the payment").click();
  await page.waitForURL((reached) => reached.origin === shop);

  for (const [field, value] of [
    ["coin_name", payload],
    ["return_url", "javascript:alert(4)"],
    ["return_url", "data:text/html,<script>alert(5)</script>"],
  ]) {
    const body = { foreign_id: "user-17", coin_name: "USDTT", return_url: `${shop}/`, [field]: value };
    await assert.rejects(data(sandbox, "payments/create-payment", body), /answered 4\d\d/, `${field}: ${value}`);
  }
  await page.goto(`${sandbox.url}/pay/${encodeURIComponent(payload)}`);
  assert.equal(await page.textContent("h1"), "There is no such payment.");
  assert.equal(await page.locator("img, script").count(), 0);
  await assertAccessible(page);
});

test("the page shows that the payment has expired without a reload, also after an invalid amount", async (t) => {
  const page = await pageFor(t);
  for (const mistake of [false, true]) {
    const { sandbox, url, shop } = await paymentFor(t);
    await sandbox.clock.advance({ minutes: 29, seconds: 56 });
    await page.goto(url);
    assert.match(await page.textContent("#left"), /^0 min 0[1-4] s$/);
    if (mistake) {
      await page.fill("#amount", "none");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    }
    await page.getByRole("heading", { name: "This payment has expired." }).waitFor();
    assert.deepEqual(await sandbox.deposits.list(), []);
    await page.getByRole("link", { name: "Back to the shop" }).click();
    assert.equal(await backAt(page, shop), RETURNED);
  }
});

test("the payer reaches a return URL that redirects to another site", async (t) => {
  const [sandbox, shop] = await Promise.all([sandboxFor(t), shopFor(t)]);
  const forwarder = await siteFor(t, (_, response) => response.writeHead(302, { location: `${shop}/thanks` }).end());
  const body = { foreign_id: "user-17", coin_name: "USDTT", return_url: `${forwarder}/back` };
  const { redirect_url } = await data(sandbox, "payments/create-payment", body);
  const page = await pageFor(t);
  await page.goto(redirect_url);
  await button(page, "Pay").click();
  assert.equal(await backAt(page, shop), "/thanks");
});

test("the front page fits the screen and is accessible", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [screen, options] of Object.entries(SCREENS)) {
    const page = await pageFor(t, options);
    await page.goto(sandbox.url);
    assert.match(await page.textContent("main"), /\/_sandbox\//);
    await assertNoSidewaysScrolling(page);
    await screenshot(t, page, `front-${screen}`);
    await assertAccessible(page);
  }
});
