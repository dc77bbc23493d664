import { brand } from "./brand.js";
import type { Failure } from "./core.js";
import type { ClientErrorCode, GatewayErrorCode } from "./endpoints.js";

/**
 * What happened: one of the gateway's own codes, or one of the client's. Open: the gateway may send codes that its
 * documentation does not list.
 */
export type CitrnErrorCode = GatewayErrorCode | ClientErrorCode | (string & {});

/** The facts of an error. */
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
  raw?: string | undefined;
  cause?: unknown;
}

const SHOWN = ["httpStatus", "retryAfter", "field", "foreign_id", "quote_id"] as const;

/**
 * Every error of this package. It answers three questions: what happened (`code`), did anything execute (`executed`), and is
 * the identical call worth repeating (`retryable`). It never holds a secret or a signature.
 *
 * @example
 * try {
 *   await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" });
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
   * Whether anything was carried out. `"no"`: nothing was. `"unknown"`: it may have been. If the call moves money, look for the
   * callback of `foreign_id` or `quote_id` before you do anything else; never send it again under a new id.
   */
  declare readonly executed: "no" | "unknown";
  /** Whether the identical call is safe to repeat and may help. Never true for a call that moves money and is `"unknown"`. */
  declare readonly retryable: boolean;
  /** The HTTP status, if there was an answer. */
  declare readonly httpStatus?: number;
  /** Seconds for which the gateway wants to be left alone, if it says so. */
  declare readonly retryAfter?: number;
  /** The parameter, setting or header that is wrong, if it is one. */
  declare readonly field?: string;
  /** What to reconcile by, where the call had one. */
  declare readonly foreign_id?: string;
  /** What to reconcile by, where the call had one. */
  declare readonly quote_id?: string;
  /**
   * The exact body of the answer, with known secrets redacted; missing where one is in it escaped or encoded. Not enumerable and
   * not in `toJSON`: it may hold a payer's data, so keep it out of logs.
   */
  declare readonly raw?: string;

  constructor(facts: CitrnErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.executed = facts.executed;
    this.retryable = facts.retryable;
    for (const name of SHOWN) {
      if (facts[name] !== undefined) Object.defineProperty(this, name, { value: facts[name], enumerable: true });
    }
    if (facts.raw !== undefined) Object.defineProperty(this, "raw", { value: facts.raw });
  }

  /** The error for a log: without `raw`, stack and cause. */
  toJSON(): Omit<CitrnErrorFacts, "raw" | "cause"> & { name: string } {
    const { name, message } = this;
    return Object.assign({ name, message }, this);
  }

  static {
    brand(this, "CitrnError");
  }
}

/** A parameter cannot be right; `field` names it. Nothing was sent. Fix the call. */
export class CitrnParameterError extends CitrnError {
  static {
    brand(this, "CitrnParameterError");
  }
}

/** The client is set up wrongly, or its signer failed; `field` names the setting. Nothing was sent. Fix the settings. */
export class CitrnConfigurationError extends CitrnError {
  static {
    brand(this, "CitrnConfigurationError");
  }
}

/** The gateway refused the key or the signature. Nothing was executed. Check the key, the secret and the account. */
export class CitrnAuthenticationError extends CitrnError {
  static {
    brand(this, "CitrnAuthenticationError");
  }
}

/** The gateway says there were too many calls. Wait `retryAfter` seconds. */
export class CitrnRateLimitError extends CitrnError {
  static {
    brand(this, "CitrnRateLimitError");
  }
}

/** The connection failed or broke off before there was an answer. `cause` is the transport's own error. */
export class CitrnConnectionError extends CitrnError {
  static {
    brand(this, "CitrnConnectionError");
  }
}

/** The deadline over all attempts passed. */
export class CitrnTimeoutError extends CitrnConnectionError {
  static {
    brand(this, "CitrnTimeoutError");
  }
}

/** You stopped the call by its signal. `cause` is the signal's reason. */
export class CitrnAbortError extends CitrnError {
  static {
    brand(this, "CitrnAbortError");
  }
}

/**
 * The gateway refused the request for a reason, which is its own `code` (or `request_refused` when it gave none). Nothing was
 * executed by this call, with one exception that `executed` tells: after `duplication_request` an earlier call with the same id
 * may have been.
 */
