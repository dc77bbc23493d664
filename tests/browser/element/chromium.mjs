import { after } from "node:test";
import { chromium as driver } from "playwright-core";
import { CHROMIUM_FLAGS, chromium } from "../../../scripts/chromium.mjs";

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/** Opens a window of Chromium, with a profile of its own. @type {import("./browsers.mjs").Open} */
export async function openChromium({ dark = false, javaScript = true } = {}) {
  browser ??= driver.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS });
  const options = { colorScheme: /** @type {const} */ (dark ? "dark" : "light"), javaScriptEnabled: javaScript };
  const context = await (await browser).newContext({ ...options, viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    url: async () => page.url(),
    evaluate: (script, ...values) => page.evaluate(script, ...values),
    evaluateInFrame: (script, ...values) => page.frames()[1].evaluate(script, ...values),
    press: (key) => page.keyboard.press(key),
    click: (x, y) => page.mouse.click(x, y),
    wheel: async () => {
      await page.mouse.move(5, 5);
      await page.mouse.wheel(0, 300);
    },
    windows: async () => context.pages().map((opened) => opened.url()),
    evaluateInWindow: (index, script) => context.pages()[index].evaluate(script),
    screenshot: async (path) => void (await page.screenshot({ path })),
    close: () => context.close(),
  };
}
