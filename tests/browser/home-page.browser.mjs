// The Worker's home page.
import { after, before, test } from "node:test";
import { makeSettings } from "../worker/caller.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { assertAccessible, assertNoSidewaysScrolling, pageFor, SCREENS, screenshot } from "./chromium.mjs";

/** @type {Awaited<ReturnType<typeof startWorker>>} */
let worker;
before(async () => {
  worker = await startWorker({ ...makeSettings().settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" });
});
after(() => worker.stop());

test("the home page fits every screen", async (t) => {
  for (const [screen, options] of Object.entries({ ...SCREENS, small: { viewport: { width: 320, height: 568 } } })) {
    const page = await pageFor(t, options);
    await page.goto(worker.url);
    await assertNoSidewaysScrolling(page);
    await assertAccessible(page);
    await screenshot(t, page, `home-page-${screen}`);
  }
});
