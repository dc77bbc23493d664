// The entry `citrn/element/svelte`: `<citrn-pay>` in the markup of Svelte 5.
import type { HTMLAttributes } from "svelte/elements";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "citrn-pay": HTMLAttributes<CitrnPayElement> & CitrnPayAttributes & CitrnPayHandlers;
  }
}

export * from "./index.js";
