import { type CitrnError, type parameter, reading, unsent } from "./error.js";

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

/** No options, as nearly every call has them. */
const NONE: CallOptions = {};

/**
 * Copies a call's options. Refuses what would otherwise be ignored in silence, such as a misspelt option.
 *
 * @internal
 */
export function readOptions(given: unknown): CallOptions {
  if (given === undefined) return NONE;
  const options = readNames("options", given, NAMES);
  for (const name of ["timeoutMs", "maxRetries"]) checkType(name, options[name], "number");
  return options;
}

/**
 * Runs a call under a signal of our own, which aborts when the caller's does: the caller's may be any object, and what that
 * throws must not get into the core.
 *
 * @internal
 */
export function following<T>(given: CallOptions, call: (options: CallOptions | undefined) => Promise<T>): Promise<T> {
  return given === NONE ? call(undefined) : underSignal(given, call);
}

async function underSignal<T>(given: CallOptions, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const { signal, ...options } = given;
  // As an object that inherits nothing, so that nothing is taken for an option that was not given.
  const own = Object.assign(Object.create(null) as CallOptions, options);
  if (signal === undefined) return call(own);
  const controller = new AbortController();
  const abort = () => controller.abort();
  const listen = () => {
    const aborted: unknown = signal.aborted;
    if (typeof aborted !== "boolean" || typeof signal.removeEventListener !== "function") throw new Error("it lacks what one has");
    if (aborted) abort();
    else signal.addEventListener("abort", abort);
  };
  reading(configuration, "signal", listen, "must be an AbortSignal");
  try {
    own.signal = controller.signal;
    return await call(own);
  } finally {
    try {
      signal.removeEventListener("abort", abort);
    } catch {
      // A signal that will not let go of a listener leaves nothing to be done about it, and the call has its outcome.
    }
  }
}

/**
 * The reason that the caller's signal gives.
 *
 * @internal
 */
export function abortReason({ signal }: CallOptions): unknown {
  try {
    return signal?.reason;
  } catch (cause) {
    return cause;
  }
}

/**
 * Copies the own properties of an object into one that inherits nothing, so that no getter of the caller's runs later and
 * nothing is read that was not given. `wrong` makes the error of a field.
 *
 * @internal
 */
export function ownOf(
  what: string,
  given: unknown,
  wrong: typeof parameter,
): Record<string, unknown> {
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entriesOf(what, given, wrong)) own[name] = value;
  return own;
}

/**
 * The own properties of an object, read once. `wrong` makes the error of a field.
 *
 * @internal
 */
export function entriesOf(what: string, given: unknown, wrong: typeof parameter): [name: string, value: unknown][] {
  let field = what;
  const read = () => {
    if (typeof given !== "object" || given === null || Symbol.iterator in given) return undefined;
    const entries: [string, unknown][] = [];
    for (const name of Object.keys(given)) entries.push([(field = name), (given as Record<string, unknown>)[name]]);
    return entries;
  };
  const entries = reading(wrong, () => field, read);
  if (!entries) throw wrong(what, "must be an object");
  return entries;
}

/**
 * Copies an object that may have no other names than these.
 *
 * @internal
 */
export function readNames(what: string, given: unknown, names: readonly string[]): Record<string, unknown> {
  const own = ownOf(what, given, configuration);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined) throw configuration(unknown, `is not one of the ${what}: they are ${names.join(", ")}`);
  return own;
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
export function configuration(field: string, problem: string, cause?: unknown): CitrnError {
  return unsent("invalid_configuration", `${field} ${problem}.`, field, cause);
}
