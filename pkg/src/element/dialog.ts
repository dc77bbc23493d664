import { lockScrolling } from "./style.js";

/** Creates an element that a page can style through its `::part()`. */
function create<Name extends "button" | "dialog" | "iframe">(
  name: Name,
  part: string,
  attributes: Record<string, string>,
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  for (const [attribute, value] of Object.entries({ part, ...attributes })) created.setAttribute(attribute, value);
  return created;
}

/**
 * Opens the checkout in a modal dialog: a close button, and a frame with the link. It exists only while it is open.
 * @param title the accessible name of the dialog and of its frame
 * @param onClose called after the dialog has closed
 * @returns a function that removes the dialog without calling `onClose`
 */
export function openDialog(
  root: ShadowRoot,
  link: string,
  title: string,
  closeLabel: string,
  onClose: () => void,
): () => void {
  const dialog = create("dialog", "dialog", { "aria-label": title });
  const close = create("button", "close", { type: "button" });
  // The frame may copy the deposit address.
  const frame = create("iframe", "frame", { title, src: link, allow: "clipboard-write" });
  close.textContent = closeLabel;
  dialog.append(close, frame);
  root.append(dialog);

  const unlock = lockScrolling();
  // The dialog does not get the Escape key while the focus is in the frame, so the checkout sends a message.
  const onMessage = ({ source, data }: MessageEvent) => {
    if (source === frame.contentWindow && data === "citrn-close") dialog.close();
  };
  // An invisible modal dialog would block the page.
  const observer = new ResizeObserver(() => dialog.getClientRects().length || dialog.close());
  const remove = () => {
    observer.disconnect();
    removeEventListener("message", onMessage);
    dialog.remove();
    unlock();
  };
  addEventListener("message", onMessage);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    remove();
    onClose();
  });
  dialog.showModal();
  observer.observe(dialog);
  return remove;
}
