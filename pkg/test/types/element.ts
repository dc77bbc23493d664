// Compiles if the types of the element are right.
import type { CitrnPayElement, CitrnPayMode, CitrnPayStatus } from "citrn/element";

const element = document.querySelector("citrn-pay");
if (element) {
  const checked: CitrnPayElement = element;
  element.mode = "dialog";
  const mode: CitrnPayMode = element.mode;
  element.follow = true;
  // @ts-expect-error A mode is one of three.
  element.mode = "tab";
  // @ts-expect-error The element sets its state.
  element.state = "seen";
  element.addEventListener("citrn-status", ({ detail }) => {
    const status: CitrnPayStatus = detail;
    const amount: string | null | undefined = detail.deposits[0]?.amount;
    console.log(status.state === "confirmed", amount, mode, checked.state);
    // @ts-expect-error Amounts are text.
    console.log(amount * 2);
  });
  element.addEventListener("citrn-close", ({ detail }) => console.log(detail === undefined));
}
document.addEventListener("citrn-status", ({ detail }) => console.log(detail.state));
