// Turns the core's failures into the errors that callers catch.
import type { ClientErrorCode } from "./endpoints.js";
import * as errors from "./error.js";
import type { CitrnError, CitrnErrorDetails } from "./error.js";
import { withSettingNames } from "./setting-names.js";

/** An error as the core reports it. */
export interface Failure extends Readonly<Omit<CitrnErrorDetails, "foreign_id" | "quote_id" | "cause">> {
  /** Name and value of the id to reconcile by. */
  readonly reference?: readonly ["foreign_id" | "quote_id", string] | undefined;
  /** Whether `code` is one of the gateway. */
  readonly fromGateway: boolean;
}

/** The error class of each of the client's own codes. */
export const CLASSES: Readonly<Record<ClientErrorCode, new (details: CitrnErrorDetails) => CitrnError>> = {
  invalid_parameter: errors.CitrnParameterError,
  invalid_configuration: errors.CitrnConfigurationError,
  secret_required: errors.CitrnConfigurationError,
  signer_failed: errors.CitrnConfigurationError,
  authentication_failed: errors.CitrnAuthenticationError,
  rate_limited: errors.CitrnRateLimitError,
  network_error: errors.CitrnConnectionError,
  timeout: errors.CitrnTimeoutError,
  aborted: errors.CitrnAbortError,
  request_refused: errors.CitrnRefusalError,
  gateway_unavailable: errors.CitrnGatewayError,
  unexpected_redirect: errors.CitrnGatewayError,
  unreadable_reply: errors.CitrnGatewayError,
  invalid_signature: errors.CitrnCallbackError,
  invalid_callback: errors.CitrnCallbackError,
};

/** Returns the error that callers catch. */
export function errorOf(failure: Failure, cause?: unknown): CitrnError {
  const { code, fromGateway, reference } = failure;
  const Type = fromGateway ? errors.CitrnRefusalError : (CLASSES[code as ClientErrorCode] ?? errors.CitrnError);
  const named = reference && { [reference[0]]: reference[1] };
  return new Type({ ...failure, ...withSettingNames(failure, Type), cause, ...named });
}

/** Returns the error of a call that was not sent because of a parameter or setting. */
export function unsent(code: ClientErrorCode, message: string, field: string, cause?: unknown): CitrnError {
  return new CLASSES[code]({ code, message, executed: "no", retryable: false, field, cause });
}

/** Returns the error about a parameter. */
export function parameter(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_parameter", `${field} ${problem}.`, field, cause);
}

/** Returns the error about a setting or option. */
export function configuration(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_configuration", `${field} ${problem}.`, field, cause);
}

/** Copies the `digest` of an error's cause, by which Next.js recognises that a page cannot be prerendered. */
export function withDigest<E extends Error>(error: E): E {
  try {
    const digest = (error.cause as { digest?: unknown } | undefined)?.digest;
    if (typeof digest === "string") Object.defineProperty(error, "digest", { value: digest });
  } catch {
    // A cause that cannot be read does not come from Next.js.
  }
  return error;
}
