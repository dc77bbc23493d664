import { writeFileSync } from "node:fs";
import path from "node:path";
import { buildAll } from "./build.mjs";
import { CHROMIUM_FLAGS, chromeDriver, chromium } from "./chromium.mjs";
import { cargoEnvironment, modernNode, withPath } from "./environment.mjs";
import { filesUnder } from "./freshness.mjs";
import { nodeHarness, rustHarness } from "./harness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { targetDir } from "./root.mjs";
import { ensureRust } from "./rust.mjs";
import { testCommand } from "./test-command.mjs";
import { ensureTool } from "./tools.mjs";

const HELP = `npm run test:browser [-- suite ...]

Runs in headless Chromium: pages (the checkout, the sandbox's payment page, and the npm package in a page) and wasm (the core's tests
compiled to wasm). Needs Chromium and its driver. Screenshots go to ${path.join(targetDir, "screenshots")}.
The last line is "N passed, N failed"; a suite that could not run, or ran no test, counts as a failure.`;

/** Every *.browser.mjs, in Chromium driven by playwright-core. */
const pages = () => nodeHarness(filesUnder(["tests/browser"]).filter((file) => file.endsWith(".browser.mjs")), { log: "test-browser" });

/** The core's tests compiled to wasm, in a page. @param {import("./harness.mjs").Status} status */
async function wasm(status) {
  const browser = path.join(targetDir, "webdriver.json");
  writeFileSync(browser, JSON.stringify({ "goog:chromeOptions": { binary: chromium(), args: CHROMIUM_FLAGS } }));
  const tools = [path.dirname(modernNode()), await ensureTool("wasm-pack"), await ensureTool("wasm-bindgen")];
  return rustHarness("wasm-pack", ["test", "--headless", "--chrome", "--chromedriver", chromeDriver()], {
    log: "test-browser-wasm",
    env: { ...withPath(tools, cargoEnvironment()), WASM_BINDGEN_TEST_WEBDRIVER_JSON: browser },
    status,
  });
}

/** @param {string[]} names */
async function prepare(names) {
  chromium();
  if (names.includes("wasm")) chromeDriver();
  const tools = names.includes("wasm") ? [ensureTool("wasm-bindgen"), ensureTool("wasm-pack")] : [];
  await Promise.all([ensureRust(), ensureNpmPackages(), names.includes("pages") ? buildAll() : undefined, ...tools]);
}

await testCommand({ help: HELP, suites: { pages, wasm }, prepare });
