// The codes of the Worker's problems, and the error class of each.
import * as errors from "../error.js";
import type { CitrnError, CitrnErrorDetails } from "../error.js";

/** An error class. */
export type ErrorClass = new (details: CitrnErrorDetails) => CitrnError;

/** The classes of the codes of worker/PROBLEMS.md that `citrn` does not have. */
export const WORKER_CLASSES = {
  token_required: errors.CitrnAuthenticationError,
  token_unknown: errors.CitrnAuthenticationError,
  route_not_allowed: errors.CitrnAuthenticationError,
  not_found: errors.CitrnConfigurationError,
  method_not_allowed: errors.CitrnConfigurationError,
  body_too_large: errors.CitrnParameterError,
  malformed_body: errors.CitrnParameterError,
  missing_parameter: errors.CitrnParameterError,
  unknown_parameter: errors.CitrnParameterError,
  duplicate_parameter: errors.CitrnParameterError,
  return_url_not_allowed: errors.CitrnParameterError,
  idempotency_key_reused: errors.CitrnParameterError,
  too_many_requests: errors.CitrnRateLimitError,
  outcome_unknown: errors.CitrnGatewayError,
  storage_unavailable: errors.CitrnGatewayError,
  internal_error: errors.CitrnGatewayError,
  worker_unavailable: errors.CitrnGatewayError,
  callback_not_found: errors.CitrnRefusalError,
  callback_erased: errors.CitrnRefusalError,
  // The gateway's only reason that comes with a status of 500 or more.
  network_not_available: errors.CitrnRefusalError,
} satisfies Record<string, ErrorClass>;

/** The codes of the Worker's own problems, and `worker_unavailable`: an answer that is not the Worker's. */
export type WorkerErrorCode = Exclude<keyof typeof WORKER_CLASSES, "network_not_available">;
