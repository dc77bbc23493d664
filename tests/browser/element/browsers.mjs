// The browsers in which the element is tested, by one interface.
import { openChromium } from "./chromium.mjs";
import { openFirefox } from "./firefox.mjs";
import { openWebkit } from "./webkit.mjs";

/**
 * A window of a browser. Scripts are functions, which get the value, or text.
 * @typedef {object} Window
 * @property {(url: string) => Promise<void>} goto
 * @property {() => Promise<string>} url
 * @property {(script: any, value?: any) => Promise<any>} evaluate
 * @property {(script: any, value?: any) => Promise<any>} evaluateInFrame in the frame of the dialog
 * @property {(key: string) => Promise<void>} press a key, such as `Tab` or `Control+Enter`
 * @property {(x: number, y: number) => Promise<void>} click
 * @property {() => Promise<void>} wheel scrolls down over the page's corner
 * @property {() => Promise<string[]>} windows the URLs of all windows, this one first
 * @property {(index: number, script: any) => Promise<any>} evaluateInWindow
 * @property {(path: string) => Promise<void>} screenshot
 * @property {() => Promise<void>} close
 *
 * @typedef {(options?: { dark?: boolean, javaScript?: boolean }) => Promise<Window>} Open
 */

/** @type {Record<string, Open>} */
export const BROWSERS = { Chromium: openChromium, Firefox: openFirefox, WebKit: openWebkit };
