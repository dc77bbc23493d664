// The entry `citrn/element`: defines `<citrn-pay>`. No wasm, no dependencies, and safe to import on a server.
import { CitrnPayElement } from "./pay-element.js";

// Another copy of the package may have defined it. Without constructable style sheets, the link stays a plain one.
if (globalThis.customElements && !customElements.get("citrn-pay") && "adoptedStyleSheets" in document)
  customElements.define("citrn-pay", CitrnPayElement);

export type { CitrnPayAttributes, CitrnPayHandlers } from "./attributes.js";
export { CitrnPayElement, type CitrnPayEvents, type CitrnPayMode } from "./pay-element.js";
export type { CitrnPayDeposit, CitrnPayState, CitrnPayStatus } from "./status.js";
