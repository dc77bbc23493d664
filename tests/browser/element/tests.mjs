// What the element does in each browser: with the keyboard, with the mouse, without JavaScript, and under a strict policy.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { targetDir } from "../../../scripts/root.mjs";
import { BROWSERS } from "./browsers.mjs";
import { startSite } from "./site.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = path.join(targetDir, "screenshots");
const TIMEOUT_MS = 10_000;

/** Repeats a check until it holds. */
async function eventually(check) {
  for (const until = Date.now() + TIMEOUT_MS; ; await sleep(50)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** What can be seen of the element: functions that run in the shop's page. */
const read = {
  focus: () => document.activeElement?.textContent,
  closeHasFocus: () => document.querySelector("citrn-pay").shadowRoot.activeElement?.localName === "button",
  isOpen: () => document.querySelector("citrn-pay").shadowRoot.querySelector("dialog")?.open === true,
  frame: () => document.querySelector("citrn-pay").shadowRoot.querySelector("iframe")?.src,
  events: () => globalThis.events,
  status: () => document.querySelector("citrn-pay").shadowRoot.querySelector("[part=status]").textContent,
  state: () => document.querySelector("citrn-pay").getAttribute("state"),
  scrolled: () => scrollY,
  closeButton: () => {
    const { x, y, width, height } = document
      .querySelector("citrn-pay")
      .shadowRoot.querySelector("[part=close]")
      .getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2, width, height, screen: innerWidth };
  },
  link: () => {
    const { x, y, width, height } = document.querySelector("a").getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  },
  axe: async () => {
    const { violations, passes } = await globalThis.axe.run({
      iframes: false,
      rules: { "target-size": { enabled: true } },
    });
    return {
      violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
      passes: passes.length,
    };
  },
};

/** Tests the element in a browser. @param {keyof typeof BROWSERS} name */
export function testElement(name) {
  /** @type {import("./site.mjs").Site} */
  let site;
  before(async () => {
    site = await startSite();
  });
  after(() => site?.close());

  /**
   * Opens a page of the shop, with the focus on its link. The test fails if anything violates the shop's policy.
   * @param {import("node:test").TestContext} t
   */
  async function visit(t, { dark = false, javaScript = true, parameters = {}, ...page } = {}) {
    const link = await site.link(parameters);
    const window = await BROWSERS[name]({ dark, javaScript });
    t.after(async () => {
      await window.close();
      assert.deepEqual(site.violations.splice(0), []);
    });
    const url = site.page(link.url, page);
    await window.goto(url);
    await window.press("Tab");
    if (javaScript) assert.equal(await window.evaluate(read.focus), "Top up with crypto");
    return { window, url, link };
  }

  const screenshot = async (t, window, what) => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const file = path.join(SCREENSHOTS, `element-${what}-${name.toLowerCase()}.png`);
    await window.screenshot(file);
    t.diagnostic(`screenshot: ${file}`);
  };

  const assertAccessible = async (window) => {
    await window.evaluate(AXE);
    const { violations, passes } = await window.evaluate(read.axe);
    assert.deepEqual(violations, []);
    assert.ok(passes > 5, "axe-core checked the page");
  };

  /** WebKit's driver turns the wheel only once. */
  const scroll = async (window) => {
    await window.wheel();
    await window.press("PageDown");
  };

  const assertScrolls = (window) =>
    eventually(async () => {
      await scroll(window);
      assert.ok((await window.evaluate(read.scrolled)) > 0);
    });

  const open = async (window, link) => {
    await window.press("Enter");
    await eventually(async () => assert.ok(await window.evaluate(read.isOpen)));
    assert.equal(await window.evaluate(read.frame), link.url);
    assert.ok(await window.evaluate(read.closeHasFocus));
    await eventually(async () => assert.match(await window.evaluateInFrame(() => document.body.textContent), /USDT/));
  };

  const assertClosed = async (window, times = 1) => {
    const closings = async () => (await window.evaluate(read.events)).filter(({ type }) => type === "citrn-close");
    await eventually(async () => assert.equal((await closings()).length, times));
    assert.equal((await closings())[0].tag, "citrn-pay");
    assert.equal(await window.evaluate(read.isOpen), false);
    assert.equal(await window.evaluate(read.focus), "Top up with crypto", "the focus is on the link again");
  };

  describe(`<citrn-pay> in ${name}`, () => {
    test("the mode dialog opens, and closes with Escape and with its button", async (t) => {
      const { window, url, link } = await visit(t, { attributes: "mode=dialog" });
      await open(window, link);
      await window.press("Escape");
      await assertClosed(window);
      await open(window, link);
      await window.press("Enter");
      await assertClosed(window, 2);
      await open(window, link);
      const { x, y } = await window.evaluate(read.closeButton);
      await window.click(x, y);
      await assertClosed(window, 3);
      // A page gets no keys that are pressed in a frame.
      await open(window, link);
      await window.press("Tab");
      assert.equal(await window.evaluate(read.closeHasFocus), false);
      await window.press("Escape");
      await assertClosed(window, 4);
      assert.equal(await window.url(), url);
      assert.deepEqual(await window.windows(), [url]);
    });

    test("a click with the mouse opens the dialog, and the focus returns to the link", async (t) => {
      const { window, link } = await visit(t, { attributes: "mode=dialog" });
      const { x, y } = await window.evaluate(read.link);
      await window.evaluate(() => document.activeElement.blur());
      await window.click(x, y);
      await eventually(async () => assert.equal(await window.evaluate(read.frame), link.url));
      await window.press("Escape");
      await assertClosed(window);
    });

    test("the page behind the dialog does not scroll", async (t) => {
      const { window, link } = await visit(t, { attributes: "mode=dialog" });
      await assertScrolls(window);
      await open(window, link);
      // A smooth scroll may have to end.
      await sleep(500);
      const before = await window.evaluate(read.scrolled);
      await scroll(window);
      await sleep(300);
      assert.equal(await window.evaluate(read.scrolled), before);
      await window.press("Escape");
      await assertClosed(window);
      await window.evaluate(() => scrollTo(0, 0));
      await assertScrolls(window);
    });

    test("removing the element removes the dialog, and the page scrolls again", async (t) => {
      const { window, link } = await visit(t, { attributes: "mode=dialog" });
      await open(window, link);
      await window.evaluate(() => document.querySelector("citrn-pay").remove());
      await assertScrolls(window);
    });

    test("the mode popup opens a window that has no opener", async (t) => {
      const { window, url, link } = await visit(t, { attributes: "mode=popup" });
      await window.press("Enter");
      await eventually(async () => assert.deepEqual(await window.windows(), [url, link.url]));
      assert.equal(await window.evaluateInWindow(1, () => globalThis.opener === null), true);
      assert.equal(await window.evaluate(read.isOpen), false);
    });

    test("the mode page, which is the default, follows the link", async (t) => {
      for (const attributes of ["mode=page", ""]) {
        const { window, link } = await visit(t, { attributes });
        await window.press("Enter");
        await eventually(async () => assert.deepEqual(await window.windows(), [link.url]));
      }
    });

    test("a click with a modifier key keeps its meaning", async (t) => {
      const { window, link } = await visit(t, { attributes: "mode=dialog" });
      await window.press("Control+Enter");
      // WebKitGTK's browser has no tabs, and follows the link.
      await eventually(async () => assert.equal((await window.windows()).at(-1), link.url));
      if ((await window.windows()).length > 1) assert.equal(await window.evaluate(read.isOpen), false);
    });

    test("without JavaScript, the link is followed in every mode", async (t) => {
      for (const mode of ["page", "popup", "dialog"]) {
        const { window, link } = await visit(t, { attributes: `mode=${mode}`, javaScript: false });
        await window.press("Enter");
        await eventually(async () => assert.deepEqual(await window.windows(), [link.url]));
      }
    });

    test("axe finds no violation, in light and in dark", async (t) => {
      for (const dark of [false, true]) {
        for (const mode of ["page", "popup", "dialog"]) {
          const { window, link } = await visit(t, { attributes: `mode=${mode}`, dark });
          await assertAccessible(window);
          if (mode !== "dialog") continue;
          await open(window, link);
          await assertAccessible(window);
          await screenshot(t, window, dark ? "dark" : "light");
        }
      }
    });

    test("it is laid out from right to left, with the page's words", async (t) => {
      const words = `close-label="إغلاق" dialog-label="الدفع بالعملات المشفرة" waiting-label="لا إيداع بعد"`;
      const { window, link } = await visit(t, { attributes: `mode=dialog ${words}`, direction: "rtl" });
      await open(window, link);
      const { x, width, height, screen } = await window.evaluate(read.closeButton);
      assert.ok(x < screen / 2 && width >= 44 && height >= 44);
      const names = await window.evaluate(() => {
        const { shadowRoot } = document.querySelector("citrn-pay");
        const [dialog, close, frame] = ["dialog", "button", "iframe"].map((part) => shadowRoot.querySelector(part));
        return [dialog.getAttribute("aria-label"), close.textContent, frame.title];
      });
      assert.deepEqual(names, ["الدفع بالعملات المشفرة", "إغلاق", "الدفع بالعملات المشفرة"]);
      await eventually(async () => assert.equal(await window.evaluate(read.status), "لا إيداع بعد"));
      await screenshot(t, window, "rtl");
    });

    test("a payer goes from the click to a confirmed deposit", async (t) => {
      const { window, link } = await visit(t, { attributes: "mode=dialog" });
      await open(window, link);
      const choose = () => /** @type {HTMLElement} */ (document.querySelector("button[value=address]")).click();
      await window.evaluateInFrame(choose);
      const address = await eventually(async () => {
        const shown = await window.evaluateInFrame(() => document.querySelector("#address")?.textContent);
        assert.ok(shown);
        return shown;
      });
      await eventually(async () => assert.equal(await window.evaluate(read.state), "waiting"));
      const { id } = await site.gateway.deposits.create({ address, amount: "25" });
      await eventually(async () => assert.equal(await window.evaluate(read.state), "seen"));
      await screenshot(t, window, "paying");
      await window.press("Escape");
      await eventually(async () => assert.equal(await window.evaluate(read.isOpen), false));
      await site.gateway.deposits.confirm(id);
      await eventually(async () => assert.equal(await window.evaluate(read.state), "confirmed"));
      assert.match(await window.evaluate(read.status), /confirmed/);
      await screenshot(t, window, "confirmed");
      const events = await window.evaluate(read.events);
      const states = events.map(({ type, detail }) => detail?.state ?? type);
      assert.deepEqual(states, ["waiting", "seen", "citrn-close", "confirmed"]);
      const [{ seenAt, confirmedAt, ...deposit }] = events.at(-1).detail.deposits;
      assert.deepEqual(deposit, { currency: "USDTT", amount: "25", state: "confirmed" });
      assert.ok(Date.parse(seenAt) <= Date.parse(confirmedAt));
    });

    test("the page to which the payer returns shows the status without a click", async (t) => {
      const { window } = await visit(t, { attributes: "follow waiting-label='No deposit yet.'" });
      await eventually(async () => assert.equal(await window.evaluate(read.status), "No deposit yet."));
      assert.equal((await window.evaluate(read.events))[0].detail.state, "waiting");
    });

    test("the shop's server receives reports of violations", async () => {
      const window = await BROWSERS[name]();
      await window.goto(site.page(site.checkout, { head: "<style>h1 { color: red }</style>" }));
      await eventually(async () => assert.match(site.violations[0] ?? "", /style-src/));
      site.violations.length = 0;
      await window.close();
    });
  });
}
