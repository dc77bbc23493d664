// What pages and frameworks do to the element: they replace, move and clone it, and style it. The checkout is a stub.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHECKOUT, closed, ELEMENT, isOpen, link, open, SHOP, setHref } from "./element/page.mjs";

test("a link that gets its URL late is followed", async (t) => {
  const { page, seen, followed } = await open(t, "<citrn-pay follow><span><a>Pay</a></span></citrn-pay>");
  await page.evaluate(setHref, ["a", `${CHECKOUT}late`]);
  await seen("waiting");
  assert.deepEqual([...new Set(followed)], ["late"]);
});

test("a new link replaces the status of the one before", async (t) => {
  const { page, seen, states, events } = await open(t, `<citrn-pay follow>${link("first")}</citrn-pay>`);
  await seen("waiting");
  states.first = "confirmed";
  await seen("confirmed");
  await page.evaluate(setHref, ["a", `${CHECKOUT}second`]);
  await seen("waiting");
  assert.deepEqual(await events(), ["waiting", "confirmed", "waiting"]);
});

test("a new link does not end the payment to the one before", async (t) => {
  const { page, seen, states } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  await page.click("a");
  await seen("waiting");
  await page.evaluate(setHref, ["a", `${CHECKOUT}second`]);
  states.first = "seen";
  await seen("seen");
  states.first = "confirmed";
  await seen("confirmed");
  await page.evaluate(setHref, ["a", `${CHECKOUT}third`]);
  await page.waitForSelector("citrn-pay:not([state])", { timeout: 5_000 });
});

test("an element that is moved goes on", async (t) => {
  const { page, seen, states } = await open(t, `<citrn-pay mode=dialog>${link("moved")}</citrn-pay>`);
  await page.click("a");
  await seen("waiting");
  await page.evaluate(() => document.body.prepend(globalThis.pay));
  assert.equal(await isOpen(page), false);
  states.moved = "confirmed";
  await seen("confirmed");
  await page.click("a");
  assert.equal(await isOpen(page), true);
});

test("a new link reports its status even if it is the same", async (t) => {
  const { page, followed, events } = await open(t, `<citrn-pay follow>${link("first")}</citrn-pay>`);
  await page.waitForTimeout(300);
  await page.evaluate(setHref, ["a", `${CHECKOUT}second`]);
  await page.waitForTimeout(300);
  assert.deepEqual([...new Set(followed)], ["first", "second"]);
  assert.deepEqual(await events(), ["waiting", "waiting"]);
});

test("the attribute follow starts and ends it, but does not end a payment", async (t) => {
  const { page, seen, followed, states } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  const set = (follow) => page.evaluate((value) => globalThis.pay.toggleAttribute("follow", value), follow);
  await set(true);
  await seen("waiting");
  await set(false);
  const { length } = followed;
  await page.waitForTimeout(1_000);
  assert.equal(followed.length, length);
  await page.click("a");
  await set(true);
  await set(false);
  states.first = "confirmed";
  await seen("confirmed");
});

test("an element that is removed follows nothing", async (t) => {
  const { page, seen, followed } = await open(t, `<citrn-pay follow>${link("gone")}</citrn-pay>`);
  await seen("waiting");
  await page.evaluate(() => globalThis.pay.remove());
  const { length } = followed;
  await page.waitForTimeout(1_000);
  assert.equal(followed.length, length);
});

test("clicks that the page handles, or with a modifier key, open no dialog", async (t) => {
  const { page } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  const click = (init) =>
    page.evaluate((init) => {
      document.addEventListener("click", (event) => event.preventDefault(), { once: true });
      const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...init });
      document.querySelector("a").dispatchEvent(event);
    }, init);
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey"]) {
    await click({ [key]: true });
    assert.equal(await isOpen(page), false, key);
  }
  await page.evaluate(() => (document.querySelector("a").onclick = (event) => event.preventDefault()));
  await click();
  assert.equal(await isOpen(page), false);
});

test("it can be hidden, and an empty label shows no text", async (t) => {
  const { page, seen, states } = await open(t, `<citrn-pay follow confirmed-label="">${link("first")}</citrn-pay>`);
  states.first = "confirmed";
  await seen("confirmed");
  assert.equal(await page.evaluate(() => globalThis.pay.shadowRoot.querySelector("p").textContent), "");
  await page.evaluate(() => (globalThis.pay.hidden = true));
  assert.equal(await page.isVisible("citrn-pay"), false);
});

test("the focus returns to a link that was replaced", async (t) => {
  const { page } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  await page.click("a");
  await page.evaluate(() => document.querySelector("a").replaceWith(document.querySelector("a").cloneNode(true)));
  await page.keyboard.press("Escape");
  await closed(page);
  assert.equal(await page.evaluate(() => document.activeElement?.localName), "a");
});

