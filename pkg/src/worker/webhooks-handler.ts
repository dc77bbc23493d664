import type { CitrnError } from "../error.js";
import { type EventHandlers, eventOf, type Handler, makeHandler, UNREADABLE } from "../handler.js";
import { readEvent, type WebhookEvent } from "./webhooks-event.js";
import { authenticate, type WebhookOptions } from "./webhooks-signature.js";

/** Options of {@link webhookHandler}. */
export interface WebhookHandlerOptions extends WebhookOptions, EventHandlers<WebhookEvent> {}

/**
 * Makes the handler of the URL that the Worker delivers to, its `MERCHANT_WEBHOOK_URL`. It takes a `Request` and
 * answers 200 once `process` or `review` has settled, 401 if the signature is invalid, and 500 if they throw, so that
 * the event comes again. Give it the request before anything reads its body.
 *
 * `event.key` is the transaction's id if there is something to credit, otherwise the event's id: however often events
 * of a transaction come, it is credited once.
 *
 * @throws {CitrnConfigurationError} if `process` or `review` is not a function. The first request checks the secrets.
 * @example
 * const handle = webhookHandler({
 *   secrets: env.MERCHANT_WEBHOOK_SECRET,
 *   process: async (event) => {
 *     // One database transaction: insert event.key under a unique constraint, and credit event.data.credit.
 *     console.log(event.key, event.data.credit);
 *     return "done"; // or "duplicate", if the key was there
 *   },
 *   review: async (event) => console.log("look at", event.id, "yourself:", event.data.review),
 * });
 * const response = await handle(request);
 */
export function webhookHandler(options: WebhookHandlerOptions): Handler {
  return makeHandler(options, async (rawBody, headers): Promise<WebhookEvent> => {
    const delivery = await authenticate(rawBody, headers, options);
    try {
      return readEvent(delivery);
    } catch (error) {
      const { code, field } = error as CitrnError;
      // An older Worker's event is thrown: it comes again, and by then perhaps from the newer one.
      if (code !== "invalid_callback" || field === "data.credit") throw error;
      const { id, body } = delivery;
      const timestamp = new Date().toISOString();
      return eventOf({ id, key: id, type: "callback.unreadable", timestamp, data: UNREADABLE }, body) as WebhookEvent;
    }
  });
}
