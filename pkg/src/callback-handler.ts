import type { VerifiedCallback } from "./callbacks.js";
import type { Citrn } from "./client.js";
import type { CitrnError } from "./error.js";
import { type CallbackEvent, type EventHandlers, eventOf, type Handler, makeHandler, UNREADABLE } from "./handler.js";
import { subtle } from "./subtle.js";

/** Options of {@link callbackHandler}. */
export interface CallbackHandlerOptions extends EventHandlers<CallbackEvent> {
  /** The client whose secrets callbacks are verified with. */
  readonly citrn: Pick<Citrn, "callbacks">;
}

/**
 * Makes the handler of the URL that the gateway posts callbacks to, for a shop without the Worker. It takes a `Request`
 * and answers 200 once `process` or `review` has settled, 401 if the signature is invalid, and 500 if they throw, so
 * that the callback comes again. Give it the request before anything reads its body.
 *
 * Each event has the fields that the Worker's events have. `event.id` is the SHA-256 of the body, such as
 * `sha256-47DEQ…`. `event.key` is the transaction's id if the status is final, otherwise `event.id`: so only the first
 * final status of a transaction can credit, whatever comes later, such as `confirmed` with another body or after
 * `cancelled`.
 *
 * @throws {CitrnConfigurationError} if `process` or `review` is not a function
 * @example
 * const handle = callbackHandler({
 *   citrn,
 *   process: async (event) => {
 *     // One database transaction: insert event.key under a unique constraint, and credit event.data.credit.
 *     console.log(event.key, event.data.credit);
 *     return "done"; // or "duplicate", if the key was there
 *   },
 *   review: async (event) => console.log("look at", event.id, "yourself:", event.data.review),
 * });
 * const response = await handle(request);
 */
export function callbackHandler({ citrn, ...handlers }: CallbackHandlerOptions): Handler {
  return makeHandler(handlers, async (body, headers): Promise<CallbackEvent> => {
    let data = UNREADABLE;
    try {
      data = dataOf(citrn.callbacks.verify(body, headers));
    } catch (error) {
      if ((error as CitrnError).code !== "invalid_callback") throw error;
    }
    const digest = new Uint8Array(await subtle().digest("SHA-256", body));
    const id = `sha256-${btoa(String.fromCharCode(...digest))}`;
    const type = data.callback ? "callback.received" : "callback.unreadable";
    return eventOf({ id, key: (data.is_final && data.callback_id) || id, type, data }, body);
  });
}

function dataOf(callback: VerifiedCallback): CallbackEvent["data"] {
  const { id, status, customerId, isFinal, isDeposit, isUnexpectedCurrency, needsReview } = callback;
  // Reading `credit` throws if there is something to review.
  const { currency, amount } = (needsReview === null && callback.credit) || {};
  return {
    callback_id: id,
    status,
    customer_id: customerId,
    is_final: isFinal,
    is_deposit: isDeposit,
    is_unexpected_currency: isUnexpectedCurrency,
    credit: currency && amount && customerId !== null ? { customer_id: customerId, currency, amount } : null,
    review: amount && customerId === null ? "customer_missing" : needsReview,
    callback,
  };
}
