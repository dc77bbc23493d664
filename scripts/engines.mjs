// Browsers besides Chromium, in which the element is tested.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { findProgram } from "./chromium.mjs";
import { Failure } from "./failure.mjs";

/** Returns the path of Firefox. */
export function firefox() {
  const found = findProgram(["firefox-esr", "firefox"], ["/Applications/Firefox.app/Contents/MacOS/firefox"]);
  if (found) return found;
  throw new Failure("Firefox was not found: install it (`apt-get install firefox-esr`), and try again.");
}

/** Where Debian installs libraries, whose programs are not on PATH. */
const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

/** Returns the paths of WebKit's driver, of its browser, and of the program that gives it a virtual display. */
export function webkit() {
  const versions = LIBRARIES.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith("webkit2gtk-"))
      .map((name) => path.join(folder, name, "MiniBrowser")),
  );
  const [driver, display] = [findProgram(["WebKitWebDriver"]), findProgram(["xvfb-run"])];
  const browser = findProgram(["MiniBrowser"], versions);
  if (driver && display && browser) return { driver, display, browser };
  const how = "`apt-get install webkit2gtk-driver xvfb xauth`";
  throw new Failure(`WebKit's driver or its virtual display was not found: install them (${how}), and try again.`);
}
