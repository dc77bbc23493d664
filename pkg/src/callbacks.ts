import type { Configuration } from "./configuration.js";
import { core } from "./core.js";
import type { Callback } from "./endpoints.js";
import { errorOf, type Failure, parameter, unsent } from "./failure.js";
import { type CallbackHeaders, headerIn } from "./headers.js";
import { bytesIn, reading } from "./input.js";
import { CachedKey, textOf, write } from "./signing-buffer.js";
import { isUnset } from "./unset.js";

/** Why a person must look at a callback. Open: a later version may give other reasons. */
export type CallbackReview = "amount_unreadable" | "fees_unclear" | "type_unknown" | "payment_request" | (string & {});

/** A callback that the gateway has signed: its fields, and answers to what people get wrong about them. */
export type VerifiedCallback = Callback & {
  /** Whether nothing more comes after this, as after `confirmed`, `cancelled` or `declined`. Act on money only then. */
  readonly isFinal: boolean;
  /** Whether this is about money that comes in. */
  readonly isDeposit: boolean;
  /** Whose deposit it is: your id of the customer, which a deposit carries in `crypto_address`. */
  readonly customerId: string | null;
  /**
   * Why a person must look at this, or null. `amount_unreadable`: a confirmed deposit whose amount is missing or not a
   * plain decimal number, or has no currency. `fees_unclear`: one with fees, but without the amount after fees.
   * `type_unknown`: it is confirmed and something was received, but its `type` is missing or not documented.
   * `payment_request`: it is about a payment request, not a transaction, so it does not say how much to credit.
   */
  readonly needsReview: CallbackReview | null;
  /**
   * The amount to credit the customer with: that of a confirmed deposit, after fees. Null: there is nothing to credit.
   *
   * @throws {CitrnCallbackError} `invalid_callback`, when read, if a confirmed callback does not say clearly whether,
   * or how much, to credit. `needsReview` gives the reason. The property is not enumerable then, so copies of the
   * callback leave it out.
   */
  readonly credit: { readonly currency: string; readonly amount: string } | null;
  /** The exact text of the body. Not enumerable. */
  readonly raw: string;
};

/** Verifying what the gateway posts to you, and signing the like in your own tests. Synchronous on every runtime. */
export interface Callbacks {
  /**
   * Checks the signature of a callback and reads it. Pass the raw bytes of the body: `text()` drops a byte-order mark
   * and replaces invalid UTF-8, and JSON that was parsed and written again has other bytes than the signed ones.
   *
   * Callbacks may come more than once, and carry no time: `id` and `status` together tell one event from another.
   *
   * @throws {CitrnCallbackError} `invalid_signature`: answer 401. `invalid_callback`: the signature is right, but the
   * body was not understood; store it and answer 200.
   * @example
   * const callback = citrn.callbacks.verify(await request.arrayBuffer(), request.headers);
   * if (callback.needsReview) console.log("look at", callback.id, "yourself:", callback.needsReview);
   * else if (callback.credit) console.log("credit", callback.customerId, callback.credit);
   */
  verify(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): VerifiedCallback;
  /**
   * Checks the signature alone, for a receiver that stores every signed body before anything reads it.
   *
   * @throws {CitrnCallbackError} `invalid_signature`: answer 401
   */
  authenticate(rawBody: string | ArrayBuffer | ArrayBufferView, headers: CallbackHeaders): void;
  /**
   * The headers that the gateway would send with this body, for your own tests.
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
 * Makes the methods for callbacks of one client.
 *
 * @internal
 */
export function callbacksOf({ apiKey, callbackSecrets: secrets, unset }: Configuration): Callbacks {
  const keys = secrets.map((secret) => new CachedKey(secret));
  const required = (what: string) => {
    const missing = unset.find((name) => name !== "apiKey");
    if (missing !== undefined) return unsent("secret_required", isUnset(missing), missing);
    const message = `${what} a callback needs the secret itself: give the client secret or callbackSecrets.`;
    return unsent("secret_required", message, "callbackSecrets");
  };

  /** Writes the body into the signing buffer, checks its signature, and returns its length. */
  const authenticate: (rawBody: unknown, headers: CallbackHeaders) => number = (rawBody, headers) => {
    const body = bodyOf("rawBody", rawBody);
    if (keys.length === 0) throw required("Verifying");
    // Before the body is written: headers may be an object of the caller's whose methods sign something themselves.
    const signature = headerIn(headers, SIGNATURE_HEADER);
    const length = write(body);
    if (keys.some((key) => key.hasSigned(length, signature))) return length;
    const failure: Failure | undefined = core().authenticate([...secrets], length, signature);
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
    "must be the raw body, as text or bytes. Parsed JSON is other bytes than the ones that were signed: read the " +
      "body before a JSON parser does, such as with request.arrayBuffer() or express.raw()",
  );
}
