// Headless Chromium, with helpers for its pages.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { after } from "node:test";
import jsQR from "jsqr";
import { chromium as driver } from "playwright-core";
import { PNG } from "pngjs";
import { CHROMIUM_FLAGS, chromium } from "../../scripts/chromium.mjs";
import { targetDir } from "../../scripts/root.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = path.join(targetDir, "screenshots");

/** The screens on which pages are tested. */
export const SCREENS = {
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
};

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/**
 * Returns a page in its own browser profile until the test ends. Errors and dialogs of the page fail the test.
 * @param {import("node:test").TestContext} t
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function pageFor(t, options = {}) {
  // Playwright adds a fresh user-data directory and its own automation flags.
  browser ??= driver.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS });
  const context = await (await browser).newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems = [];
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => problems.push(`the page threw an error: ${error.message}`));
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, []);
  });
  return page;
}

/** Returns a page that has loaded a URL. @param {import("node:test").TestContext} t @param {string} url */
export async function openAt(t, url) {
  const page = await pageFor(t);
  await page.goto(url);
  return page;
}

/** Saves a screenshot of the whole page, and reports its path. @returns {Promise<Buffer>} */
export async function screenshot(t, page, name) {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  // What sticks to the viewport would be in the middle of a longer picture.
  await page.setViewportSize({ ...size, height: Math.max(height, size.height) });
  const picture = await screenshotOfViewport(t, page, name);
  await page.setViewportSize(size);
  return picture;
}

/** Saves a screenshot of the part of the page that the payer sees, and reports its path. @returns {Promise<Buffer>} */
export async function screenshotOfViewport(t, page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = path.join(SCREENSHOTS, `${name}.png`);
  const picture = await page.screenshot({ path: file });
  t.diagnostic(`screenshot: ${file}`);
  return picture;
}

/** Returns the text of the QR code in a picture, read by jsQR. @param {Buffer} picture */
export function readQrCode(picture) {
  const { data, width, height } = PNG.sync.read(picture);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

/** Fails if axe-core finds a violation in light or dark mode. The page must allow scripts. */
export async function assertAccessible(page) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const { violations, passes } = await page.evaluate(() =>
      globalThis.axe.run({ rules: { "target-size": { enabled: true } } }),
    );
    const descriptions = violations.map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(" ")})`,
    );
    assert.deepEqual(descriptions, [], `axe-core, ${colorScheme}`);
    assert.ok(passes.length > 10, "axe-core checked the page");
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Fails if the page is wider than the screen. */
export async function assertNoSidewaysScrolling(page) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `the page is ${scrollWidth} pixels wide on a screen of ${clientWidth}`);
}

/**
 * Starts a web server that runs until the test ends.
 * @param {import("node:test").TestContext} t
 * @param {import("node:http").RequestListener} answer
 * @returns {Promise<string>} its origin
 */
export async function siteFor(t, answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/** Answers with a page. @param {import("node:http").ServerResponse} response @param {string} body */
export function html(response, body, headers = {}) {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers });
  response.end(`<!doctype html><html lang=en><title>A page</title><link rel=icon href=data:,>${body}`);
}
