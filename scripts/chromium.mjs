import { Failure } from "./failure.mjs";
import { findProgram } from "./programs.mjs";

const HOW = "install both (Debian and Ubuntu: `apt-get install chromium chromium-driver`; macOS: `brew install --cask chromium chromedriver`), and run this again.";

/** Where they are when they are not on PATH. */
const USUAL_PLACES = {
  browser: [
    "/usr/lib/chromium/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ],
  driver: ["/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver"],
};

/** The path of Chromium, or of Chrome. */
export function chromium() {
  const found = findProgram(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"], USUAL_PLACES.browser);
  if (!found) throw new Failure(`Chromium was not found, which the browser tests run in: it needs a driver too; ${HOW}`);
  return found;
}

/** The path of Chromium's driver, through which wasm-pack starts it. */
export function chromeDriver() {
  const found = findProgram(["chromedriver"], USUAL_PLACES.driver);
  if (!found) throw new Failure(`Chromium's driver \`chromedriver\` was not found, which wasm-pack starts Chromium with: ${HOW}`);
  return found;
}

/**
 * Alone on this machine and without privileges it does not need: nothing is looked up or fetched but from loopback, and
 * none of the browser's own errands run. Its own sandbox is off because it does not start as root, as in a container.
 */
export const CHROMIUM_FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
