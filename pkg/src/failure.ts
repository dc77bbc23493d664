// Errors as the core reports them, and the errors that callers catch.
import type { ClientErrorCode } from "./endpoints.js";
import {
  CitrnAbortError,
  CitrnAuthenticationError,
  CitrnCallbackError,
  CitrnConfigurationError,
  CitrnConnectionError,
  CitrnError,
  type CitrnErrorCode,
  type CitrnErrorFacts,
  CitrnGatewayError,
  CitrnParameterError,
  CitrnRateLimitError,
  CitrnRefusalError,
  CitrnTimeoutError,
} from "./error.js";
import { SETTINGS } from "./settings.js";

/** An error of the core. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly httpStatus?: number | undefined;
  readonly executed: "no" | "unknown";
  readonly retryable: boolean;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  readonly field?: string | undefined;
  /** Name and value to reconcile by. */
  readonly reference?: readonly ["foreign_id" | "quote_id", string] | undefined;
  readonly raw?: string | undefined;
  /** Whether `code` is the gateway's own. */
  readonly fromGateway: boolean;
}

/** The classes of the client's own codes. */
const CLASSES: Readonly<Record<ClientErrorCode, new (details: CitrnErrorFacts) => CitrnError>> = {
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

/** The settings by the core's names for them, such as `api_key`. */
const SETTING_NAMES = new Map(
  Object.keys(SETTINGS).map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name]),
);

/** Any of the core's names in a message. */
const SETTING_NAME = new RegExp(`\\b(${[...SETTING_NAMES.keys()].join("|")})\\b`, "g");

/** Replaces the core's names of settings. What the gateway says, and a parameter of such a name, stay as they are. */
function withSettingNames({ code, field, message }: Failure, Type: Function): Pick<Failure, "field" | "message"> {
  const isConfiguration = Type === CitrnConfigurationError;
  const isReply = code === "unreadable_reply";
  if (!isConfiguration && !isReply && Type !== CitrnParameterError) return { field, message };
  const translate = (name: string) => {
    const setting = SETTING_NAMES.get(name);
    if (setting === undefined || (name === field && !isConfiguration)) return name;
    return name.startsWith("allow_") && !isReply ? `${setting}: true` : setting;
  };
  const shown = isConfiguration && field !== undefined ? (SETTING_NAMES.get(field) ?? field) : field;
  return { field: shown, message: message.replace(SETTING_NAME, translate) };
}

/** Makes the error that callers catch. */
export function errorOf(failure: Failure, cause?: unknown): CitrnError {
  const { code, fromGateway, reference } = failure;
  const Type = fromGateway ? CitrnRefusalError : (CLASSES[code as ClientErrorCode] ?? CitrnError);
  const named = reference && { [reference[0]]: reference[1] };
  return new Type({ ...failure, ...withSettingNames(failure, Type), cause, ...named });
}

/** Makes the error of a call that was not sent because of a parameter or setting. */
export function unsent(code: CitrnErrorCode, message: string, field: string, cause?: unknown): CitrnError {
  return errorOf({ code, message, executed: "no", retryable: false, field, fromGateway: false }, cause);
}

/** Makes the error of a parameter. */
export function parameter(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_parameter", `${field} ${problem}.`, field, cause);
}

/** Makes the error of a setting or option. */
export function configuration(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_configuration", `${field} ${problem}.`, field, cause);
}

/** Copies the digest of an error's cause, by which Next.js learns that a page cannot be rendered in advance. */
export function withDigest<E extends Error>(error: E): E {
  try {
    const digest = (error.cause as { digest?: unknown } | undefined)?.digest;
    if (typeof digest === "string") Object.defineProperty(error, "digest", { value: digest });
  } catch {
    // A cause that cannot be read does not come from Next.js.
  }
  return error;
}
