/** The element's own words in English. The attribute `<name>-label` replaces each. */
const ENGLISH = {
  close: "Close",
  dialog: "Crypto payment",
  waiting: "",
  seen: "Deposit seen, waiting for the network to confirm it.",
  confirmed: "Deposit confirmed by the network.",
  cancelled: "Deposit cancelled. It did not arrive.",
};

export type Label = keyof typeof ENGLISH;

export const LABEL_ATTRIBUTES = Object.keys(ENGLISH).map((name) => `${name}-label`);

/** Returns one of the element's words, in the page's language if the page has set it. */
export const labelOf = (element: Element, name: Label): string =>
  element.getAttribute(`${name}-label`) ?? ENGLISH[name];
