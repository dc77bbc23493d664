import { existsSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { windows } from "./root.mjs";

/**
 * Finds a program that we do not install: on PATH, or else at one of the paths.
 * @param {string[]} names possible names of the program
 * @param {string[]} [places] possible paths of the program
 * @returns {string | undefined}
 */
export function findProgram(names, places = []) {
  const onPath = names.map((name) => capture(windows ? "where" : "which", [name])?.split(/\r?\n/)[0]);
  return onPath.find(Boolean) ?? places.find(existsSync);
}

/** @param {string} name @param {string | undefined} found */
function required(name, found) {
  if (found) return found;
  const how = "`apt-get install chromium chromium-driver`, or on macOS `brew install --cask chromium chromedriver`";
  throw new Failure(`${name} was not found: install Chromium and its driver (${how}), and try again.`);
}

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const BROWSER_PLACES = [
  "/usr/lib/chromium/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const DRIVER_PLACES = ["/usr/lib/chromium/chromedriver", "/opt/homebrew/bin/chromedriver"];

/** Returns the path of Chromium or Chrome. */
export const chromium = () => required("Chromium", findProgram(BROWSERS, BROWSER_PLACES));

/** Returns the path of Chromium's driver, with which wasm-bindgen's test runner starts Chromium. */
export const chromeDriver = () => required("`chromedriver`", findProgram(["chromedriver"], DRIVER_PLACES));

/**
 * Restricts the browser to loopback and switches its background work off. Chromium's own sandbox is off because it does
 * not start as root, as in a container.
 */
export const CHROMIUM_FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
