import { CitrnConfigurationError } from "./error.js";

/**
 * What aborts a call. Every `AbortSignal` is one; written out so that these types need no DOM or Node types.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What holds for one call: the last argument of every method. */
export interface CallOptions {
  /** Stops the call at once, at any stage, and leaves nothing running. The call then throws a {@link CitrnAbortError}. */
  signal?: AbortSignalLike | undefined;
  /** Deadline in milliseconds over all attempts, reading the body included. The client's by default. */
  timeoutMs?: number | undefined;
  /**
   * Retries of this call. Reads and `addresses.take` follow the client's setting by default. A call that creates something
   * (`payments.create`, `exchange.createQuota`) is repeated only if you say so here. One that moves money is never repeated,
   * whatever you say.
   */
  maxRetries?: number | undefined;
}

const NAMES: readonly string[] = ["signal", "timeoutMs", "maxRetries"] satisfies (keyof CallOptions)[];

/**
 * Refuses what would otherwise be ignored in silence, such as a misspelt option.
 *
 * @internal
 */
export function checkOptions(options: unknown): asserts options is CallOptions | undefined {
  if (options === undefined) return;
  checkNames("options", options, NAMES);
  const { signal } = options;
  if (signal !== undefined && !isSignal(signal)) throw configuration("signal", "must be an AbortSignal");
  for (const name of ["timeoutMs", "maxRetries"]) checkType(name, options[name], "number");
}

function isSignal(value: unknown): value is AbortSignalLike {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

/**
 * Checks that something is an object with no other names than these.
 *
 * @internal
 */
export function checkNames(
  what: string,
  given: unknown,
  names: readonly string[],
): asserts given is Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw configuration(what, "must be an object");
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw configuration(unknown, `is not one of the ${what}: they are ${names.join(", ")}`);
}

/**
 * Checks the type of a setting. The message never shows the value: it may be a secret.
 *
 * @internal
 */
export function checkType(name: string, value: unknown, type: "string" | "number" | "boolean" | "function"): void {
  if (value !== undefined && typeof value !== type) {
    throw configuration(name, `must be a ${type}, not ${value === null ? "null" : `a ${typeof value}`}`);
  }
}

/**
 * The error of a setting or option.
 *
 * @internal
 */
export function configuration(field: string, problem: string): CitrnConfigurationError {
  const code = "invalid_configuration";
  return new CitrnConfigurationError({ code, message: `${field} ${problem}.`, executed: "no", retryable: false, field });
}
