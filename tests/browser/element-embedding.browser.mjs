// Where pages put the element: into parts that they hide, shadow trees, forms and saved pages. The checkout is a stub.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHECKOUT, closed, isOpen, link, open, SHOP } from "./element/page.mjs";

test("the dialog closes if the page hides the element, and the page can be used", async (t) => {
  const { page } = await open(
    t,
    `<div><citrn-pay mode=dialog>${link("first")}</citrn-pay></div><button>Other</button>`,
  );
  for (const hidden of ["div", "citrn-pay"]) {
    await page.click("a");
    assert.equal(await isOpen(page), true);
    await page.evaluate((selector) => (document.querySelector(selector).hidden = true), hidden);
    await closed(page);
    await page.click("main > button", { timeout: 2_000 });
    assert.equal(await page.evaluate(() => document.adoptedStyleSheets.length), 0, "the page scrolls");
    await page.evaluate(() => {
      for (const element of document.querySelectorAll("[hidden]")) element.removeAttribute("hidden");
      globalThis.events.length = 0;
    });
  }
  // A removed element has no event, and its next dialog stays open.
  await page.click("a");
  await page.evaluate(() => {
    globalThis.pay.remove();
    document.body.append(globalThis.pay);
    document.querySelector("a").click();
  });
  await page.waitForTimeout(300);
  assert.deepEqual([await isOpen(page), await page.evaluate("events")], [true, []]);
});

/** Opens the dialog, closes it with the Escape key, and asserts that the link has the focus. */
async function useDialog(page) {
  await page.locator("citrn-pay a").click();
  assert.equal(await isOpen(page), true);
  await page.locator("citrn-pay [part=frame]").waitFor();
  await page.keyboard.press("Escape");
  await closed(page);
  assert.equal(await page.locator("citrn-pay a:focus").count(), 1, "the focus is on the link");
}

test("it works in a page's shadow tree, and its events reach the page", async (t) => {
  const markup = `<shop-card><template shadowrootmode=open><citrn-pay mode=dialog>${link("deep")}</citrn-pay></template></shop-card>`;
  const { page, events, followed } = await open(t, markup);
  await page.evaluate(() => {
    globalThis.pay = document.querySelector("shop-card").shadowRoot.querySelector("citrn-pay");
  });
  await useDialog(page);
  await page.waitForTimeout(1_500);
  assert.deepEqual([await events(), followed[0]], [["citrn-close", "waiting"], "deep"]);
});

test("a shadow tree that a server rendered is replaced by the element's own", async (t) => {
  const rendered = "<template shadowrootmode=open><slot></slot><p part=status>An old status</p></template>";
  const { page, seen } = await open(t, `<citrn-pay mode=dialog follow>${rendered}${link("rendered")}</citrn-pay>`);
  await seen("waiting");
  assert.equal(await page.evaluate(() => globalThis.pay.shadowRoot.textContent), "");
  await useDialog(page);
});

test("in a form, neither the link nor the dialog submits or resets it", async (t) => {
  const markup = `<form action=/sent><input name=amount value=5><citrn-pay mode=dialog>${link("form")}</citrn-pay></form>`;
  const { page } = await open(t, markup);
  await page.fill("input", "7");
  await useDialog(page);
  await page.click("a");
  await page.keyboard.press("Enter");
  assert.equal(await isOpen(page), false, "the Enter key presses the close button");
  assert.deepEqual([page.url(), await page.inputValue("input")], [SHOP, "7"]);
});

test("an element that is moved, or removed and inserted again, opens one dialog and follows once", async (t) => {
  const { page, seen, followed, states } = await open(
    t,
    `<citrn-pay mode=dialog>${link("moved")}</citrn-pay><div></div>`,
  );
  await page.click("a");
  await page.evaluate(async () => {
    for (let count = 0; count < 20; count++) {
      document.querySelector("div").append(globalThis.pay);
      if (count % 3 === 0) globalThis.pay.remove();
      if (count % 5 === 0) await Promise.resolve();
      document.querySelector("main").prepend(globalThis.pay);
    }
  });
  assert.equal(await isOpen(page), false);
  await seen("waiting");
  const { length } = followed;
  await page.waitForTimeout(1_200);
  // The stub ends each stream, and the browser opens the next one after half a second.
  assert.ok(followed.length - length <= 3, `${followed.length - length} streams in 1.2 s`);
  await useDialog(page);
  states.moved = "confirmed";
  await seen("confirmed");
});

test("a link that changes while the dialog is open does not change the dialog", async (t) => {
  const { page, followed } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  await page.click("a");
  await page.evaluate((href) => document.querySelector("a").setAttribute("href", href), `${CHECKOUT}second`);
  assert.equal(await page.getAttribute("citrn-pay iframe", "src"), `${CHECKOUT}first`);
  await page.keyboard.press("Escape");
  await closed(page);
  await page.waitForTimeout(1_200);
  assert.deepEqual([...new Set(followed)], ["first"]);
  await page.click("a");
  assert.equal(await page.getAttribute("citrn-pay iframe", "src"), `${CHECKOUT}second`);
});