export class CitrnRefusalError extends CitrnError {
  static {
    brand(this, "CitrnRefusalError");
  }
}

/** The gateway failed, or its answer cannot be what was asked for. See `executed` before you repeat anything. */
export class CitrnGatewayError extends CitrnError {
  static {
    brand(this, "CitrnGatewayError");
  }
}

/**
 * A callback was not accepted. `invalid_signature`: it is not the gateway's, or the body is not the raw one; answer 401.
 * `invalid_callback`: the signature is right and the body, or how much it credits, was not understood; store it and answer 200.
 */
export class CitrnCallbackError extends CitrnError {
  static {
    brand(this, "CitrnCallbackError");
  }
}

const CLASSES: Readonly<Record<ClientErrorCode, new (facts: CitrnErrorFacts) => CitrnError>> = {
  invalid_parameter: CitrnParameterError,
  invalid_configuration: CitrnConfigurationError,
  secret_required: CitrnConfigurationError,
  signer_failed: CitrnConfigurationError,
  authentication_failed: CitrnAuthenticationError,
  rate_limited: CitrnRateLimitError,
  network_error: CitrnConnectionError,
  timeout: CitrnTimeoutError,
  aborted: CitrnAbortError,
  request_refused: CitrnRefusalError,
  gateway_unavailable: CitrnGatewayError,
  unexpected_redirect: CitrnGatewayError,
  unreadable_reply: CitrnGatewayError,
  invalid_signature: CitrnCallbackError,
  invalid_callback: CitrnCallbackError,
};

/** The core speaks of settings by their Rust names. */
const SETTING_NAMES: Readonly<Record<string, string>> = {
  api_key: "apiKey",
  base_url: "baseUrl",
  callback_secrets: "callbackSecrets",
  allow_secret_in_body: "allowSecretInBody: true",
  redirect_origins: "redirectOrigins",
  allow_insecure_base_url: "allowInsecureBaseUrl: true",
};

/** Any of those names in a message. */
const SETTING = new RegExp(`\\b(${Object.keys(SETTING_NAMES).join("|")})\\b`, "g");

/** What a table has under a name itself: a caller's name may be one that every object inherits, such as `toString`. */
function named<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * The error of a call that was not sent because of a parameter or setting.
 *
 * @internal
 */
export function unsent(code: CitrnErrorCode, message: string, field: string, cause?: unknown): CitrnError {
  return errorOf({ code, message, executed: "no", retryable: false, field, fromGateway: false }, cause);
}

/**
 * The error of a parameter.
 *
 * @internal
 */
export function parameter(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_parameter", `${field} ${problem}.`, field, cause);
}

/**
 * Reads what a caller gave, which may throw. `wrong` makes the error of the field, which may be known only then.
 *
 * @internal
 */
export function reading<T>(
  wrong: (field: string, problem: string, cause: unknown) => Error,
  field: string | (() => string),
  read: () => T,
  problem = "cannot be read",
): T {
  try {
    return read();
  } catch (cause) {
    let reason = "no reason was given";
    try {
      const message: unknown = (cause as { message?: unknown } | null | undefined)?.message;
      reason = typeof message === "string" ? message : String(cause);
    } catch {
      // What was thrown may throw when it is asked, too; it stays the cause.
    }
    throw wrong(typeof field === "string" ? field : field(), `${problem}: ${reason}`, cause);
  }
}

/**
 * Makes the error that people catch of the core's.
 *
 * @internal
 */
export function errorOf(failure: Failure, cause: unknown = failure.cause): CitrnError {
  const Type = failure.fromGateway ? CitrnRefusalError : (named(CLASSES, failure.code) ?? CitrnError);
  const { code, message, httpStatus, executed, retryable, retryAfter, field, reference, raw } = failure;
  const ours = Type === CitrnParameterError || Type === CitrnConfigurationError;
  return new Type({
    code,
    message: ours ? message.replace(SETTING, (name) => named(SETTING_NAMES, name) ?? name) : message,
    executed,
    retryable,
    httpStatus,
    retryAfter,
    field: (field !== undefined && ours && named(SETTING_NAMES, field)) || field,
    raw,
    cause,
    ...(reference && { [reference[0]]: reference[1] }),
  });
}
