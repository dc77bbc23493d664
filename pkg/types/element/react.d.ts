// The entry `citrn/element/react`: `<citrn-pay>` in the JSX of React 19.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { CitrnPayAttributes, CitrnPayElement, CitrnPayHandlers } from "./index.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "citrn-pay": DetailedHTMLProps<HTMLAttributes<CitrnPayElement>, CitrnPayElement> &
        CitrnPayAttributes &
        CitrnPayHandlers;
    }
  }
}

export * from "./index.js";