test("a clone has no status of its own", async (t) => {
  const { page, seen, states } = await open(t, `<citrn-pay follow>${link("paid")}</citrn-pay>`);
  states.paid = "confirmed";
  await seen("confirmed");
  const clone = await page.evaluate(() => {
    const clone = /** @type {Element} */ (globalThis.pay.cloneNode(true));
    clone.removeAttribute("follow");
    document.body.append(clone);
    return clone.outerHTML;
  });
  assert.doesNotMatch(clone, /state/);
});

test("a double click opens one window", async (t) => {
  const { page, context } = await open(t, `<citrn-pay mode=popup>${link("popup")}</citrn-pay>`);
  await page.dblclick("a");
  await page.waitForTimeout(500);
  assert.equal(context.pages().length, 2);
});

test("only the first link is the checkout, and only with http or https", async (t) => {
  const { page, followed } = await open(
    t,
    `<citrn-pay mode=dialog follow>${link("first")} <a id=other href="#terms">Terms</a></citrn-pay>`,
  );
  await page.click("#other");
  assert.equal(page.url(), `${SHOP}#terms`);
  assert.equal(await isOpen(page), false);
  const urls = ["javascript:alert(1)", "mailto:shop@shop.example", "data:text/html,1", "https://["];
  for (const href of urls) {
    await page.evaluate(setHref, ["a", href]);
    await page.evaluate(() => {
      document.addEventListener("click", (event) => event.preventDefault(), { once: true });
      document.querySelector("a").click();
    });
    assert.equal(await isOpen(page), false, href);
  }
  assert.deepEqual(
    [...new Set(followed)].filter((token) => token !== "first"),
    [],
  );
});

test("a click that removes the element opens nothing, and the page scrolls", async (t) => {
  const { page, followed } = await open(t, `<citrn-pay mode=dialog>${link("gone")}</citrn-pay>`);
  await page.evaluate(() => document.querySelector("a").addEventListener("click", () => globalThis.pay.remove()));
  await page.evaluate(() => document.querySelector("a").click());
  await page.waitForTimeout(1_500);
  assert.deepEqual([followed, await page.evaluate(() => document.adoptedStyleSheets.length)], [[], 0]);
});

test("only the checkout's frame closes the dialog by a message", async (t) => {
  const { page, context } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`);
  await page.click("a");
  await page.evaluate(() => {
    postMessage("citrn-close");
    dispatchEvent(new MessageEvent("message", { data: "citrn-close" }));
  });
  const frame = page.frames()[1];
  await frame.evaluate(() => {
    for (const data of ["close", { type: "citrn-close" }, ["citrn-close"]]) parent.postMessage(data, "*");
  });
  await page.waitForTimeout(200);
  assert.equal(await isOpen(page), true);
  assert.equal(context.pages().length, 1);
  await frame.click("button");
  await closed(page);
  assert.equal(await isOpen(page), false);
});

test("the dialog withstands a page's style", async (t) => {
  const css = `* { all: unset } dialog, iframe, button { display: none !important }
    citrn-pay { visibility: hidden; opacity: 0.1; transform: rotate(45deg) }`;
  const { page } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`, { css });
  await page.evaluate(() => document.querySelector("a").click());
  for (const part of ["dialog", "close", "frame"])
    assert.equal(await page.locator(`citrn-pay [part=${part}]`).isVisible(), true, part);
  await page.emulateMedia({ forcedColors: "active" });
  const border = (name) => getComputedStyle(globalThis.pay.shadowRoot.querySelector("dialog"))[name];
  assert.notEqual(await page.evaluate(border, "borderTopColor"), "rgba(0, 0, 0, 0)");
  assert.equal(await page.evaluate(border, "borderTopWidth"), "1px");
});

test("an undefined property does not follow", async (t) => {
  const { page } = await open(t, `<citrn-pay>${link("first")}</citrn-pay>`);
  const set = (follow) => page.evaluate((value) => Object.assign(globalThis.pay, { follow: value }).follow, follow);
  assert.deepEqual([await set(undefined), await set(true), await set(undefined)], [false, true, false]);
});

test("a second copy of the element, or a second click, opens no second dialog", async (t) => {
  const scripts = `${ELEMENT}<script type=module src=/element.js?2></script>`;
  const { page } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`, { scripts });
  await page.click("a");
  await page.evaluate(() => document.querySelector("a").click());
  assert.equal(await page.evaluate(() => globalThis.pay.shadowRoot.querySelectorAll("dialog").length), 1);
  assert.equal(await page.getAttribute("citrn-pay iframe", "allow"), "clipboard-write");
});

test("the link is a plain one where style sheets cannot be constructed", async (t) => {
  const init = () => delete (/** @type {any} */ (Document.prototype).adoptedStyleSheets);
  const { page } = await open(t, `<citrn-pay mode=dialog>${link("first")}</citrn-pay>`, { init });
  assert.equal(await page.evaluate(() => globalThis.pay.shadowRoot), null);
  await page.click("a");
  await page.waitForURL(`${CHECKOUT}first`);
});
