// A page of a shop with the element, under a strict policy. The checkout is a stub.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { chromium as driver } from "playwright-core";
import { CHROMIUM_FLAGS, chromium } from "../../../scripts/chromium.mjs";
import { inRoot } from "../../../scripts/root.mjs";

export const SHOP = "https://shop.example/";
export const CHECKOUT = "https://pay.shop.example/c/";
const POLICY = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${CHECKOUT}; frame-src ${CHECKOUT};
  require-trusted-types-for 'script'; trusted-types 'none'`.replaceAll("\n", "");
const SCRIPT = `
  globalThis.events = [];
  globalThis.pay = document.querySelector("citrn-pay");
  for (const type of ["citrn-status", "citrn-close"])
    document.addEventListener(type, ({ detail }) => events.push(detail?.state ?? type));`;
export const ELEMENT = "<script type=module src=/element.js></script>";
const FRAME = `<button>Pay</button><script>onclick = () => parent.postMessage("citrn-close", "*")</script>`;

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/** Opens a page with this markup. The test fails if the page logs an error. @param {import("node:test").TestContext} t */
export async function open(t, markup, { css = "", scripts = ELEMENT, init = () => {} } = {}) {
  browser ??= driver.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS });
  const context = await (await browser).newContext({ viewport: { width: 800, height: 600 } });
  await context.addInitScript(init);
  const page = await context.newPage();
  const errors = [];
  /** The state of each link, by its token. */
  const states = {};
  /** The tokens of the links whose status was read. */
  const followed = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  t.after(async () => {
    await context.close();
    assert.deepEqual(errors, []);
  });
  const files = {
    "/": {
      contentType: "text/html",
      body: `<!doctype html><title>Shop</title><link rel=stylesheet href=/page.css>
      <link rel=icon href=data:,>${scripts}<main>${markup}</main><script src=/page.js></script>`,
    },
    "/page.js": { contentType: "text/javascript", body: SCRIPT },
    "/page.css": { contentType: "text/css", body: css },
    "/element.js": { contentType: "text/javascript", body: readFileSync(inRoot("pkg/dist/element.min.js"), "utf8") },
  };
  await context.route("**/*", (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const [, , token, status] = pathname.split("/");
    if (`${origin}/` === SHOP) {
      const headers = { "content-security-policy": `${POLICY}; img-src data:` };
      return files[pathname] ? route.fulfill({ ...files[pathname], headers }) : route.fulfill({ status: 404 });
    }
    if (!status) return route.fulfill({ contentType: "text/html", body: FRAME });
    followed.push(token);
    const deposits = states[token] ? [{ state: states[token], seen_at: new Date(Date.now() + 60_000) }] : [];
    const data = JSON.stringify({ state: states[token] ?? "waiting", deposits, earlier: [] });
    const headers = { "access-control-allow-origin": "*" };
    route.fulfill({ contentType: "text/event-stream", headers, body: `retry: 500\nevent: status\ndata: ${data}\n\n` });
  });
  await page.goto(SHOP);
  const seen = (state) => page.waitForSelector(`citrn-pay[state=${state}]`, { state: "attached", timeout: 5_000 });
  return { page, context, states, followed, seen, events: () => page.evaluate("events") };
}

export const link = (token) => `<a href="${CHECKOUT}${token}">Pay</a>`;
export const setHref = ([selector, href]) => document.querySelector(selector).setAttribute("href", href);
export const isOpen = (page) => page.evaluate(() => globalThis.pay.shadowRoot.querySelector("dialog")?.open === true);
/** Waits until the dialog has closed. */
export const closed = (page) =>
  page.waitForFunction(() => globalThis.events.includes("citrn-close"), null, { timeout: 5_000 });
