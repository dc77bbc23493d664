// The entry `citrn/element/preact`: `<citrn-pay>` in Preact's JSX.
import type { HTMLAttributes } from "preact";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "citrn-pay": HTMLAttributes<CitrnPayElement> & CitrnPayAttributes & CitrnPayHandlers;
    }
  }
}

export * from "./index.js";
