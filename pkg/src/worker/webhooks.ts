import type { CallbackHeaders } from "../headers.js";
import { readEvent, type WebhookEvent } from "./webhooks-event.js";
import { authenticate, type RawBody, sign, type SignOptions, type WebhookOptions } from "./webhooks-signature.js";

/** Verifying the Worker's deliveries, and signing the like in your own tests. */
export interface Webhooks {
  /**
   * Checks the signature and the time of a delivery (Standard Webhooks), and reads its event. Pass the raw body.
   * `webhookHandler` does this and answers too.
   *
   * @throws {CitrnCallbackError} `invalid_signature`: answer 401. `invalid_callback`: the signature is right, but the
   * body is no event of the Worker; store it for a person to look at.
   * @throws {CitrnConfigurationError} if a secret is no `whsec_…` or the runtime has no `crypto.subtle`
   * @example
   * const secrets = env.MERCHANT_WEBHOOK_SECRET;
   * const event = await webhooks.verify(await request.arrayBuffer(), request.headers, { secrets });
   * if (event.data.credit) console.log("credit", event.data.credit, "unless this key was credited:", event.key);
   */
  verify(rawBody: RawBody, headers: CallbackHeaders, options: WebhookOptions): Promise<WebhookEvent>;
  /**
   * Returns the headers that the Worker would send with this body, for your own tests.
   *
   * @example
   * const secrets = env.MERCHANT_WEBHOOK_SECRET;
   * const data = {
   *   callback_id: "17", status: "not_confirmed", superseded: false, customer_id: "user-17",
   *   is_final: false, is_deposit: true, credit: null, review: null, callback: { id: 17, status: "not_confirmed" },
   * };
   * const body = JSON.stringify({ type: "callback.received", timestamp: "2026-11-22T12:00:00.000Z", data });
   * await webhooks.verify(body, await webhooks.sign(body, { secrets, id: "evt_1" }), { secrets });
   */
  sign(rawBody: RawBody, options: SignOptions): Promise<Record<string, string>>;
}

/** Verifying the Worker's deliveries, and signing the like in your own tests. */
export const webhooks: Webhooks = {
  async verify(rawBody, headers, options) {
    return readEvent(await authenticate(rawBody, headers, options));
  },
  sign,
};
