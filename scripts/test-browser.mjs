import { writeFileSync } from "node:fs";
import path from "node:path";
import { buildAll } from "./build.mjs";
import { CHROMIUM_FLAGS, chromeDriver, chromium } from "./chromium.mjs";
import { firefox, webkit } from "./engines.mjs";
import { nodeSuite, testCommand, wasmPack } from "./harness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { targetDir } from "./root.mjs";
import { ensureRust } from "./rust.mjs";

const HELP = `npm run test:browser [-- suite ...]

Runs suites in headless Chromium: pages (the checkout, the sandbox's payment page, the element and the npm package in a
page) and wasm (the core's tests in wasm). Needs Chromium and its driver. The suites firefox and webkit run only if they
are named: the element in those browsers (Debian packages firefox-esr, webkit2gtk-driver, xvfb, xauth). Screenshots go to ${path.join(targetDir, "screenshots")}.
The last line is "N passed, N failed"; a suite that cannot run, or runs no test, counts as a failure.`;

/** Runs the core's tests in wasm, in a page. @type {import("./harness.mjs").Suite} */
function wasm(status) {
  const settings = path.join(targetDir, "webdriver.json");
  writeFileSync(settings, JSON.stringify({ "goog:chromeOptions": { binary: chromium(), args: CHROMIUM_FLAGS } }));
  const args = ["--headless", "--chrome", "--chromedriver", chromeDriver()];
  return wasmPack(args, { log: "test-browser-wasm", env: { WASM_BINDGEN_TEST_WEBDRIVER_JSON: settings }, status });
}

/** The programs that each suite needs. A missing one is reported before the build. */
const PROGRAMS = { pages: [chromium], wasm: [chromium, chromeDriver], firefox: [firefox], webkit: [webkit] };

async function prepare(/** @type {string[]} */ names) {
  for (const name of names) for (const program of PROGRAMS[name]) program();
  await Promise.all([ensureRust(), ensureNpmPackages(), buildAll()]);
}

const suites = { pages: nodeSuite("browser", "tests/browser/*.browser.mjs"), wasm };
const optional = {
  firefox: nodeSuite("firefox", "tests/browser/element-firefox.engine.mjs"),
  webkit: nodeSuite("webkit", "tests/browser/element-webkit.engine.mjs"),
};
await testCommand({ help: HELP, suites, optional, prepare });
