import { openDialog } from "./dialog.js";
import { follow } from "./follow.js";
import { type Label, LABEL_ATTRIBUTES, labelOf } from "./labels.js";
import { type CitrnPayState, type CitrnPayStatus, statusUrl } from "./status.js";
import { elementStyle } from "./style.js";

/** How a click on the link opens the checkout. */
export type CitrnPayMode = "page" | "popup" | "dialog";

/** On a server there is no HTMLElement, and importing the module must be safe. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};

const POPUP = "popup,noopener,width=480,height=760";

/**
 * The element `<citrn-pay>`: a link to a checkout of the Worker, which opens in the page, in a popup window or in a
 * dialog, and whose status the element follows. Without JavaScript it is the plain link.
 *
 * Attributes: `mode`, `follow`, and the element's own words `close-label`, `dialog-label`, `waiting-label`,
 * `seen-label`, `confirmed-label` and `cancelled-label`. The element sets `state`. Parts: `status`, `dialog`, `close`
 * and `frame`. Events: `citrn-status` and `citrn-close`, which bubble.
 *
 * @example
 * import "citrn/element";
 *
 * document.querySelector("citrn-pay")?.addEventListener("citrn-status", ({ detail }) => {
 *   if (detail.state === "confirmed") location.href = "/thanks"; // credit only what your server's callback reports
 * });
 */
export class CitrnPayElement extends Base {
  /** The attributes whose changes take effect immediately. */
  static readonly observedAttributes: string[] = ["follow", ...LABEL_ATTRIBUTES];

  #root: ShadowRoot | undefined;
  #line: HTMLElement | undefined;
  #removeDialog: (() => void) | undefined;
  #stop: (() => void) | undefined;
  /** The URL of the link's status. */
  #url = "";
  /** Whether the payer has opened the link, and a deposit may still arrive. */
  #isPaying = false;
  /** The status that was reported last. */
  #reported = "";

  /** How a click opens the checkout. Default: `page`. */
  get mode(): CitrnPayMode {
    const mode = this.getAttribute("mode");
    return mode === "popup" || mode === "dialog" ? mode : "page";
  }
  set mode(mode: CitrnPayMode) {
    this.setAttribute("mode", mode);
  }

  /** Whether the element follows the status without a click, for example on the page to which the payer returns. */
  get follow(): boolean {
    return this.hasAttribute("follow");
  }
  set follow(follow: boolean) {
    // Frameworks set undefined, for which toggleAttribute would toggle.
    this.toggleAttribute("follow", Boolean(follow));
  }

  /** The state of the payment, or null while it is unknown. */
  get state(): CitrnPayState | null {
    return this.getAttribute("state") as CitrnPayState | null;
  }

  /** @internal */
  connectedCallback(): void {
    if (!this.#root) {
      this.#root = this.attachShadow({ mode: "open" });
      this.#root.adoptedStyleSheets = [elementStyle()];
      this.#line = document.createElement("p");
      this.#line.setAttribute("part", "status");
      this.#line.setAttribute("role", "status");
      this.#root.append(document.createElement("slot"), this.#line);
      this.addEventListener("click", (event) => this.#open(event));
      // The parser, and some frameworks, connect the element before they add the link or its URL.
      const observer = new MutationObserver(() => this.#update());
      observer.observe(this, { childList: true, subtree: true, attributeFilter: ["href"] });
      this.#render();
    }
    // Frameworks move elements by removing and adding them.
    if (this.#isPaying) this.#follow(true);
    this.#update();
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#removeDialog?.();
    this.#removeDialog = undefined;
    this.#stopFollowing();
  }

  /** @internal */
  attributeChangedCallback(name: string): void {
    if (name !== "follow") this.#render();
    else if (this.follow) this.#update();
    else if (!this.#isPaying) this.#stopFollowing();
  }

  #label(name: Label): string {
    return labelOf(this, name);
  }

  #render(): void {
    if (this.#line) this.#line.textContent = this.state && this.#label(this.state);
  }

  /** The link to the checkout, if the element contains one. */
  get #link(): HTMLAnchorElement | undefined {
    const link = this.querySelector<HTMLAnchorElement>("a[href]");
    return link && /^https?:$/.test(link.protocol) ? link : undefined;
  }

  #open(event: MouseEvent): void {
    const link = this.#link;
    if (!link?.contains(event.target as Node) || event.defaultPrevented || !this.isConnected) return;
    this.#setLink(link);
    this.#follow(true);
    const { mode } = this;
    // Clicks with a modifier key keep their meaning, such as opening a tab.
    if (mode === "page" || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (mode === "popup") {
      // The second click of a double click would open a second window.
      if (event.detail < 2) window.open(link.href, "_blank", POPUP);
    } else if (!this.#removeDialog && this.#root) {
      this.#removeDialog = openDialog(this.#root, link.href, this.#label("dialog"), this.#label("close"), () => {
        this.#removeDialog = undefined;
        // Safari does not focus a link that is clicked, and a framework may have replaced the link.
        this.#link?.focus();
        this.#dispatch("citrn-close");
      });
    }
  }

  /** Takes a link that the page has added or replaced, unless the payer is paying to the one before. */
  #update(): void {
    const link = this.#link;
    if (!link || !this.isConnected || this.#isPaying) return;
    this.#setLink(link);
    if (this.follow && !this.#stop) this.#follow(false);
  }

  /** Forgets the status of another link. */
  #setLink({ href }: HTMLAnchorElement): void {
    const url = statusUrl(href);
    if (url === this.#url) return;
    this.#url = url;
    this.#reported = "";
    this.#stopFollowing();
    this.removeAttribute("state");
    this.#render();
  }

  #follow(clicked: boolean): void {
    this.#stopFollowing();
    this.#isPaying = clicked;
    this.#stop = follow(this.#url, clicked, (status, isLast) => {
      if (isLast) this.#isPaying = false;
      const reported = JSON.stringify(status);
      if (reported === this.#reported) return;
      this.#reported = reported;
      this.setAttribute("state", status.state);
      this.#render();
      this.#dispatch("citrn-status", status);
    });
  }

  #stopFollowing(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #dispatch(type: keyof CitrnPayEvents, detail?: CitrnPayStatus): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** The element's events. */
export interface CitrnPayEvents {
  /** The status has changed. */
  "citrn-status": CustomEvent<CitrnPayStatus>;
  /** The dialog has closed. */
  "citrn-close": CustomEvent<undefined>;
}

declare global {
  interface HTMLElementTagNameMap {
    "citrn-pay": CitrnPayElement;
  }
  interface GlobalEventHandlersEventMap extends CitrnPayEvents {}
}
