import type { CitrnPayEvents, CitrnPayMode } from "./pay-element.js";

/** The attributes of `<citrn-pay>`, for the types of frameworks. */
export interface CitrnPayAttributes {
  /** How a click opens the checkout. Default: `page`. */
  mode?: CitrnPayMode | undefined;
  /** Whether the element follows the status without a click, for example on the page to which the payer returns. */
  follow?: boolean | undefined;
  /** The close button of the dialog. Default: "Close". */
  "close-label"?: string | undefined;
  /** The accessible name of the dialog. Default: "Crypto payment". */
  "dialog-label"?: string | undefined;
  /** Below the link before the first deposit. Default: no text. */
  "waiting-label"?: string | undefined;
  /** Below the link when a deposit has been seen. */
  "seen-label"?: string | undefined;
  /** Below the link when a deposit is confirmed. */
  "confirmed-label"?: string | undefined;
  /** Below the link when a deposit has failed. */
  "cancelled-label"?: string | undefined;
}

/** The handlers of the element's events, by the names that React, Preact and Svelte give them. */
export interface CitrnPayHandlers {
  "oncitrn-status"?: ((event: CitrnPayEvents["citrn-status"]) => void) | undefined;
  "oncitrn-close"?: ((event: CitrnPayEvents["citrn-close"]) => void) | undefined;
}
