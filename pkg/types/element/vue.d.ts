// The entry `citrn/element/vue`: `<citrn-pay>` in the templates of Vue 3, for vue-tsc and editors.
import type { HTMLAttributes } from "vue";
import type { CitrnPayAttributes, CitrnPayEvents } from "./index.js";

interface Handlers {
  onCitrnStatus?: ((event: CitrnPayEvents["citrn-status"]) => void) | undefined;
  onCitrnClose?: ((event: CitrnPayEvents["citrn-close"]) => void) | undefined;
}

declare module "vue" {
  interface GlobalComponents {
    "citrn-pay": new () => { $props: HTMLAttributes & CitrnPayAttributes & Handlers };
  }
}

export * from "./index.js";
