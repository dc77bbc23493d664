// The checkout as payers see it: the Worker on workerd, the sandbox as the gateway, and the shop, on separate origins.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { freePort } from "../../scripts/ports.mjs";
import { makeSettings } from "../worker/caller.mjs";
import { checkoutSecret, makePayer } from "../worker/checkout.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { assertAccessible, assertNoSidewaysScrolling, html, pageFor, screenshot } from "./chromium.mjs";

/** Maximum size of a page, in bytes. */
const MAX_PAGE_BYTES = 35_000;
/** The narrowest screen, in pixels (WCAG 2.2, criterion 1.4.10). */
const NARROWEST = 320;
export const MERCHANT = "Example Shop";

/**
 * Starts the checkout before the tests of a file, and stops it after them.
 * @param {string} seed of the sandbox
 */
export function startCheckout(seed) {
  const { settings, tokens } = makeSettings();
  const site = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://site");
    const [framed, sandbox] = ["framed", "sandbox"].map((name) => searchParams.get(name));
    html(
      response,
      framed
        ? `<h1>Shop</h1><iframe title=Checkout src="${framed}" ${sandbox ? `sandbox="${sandbox}"` : ""} width=340 height=700></iframe>`
        : "<h1>Thanks</h1>",
    );
  });
  /** @type {{ shop: string, sandbox: any, worker: any, payer: any, visitorFor: typeof visitorFor }} */
  const checkout = { shop: "", sandbox: undefined, worker: undefined, payer: undefined, visitorFor };
  let payers = 0;

  before(async () => {
    const port = await freePort(0, { purpose: "the Worker", flag: "port" });
    const origin = `http://127.0.0.1:${port}`;
    checkout.sandbox = await startSandbox({
      port: 0,
      seed,
      apiKey: settings.CITRN_API_KEY,
      secret: settings.CITRN_SECRET,
      callbackUrl: `${origin}/callbacks`,
    });
    await new Promise((resolve) => site.listen(0, "127.0.0.1", () => resolve(undefined)));
    checkout.shop = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (site.address()).port}`;
    checkout.worker = await startWorker(
      {
        ...settings,
        CITRN_BASE_URL: checkout.sandbox.baseUrl,
        CHECKOUT_SECRETS: checkoutSecret("a"),
        CHECKOUT_FRAME_ORIGINS: checkout.shop,
        PUBLIC_ORIGIN: origin,
        MERCHANT_NAME: MERCHANT,
        ALLOWED_RETURN_ORIGINS: checkout.shop,
      },
      { port },
    );
    checkout.payer = makePayer(checkout.worker, tokens.all, origin);
  });
  after(async () => {
    await checkout.worker?.stop();
    await checkout.sandbox?.close();
    site.closeAllConnections();
    site.close();
  });

  /**
   * Returns a link for a new payer, and a browser page. The test fails if a page of the checkout loads anything but its
   * own status.
   */
  async function visitorFor(t, parameters = {}, options = {}) {
    const { shop, worker, payer } = checkout;
    const foreign_id = `payer-${(payers += 1)}`;
    const { path } = await payer.link({ foreign_id, return_url: `${shop}/thanks?order=1`, ...parameters });
    const page = await pageFor(t, options);
    const problems = [];
    page.on("request", (request) => {
      const isStatus =
        ["eventsource", "fetch"].includes(request.resourceType()) && /\/status(\?|$)/.test(request.url());
      if (request.url().startsWith(worker.url) && !request.isNavigationRequest() && !isStatus)
        problems.push(`the page loads ${request.url()}`);
    });
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) problems.push(message.text());
    });
    t.after(() => assert.deepEqual(problems, []));
    return { page, path, url: worker.url + path, foreign_id };
  }
  return checkout;
}

/**
 * Asserts that the page fits any screen, is small and has one heading and, where scripts run, passes axe-core. Saves
 * screenshots in both colour schemes.
 */
export async function inspect(t, page, name, { javaScriptEnabled = true } = {}) {
  const size = page.viewportSize();
  for (const width of [NARROWEST, size.width]) {
    await page.setViewportSize({ ...size, width });
    await assertNoSidewaysScrolling(page);
  }
  assert.ok((await page.content()).length < MAX_PAGE_BYTES, name);
  assert.equal(await page.locator("h1").count(), 1);
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    await screenshot(t, page, `checkout-${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (javaScriptEnabled) await assertAccessible(page);
}
