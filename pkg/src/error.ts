import { brand } from "./brand.js";
import type { ClientErrorCode, GatewayErrorCode } from "./endpoints.js";

/**
 * The reason of an error: a code of the gateway or of this client. An open union: the gateway may send codes that its
 * documentation does not list.
 */
export type CitrnErrorCode = GatewayErrorCode | ClientErrorCode | (string & {});

/** The details of an error. */
export interface CitrnErrorDetails {
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

const OPTIONAL = [
  "httpStatus",
  "retryAfter",
  "field",
  "foreign_id",
  "quote_id",
  "requestId",
  "idempotencyKey",
  "raw",
] as const;

/**
 * The base class of all errors of this package. It answers three questions: what happened (`code`), was anything
 * executed (`executed`), and is it safe and useful to repeat the identical call (`retryable`). It never holds a secret
 * or a signature.
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
  static {
    brand(CitrnError, "CitrnError");
  }

  /** What happened. Stable: compare this, not the message. */
  declare readonly code: CitrnErrorCode;
  /**
   * Whether the gateway executed the call. `"no"`: it did not. `"unknown"`: it may have. If the call moves money, look
   * for the callback of `foreign_id` or `quote_id` before you do anything else; never send it again under a new id.
   */
  declare readonly executed: "no" | "unknown";
  /** Whether it is safe and useful to repeat the identical call. False if it moves money and may have been executed. */
  declare readonly retryable: boolean;
  /** The HTTP status, if there was a response. */
  declare readonly httpStatus?: number;
  /** Seconds to wait before the next call, if the gateway sent `Retry-After`. */
  declare readonly retryAfter?: number;
  /** The name of the invalid parameter, setting or header, if there is one. */
  declare readonly field?: string;
  /** The call's `foreign_id`, if it had one: reconcile by it. */
  declare readonly foreign_id?: string;
  /** The call's `quote_id`, if it had one: reconcile by it. */
  declare readonly quote_id?: string;
  /** The id under which the Worker logs the call, for a person to quote. Only of `citrn/worker`. */
  declare readonly requestId?: string;
  /** The key of the creation: repeated with this key, it happens once. Only of `citrn/worker`. */
  declare readonly idempotencyKey?: string;
  /**
   * The exact body of the response, with known secrets redacted; absent if the body holds one escaped or encoded. Not
   * enumerable and not in `toJSON`: it may hold a payer's data, so keep it out of logs.
   */
  declare readonly raw?: string;

  constructor(details: CitrnErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.executed = details.executed;
    this.retryable = details.retryable;
    for (const name of OPTIONAL) {
      const value = details[name];
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: name !== "raw" });
    }
  }

  /** Returns the error for a log: without `raw`, stack and cause. */
  toJSON(): Omit<CitrnErrorDetails, "raw" | "cause"> & { name: string } {
    const { name, message } = this;
    return Object.assign({ name, message }, this);
  }
}

/** A parameter is invalid; `field` names it. Nothing was sent. Fix the call. */
export class CitrnParameterError extends CitrnError {
  static {
    brand(CitrnParameterError, "CitrnParameterError");
  }
}

/**
 * A setting is invalid or missing, or the signer failed; `field` names the setting. Nothing was sent. Fix the settings.
 */
export class CitrnConfigurationError extends CitrnError {
  static {
    brand(CitrnConfigurationError, "CitrnConfigurationError");
  }
}

/** The gateway refused the key or the signature. Nothing was executed. Check the key, the secret and the account. */
export class CitrnAuthenticationError extends CitrnError {
  static {
    brand(CitrnAuthenticationError, "CitrnAuthenticationError");
  }
}

/** The gateway limits the rate of calls. Wait `retryAfter` seconds. */
export class CitrnRateLimitError extends CitrnError {
  static {
    brand(CitrnRateLimitError, "CitrnRateLimitError");
  }
}

/** The connection failed or broke before there was a response. `cause` is the error of `fetch`. */
export class CitrnConnectionError extends CitrnError {
  static {
    brand(CitrnConnectionError, "CitrnConnectionError");
  }
}

/** The call timed out: `timeoutMs` covers all attempts. */
export class CitrnTimeoutError extends CitrnConnectionError {
  static {
    brand(CitrnTimeoutError, "CitrnTimeoutError");
  }
}

/** Your signal aborted the call. `cause` is the signal's reason. */
export class CitrnAbortError extends CitrnError {
  static {
    brand(CitrnAbortError, "CitrnAbortError");
  }
}

/**
 * The gateway refused the request. `code` is the reason that it gave, or `request_refused` if it gave none. This call
 * executed nothing. `executed` is `"unknown"` only after `duplication_request`: an earlier call with the same id may
 * have been executed.
 */
export class CitrnRefusalError extends CitrnError {
  static {
    brand(CitrnRefusalError, "CitrnRefusalError");
  }
}

/** The gateway failed, or its reply is invalid. Check `executed` before you repeat the call. */
export class CitrnGatewayError extends CitrnError {
  static {
    brand(CitrnGatewayError, "CitrnGatewayError");
  }
}

/**
 * A callback was not accepted. `invalid_signature`: it is not from the gateway, or the body is not the raw one; answer
 * 401. `invalid_callback`: the signature is valid, but the body cannot be read or the amount to credit is unclear;
 * store it and answer 200.
 */
export class CitrnCallbackError extends CitrnError {
  static {
    brand(CitrnCallbackError, "CitrnCallbackError");
  }
}
