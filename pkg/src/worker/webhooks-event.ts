// What a delivery of the Worker reports.
import { errorOf } from "../failure.js";
import type { CitrnError } from "../error.js";
import { type CallbackEvent, type CallbackEventData, eventOf } from "../handler.js";
import type { Delivery } from "./webhooks-signature.js";

/** What every event has, whatever its `type`. */
interface EventFields<Type extends string, Data> {
  readonly type: Type;
  /** When the Worker received the callback. */
  readonly timestamp: string;
  readonly data: CallbackEventData & Data;
}

/** What the Worker delivers. `type` tells the members of the union apart. */
export type WebhookEvent = CallbackEvent &
  (
    | EventFields<"callback.received", unknown>
    | EventFields<"callback.amended", { readonly credit: null; readonly review: string }>
    | EventFields<"callback.conflict", { readonly credit: null; readonly review: string }>
    | EventFields<"callback.unreadable", { readonly credit: null; readonly review: string }>
  );

/**
 * Reads an event.
 *
 * @throws {CitrnCallbackError} `invalid_callback`. Its `field` is `data.credit` if the Worker does not know that field yet.
 */
export function readEvent({ id, body }: Delivery): WebhookEvent {
  const event = parsed(body);
  const data = event?.data;
  const isRead =
    isObject(data) &&
    isText(event?.type) &&
    isTextOrNull(data.callback_id) &&
    isTextOrNull(data.customer_id) &&
    isTextOrNull(data.status);
  if (!event || !isRead) throw unreadable("The delivery is signed, but its body is no event of the Worker.");
  const { credit, review, callback_id } = data;
  if (credit === undefined || review === undefined) {
    const update =
      "The event comes from a Worker of an older version, whose events do not say what to credit: update it.";
    throw unreadable(update, "data.credit");
  }
  const isClear = credit === null ? isTextOrNull(review) : review === null && isText(callback_id) && isCredit(credit);
  if (!isClear) throw unreadable("The event does not say clearly whether, or how much, to credit.");
  return eventOf({ ...event, id, key: credit ? callback_id : id }, body) as WebhookEvent;
}

/** Whether these are whom to credit and how much: decimal text. */
function isCredit(credit: unknown): boolean {
  if (!isObject(credit)) return false;
  const { customer_id, currency, amount } = credit;
  return isText(customer_id) && isText(currency) && typeof amount === "string" && /^\d+(\.\d+)?$/.test(amount);
}

function parsed(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTextOrNull = (value: unknown) => value === null || typeof value === "string";

function unreadable(message: string, field?: string): CitrnError {
  const details = { executed: "no", retryable: false, fromGateway: false } as const;
  return errorOf({ code: "invalid_callback", message, field, ...details });
}
