import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import puppeteer from "puppeteer-core";
import { firefox } from "../../../scripts/engines.mjs";

/** The browsers that were started, by their preferences. @type {Map<string, Promise<import("puppeteer-core").Browser>>} */
const browsers = new Map();
const HOME = mkdtempSync(path.join(tmpdir(), "citrn-firefox-"));
after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
  rmSync(HOME, { recursive: true, force: true });
});

const launch = (extraPrefsFirefox) =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: firefox(),
    args: ["--no-sandbox"],
    env: { ...process.env, HOME },
    defaultViewport: { width: 800, height: 600 },
    extraPrefsFirefox,
  });

/** Opens a window of Firefox, with a profile of its own, driven by WebDriver BiDi. @type {import("./browsers.mjs").Open} */
export async function openFirefox({ dark = false, javaScript = true } = {}) {
  const preferences = {
    "javascript.enabled": javaScript,
    "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1,
  };
  const key = JSON.stringify(preferences);
  if (!browsers.has(key)) browsers.set(key, launch(preferences));
  const browser = /** @type {import("puppeteer-core").Browser} */ (await browsers.get(key));
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const opened = () => context.pages();
  return {
    goto: async (url) => void (await page.goto(url)),
    url: async () => page.url(),
    evaluate: (script, ...values) => page.evaluate(script, ...values),
    evaluateInFrame: (script, ...values) => page.frames()[1].evaluate(script, ...values),
    press: async (keys) => {
      const [key, ...modifiers] = keys.split("+").reverse();
      for (const modifier of modifiers) await page.keyboard.down(modifier);
      await page.keyboard.press(key);
      for (const modifier of modifiers) await page.keyboard.up(modifier);
    },
    click: (x, y) => page.mouse.click(x, y),
    wheel: async () => {
      await page.mouse.move(5, 5);
      await page.mouse.wheel({ deltaY: 300 });
    },
    windows: async () => (await opened()).map((window) => window.url()),
    evaluateInWindow: async (index, script) => (await opened())[index].evaluate(script),
    screenshot: async (file) => void (await page.screenshot({ path: file })),
    close: () => context.close(),
  };
}
