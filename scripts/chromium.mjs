import { existsSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { windows } from "./root.mjs";

/**
 * Finds a program that is not ours to install: on PATH, or else at one of the places.
 * @param {string[]} names that it goes by
 * @param {string[]} [places] paths of it
 * @returns {string | undefined}
 */
export function findProgram(names, places = []) {
  const onPath = names.map((name) => capture(windows ? "where" : "which", [name])?.split(/\r?\n/)[0]);
  return onPath.find(Boolean) ?? places.find(existsSync);
}

/** @param {string} what @param {string | undefined} found */
function required(what, found) {
  if (found) return found;
  const how = "`apt-get install chromium chromium-driver`, or on macOS `brew install --cask chromium chromedriver`";
  throw new Failure(`${what} was not found: install Chromium and its driver (${how}), and run this again.`);
}

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const BROWSER_PLACES = [
  "/usr/lib/chromium/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const DRIVER_PLACES = ["/usr/lib/chromium/chromedriver", "/opt/homebrew/bin/chromedriver"];

/** The path of Chromium, or of Chrome. */
export const chromium = () => required("Chromium", findProgram(BROWSERS, BROWSER_PLACES));

/** The path of Chromium's driver, with which wasm-bindgen's test runner starts it. */
export const chromeDriver = () => required("`chromedriver`", findProgram(["chromedriver"], DRIVER_PLACES));

/**
 * Nothing is looked up or fetched but from loopback, and the browser does no background work. Its own sandbox is off
 * because it does not start as root, as in a container.
 */
export const CHROMIUM_FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
