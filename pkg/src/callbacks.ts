import type { Configuration } from "./configuration.js";
import { core } from "./core.js";
import type { Callback } from "./endpoints.js";
import { errorOf, type Failure, parameter, unsent } from "./failure.js";
import { type CallbackHeaders, headerIn } from "./headers.js";
import { bytesIn, reading } from "./input.js";
import { CachedKey, textOf, write } from "./signing-buffer.js";
import { unsetMessage } from "./unset.js";

/** Why a callback needs a review by hand. An open union: later versions may add reasons. */
export type CallbackReview = "amount_unreadable" | "fees_unclear" | "type_unknown" | "payment_request" | (string & {});

/** The customer to credit, and the amount. */
export interface CallbackCredit {
  /** Your id of the customer; null if the deposit has none. */
  readonly customerId: string | null;
  readonly currency: string;
  /** Decimal text. */
  readonly amount: string;
}

/** A callback with a valid signature: the gateway's fields, and derived ones, such as the amount to credit. */
export type VerifiedCallback = Callback & {
  /** Whether this is a final status, such as `confirmed`, `cancelled` or `declined`. Act on money only then. */
  readonly isFinal: boolean;
  /** Whether this reports incoming money. */
  readonly isDeposit: boolean;
  /**
   * Whether a deposit arrived in another currency than that of its address. `credit.currency` is the one that was
   * received: never credit its amount as one of the currency that you expected.
   */
  readonly isUnexpectedCurrency: boolean;
  /** Your id of the customer who made the deposit, from `crypto_address.foreign_id`. Null unless it is a deposit. */
  readonly customerId: string | null;
  /**
   * Why this callback needs a review by hand, or null.
   *
   * - `amount_unreadable`: a confirmed deposit whose amount is missing, not a plain decimal number, or without currency
   * - `fees_unclear`: a confirmed deposit with fees, but without the amount after fees
   * - `type_unknown`: confirmed, and money was received, but `type` is missing or not documented
   * - `payment_request`: it reports a payment request, not a transaction, and so no amount to credit
   */
  readonly needsReview: CallbackReview | null;
  /**
   * The customer, currency and amount of a confirmed deposit, after fees. Null: there is nothing to credit. A deposit
   * without customer has `customerId` null: find out whose it is before you credit it.
   *
   * Credit each transaction once, by its `id` alone: a later callback of the same `id` is never a second credit.
   *
   * @throws {CitrnCallbackError} `invalid_callback`, when read, if it is unclear whether or how much to credit.
   * `needsReview` gives the reason. The property is then not enumerable, so copies of the callback leave it out.
   */
  readonly credit: CallbackCredit | null;
  /** The exact text of the body. Not enumerable. */
  readonly raw: string;
};

/** Verifies callbacks of the gateway, and signs callbacks for your own tests. Synchronous on every runtime. */
export interface Callbacks {
  /**
   * Checks the signature of a callback and reads it. Pass the raw bytes of the body: `text()` drops a byte-order mark
   * and replaces invalid UTF-8, and JSON that was parsed and serialised again differs from the signed bytes.
   *
   * The gateway may send a callback more than once, and callbacks carry no time. `id` identifies the transaction, and
   * `id` with `status` one event of it.
   *
   * @throws {CitrnCallbackError} `invalid_signature`: answer 401. `invalid_callback`: the signature is valid, but the
   * body cannot be read; store it and answer 200.
   * @example
   * const callback = citrn.callbacks.verify(await request.arrayBuffer(), request.headers);
   * if (callback.needsReview) console.log("review", callback.id, callback.needsReview);
   * else if (callback.credit) console.log("credit", callback.credit);
   */
  verify(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): VerifiedCallback;
  /**
   * Checks only the signature, for a receiver that stores every signed body before reading it.
   *
   * @throws {CitrnCallbackError} `invalid_signature`: answer 401
   */
  authenticate(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): void;
  /**
   * Returns the headers that the gateway would send with this body, for your own tests.
   *
   * @example
   * const body = JSON.stringify({ id: "1", type: "deposit", status: "confirmed" });
   * citrn.callbacks.verify(body, citrn.callbacks.sign(body));
   */
  sign(body: string | ArrayBuffer | ArrayBufferView): Record<string, string>;
}

const KEY_HEADER = "X-Process-Key";
const SIGNATURE_HEADER = "X-Process-Signature";

/**
 * Creates the methods for callbacks of one client.
 *
 * @internal
 */
export function callbacksOf({ settings, apiKey, callbackSecrets, unset }: Configuration): Callbacks {
  const keys = callbackSecrets.map((secret) => new CachedKey(secret));
  const required = (action: string) => {
    const missing = unset.find((name) => name !== "apiKey");
    if (missing !== undefined) return unsent("secret_required", unsetMessage(missing), missing);
    const message = `${action} a callback needs the secret: give the client secret or callbackSecrets.`;
    return unsent("secret_required", message, "callbackSecrets");
  };

  /** Writes the body into the signing buffer, checks its signature, and returns its length. */
  const authenticate: (rawBody: unknown, headers: CallbackHeaders) => number = (rawBody, headers) => {
    const body = bodyOf("rawBody", rawBody);
    if (keys.length === 0) throw required("Verifying");
    // Before the body is written: methods of the caller's headers object may themselves use the signing buffer.
    const signature = headerIn(headers, SIGNATURE_HEADER);
    const length = write(body);
    if (keys.some((key) => key.hasSigned(length, signature))) return length;
    const failure: Failure | undefined = core().authenticate(settings, length, signature);
    if (failure) throw errorOf(failure);
    return length;
  };

  const verify: Callbacks["verify"] = (rawBody, headers) => {
    const length = authenticate(rawBody, headers);
    const read: readonly [json: string, unclear?: Failure] | Failure = core().read_callback(length);
    if ("code" in read) throw errorOf(read);
    const [json, unclear] = read;
    const raw = typeof rawBody === "string" ? rawBody : textOf(length);
    const verified = JSON.parse(json) as VerifiedCallback;
    if (verified.credit) Object.assign(verified.credit, { customerId: verified.customerId });
    Object.defineProperty(verified, "raw", { value: raw, enumerable: false });
    if (!unclear) return verified;
    const credit = () => {
      throw errorOf(unclear);
    };
    // Not enumerable: JSON.stringify and spreading read every enumerable property.
    return Object.defineProperty(verified, "credit", { get: credit, enumerable: false });
  };

  const sign: Callbacks["sign"] = (body) => {
    const length = write(bodyOf("body", body));
    const [key] = keys;
    if (key === undefined) throw required("Signing");
    const signature = key.sign(length);
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (apiKey !== undefined) headers[KEY_HEADER] = apiKey;
    headers[SIGNATURE_HEADER] = signature;
    return headers;
  };

  return {
    verify,
    authenticate(rawBody, headers) {
      authenticate(rawBody, headers);
    },
    sign,
  };
}

/** Returns the body as text, or as its bytes as they are now. */
function bodyOf(field: string, body: unknown): string | Uint8Array {
  if (typeof body === "string") return body;
  const given = reading(parameter, field, () => bytesIn(body));
  if (given) return given;
  throw parameter(
    field,
    "must be the raw body, as text or bytes: parsed JSON no longer has the signed bytes. Read the body before any " +
      "JSON parser, such as with request.arrayBuffer() or express.raw()",
  );
}
