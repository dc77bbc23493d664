// Reads the event of a delivery of the Worker.
import { unsent } from "../failure.js";
import { type CallbackEvent, type CallbackEventData, eventOf } from "../handler.js";
import type { Credit, WebhookBody } from "./contract.js";
import { type Fields, parseJson, readFields, UnreadableReply } from "./reply.js";
import type { Delivery } from "./webhooks-signature.js";

/** An event that the Worker delivered. `type` discriminates the union. */
export type WebhookEvent = WebhookBody & Pick<CallbackEvent, "id" | "key" | "rawBody">;

const EVENT: Fields<{ type: string; timestamp: string; data: unknown }> = {
  type: "text",
  timestamp: "text",
  data: "any",
};
const DATA: Fields<Omit<CallbackEventData, "callback" | "credit" | "is_unexpected_currency"> & { credit: unknown }> = {
  credit: "any",
  review: "text or null",
  callback_id: "text or null",
  status: "text or null",
  customer_id: "text or null",
  is_final: "true or false",
  is_deposit: "true or false",
};
const CREDIT: Fields<Credit> = { customer_id: "text", currency: "text", amount: "text" };

/**
 * Reads an event.
 *
 * @throws {CitrnCallbackError} `invalid_callback`. Its `field` is `data.credit` if the Worker does not know that yet.
 */
export function readEvent({ id, body }: Delivery): WebhookEvent {
  let field = "body";
  try {
    const event = readFields(parseJson(body), EVENT);
    if (!Object.hasOwn(Object(event.data), "credit")) field = "data.credit";
    const { credit, review, callback_id } = readFields(event.data as CallbackEventData, DATA, "data");
    if (credit !== null) {
      const { amount } = readFields(credit as Credit, CREDIT, "data.credit");
      if (review !== null || !callback_id || !/^\d+(\.\d+)?$/.test(amount)) throw new UnreadableReply("it is unclear");
    }
    return eventOf({ ...event, id, key: credit === null ? id : callback_id }, body) as WebhookEvent;
  } catch (error) {
    if (!(error instanceof UnreadableReply)) throw error;
    const message = `The delivery is signed, but not an event that says what to credit: ${error.message}.`;
    throw unsent("invalid_callback", message, field);
  }
}
