import type { ClientErrorCode, GatewayErrorCode } from "./endpoints.js";

/**
 * What happened: one of the gateway's own codes, or one of the client's. Open: the gateway may send codes that its
 * documentation does not list.
 */
export type CitrnErrorCode = GatewayErrorCode | ClientErrorCode | (string & {});

/** The details of an error. */
export interface CitrnErrorFacts {
  code: CitrnErrorCode;
  message: string;
  executed: "no" | "unknown";
  retryable: boolean;
  httpStatus?: number | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  field?: string | undefined;
  foreign_id?: string | undefined;
  quote_id?: string | undefined;
  requestId?: string | undefined;
  idempotencyKey?: string | undefined;
  raw?: string | undefined;
  cause?: unknown;
}

const OPTIONAL = ["httpStatus", "retryAfter", "field", "foreign_id", "quote_id", "raw"] as const;

/**
 * Every error of this package. It answers three questions: what happened (`code`), did anything execute (`executed`),
 * and is the identical call worth repeating (`retryable`). It never holds a secret or a signature.
 *
 * @example
 * try {
 *   const return_url = "https://shop.example/thanks";
 *   await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url });
 * } catch (error) {
 *   if (!(error instanceof CitrnError)) throw error;
 *   if (error.executed === "unknown") console.log("reconcile by", error.foreign_id);
 *   else if (error.retryable) console.log("try again in", error.retryAfter ?? 1, "s");
 *   else console.log(error.code, error.message);
 * }
 */
export class CitrnError extends Error {
  /** What happened; stable, for programs to compare. */
  declare readonly code: CitrnErrorCode;
  /**
   * Whether anything was carried out. `"no"`: nothing was. `"unknown"`: it may have been. If the call moves money, look
   * for the callback of `foreign_id` or `quote_id` before you do anything else; never send it again under a new id.
   */
  declare readonly executed: "no" | "unknown";
  /** Whether the identical call is safe to repeat and may help. Never if it moves money and is `"unknown"`. */
  declare readonly retryable: boolean;
  /** The HTTP status, if there was an answer. */
  declare readonly httpStatus?: number;
  /** Seconds to wait before the next call, if the gateway says so. */
  declare readonly retryAfter?: number;
  /** The parameter, setting or header that is wrong, if it is one. */
  declare readonly field?: string;
  /** What to reconcile by, where the call had one. */
  declare readonly foreign_id?: string;
  /** What to reconcile by, where the call had one. */
  declare readonly quote_id?: string;
  /** The id under which the Worker logs the call, for a person to quote. Only of `citrn/worker`. */
  declare readonly requestId?: string;
  /** The key of the creation: repeated with this key, it happens once. Only of `citrn/worker`. */
  declare readonly idempotencyKey?: string;
  /**
   * The exact body of the answer, with known secrets redacted; missing where one is in it escaped or encoded. Not
   * enumerable and not in `toJSON`: it may hold a payer's data, so keep it out of logs.
   */
  declare readonly raw?: string;

  constructor(details: CitrnErrorFacts) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.executed = details.executed;
    this.retryable = details.retryable;
    for (const name of OPTIONAL) {
      const value = details[name];
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: name !== "raw" });
    }
  }

  /** The error for a log: without `raw`, stack and cause. */
  toJSON(): Omit<CitrnErrorFacts, "raw" | "cause"> & { name: string } {
    const { name, message } = this;
    return Object.assign({ name, message }, this);
  }
}

/** A parameter cannot be right; `field` names it. Nothing was sent. Fix the call. */
export class CitrnParameterError extends CitrnError {}

/**
 * The client is set up wrongly, or its signer failed; `field` names the setting. Nothing was sent. Fix the settings.
 */
export class CitrnConfigurationError extends CitrnError {}

/** The gateway refused the key or the signature. Nothing was executed. Check the key, the secret and the account. */
export class CitrnAuthenticationError extends CitrnError {}

/** The gateway says there were too many calls. Wait `retryAfter` seconds. */
export class CitrnRateLimitError extends CitrnError {}

/** The connection failed or broke off before there was an answer. `cause` is the transport's own error. */
export class CitrnConnectionError extends CitrnError {}

/** The deadline over all attempts passed. */
export class CitrnTimeoutError extends CitrnConnectionError {}

/** You stopped the call by its signal. `cause` is the signal's reason. */
export class CitrnAbortError extends CitrnError {}

/**
 * The gateway refused the request for a reason, which is its own `code` (or `request_refused` when it gave none).
 * Nothing was executed by this call, with one exception that `executed` tells: after `duplication_request` an earlier
 * call with the same id may have been.
 */
export class CitrnRefusalError extends CitrnError {}

/** The gateway failed, or its answer cannot be what was asked for. See `executed` before you repeat anything. */
export class CitrnGatewayError extends CitrnError {}

/**
 * A callback was not accepted. `invalid_signature`: it is not the gateway's, or the body is not the raw one; answer
 * 401. `invalid_callback`: the signature is right and the body, or how much it credits, was not understood; store it
 * and answer 200.
 */
export class CitrnCallbackError extends CitrnError {}
