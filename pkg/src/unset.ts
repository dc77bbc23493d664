import type { Failure } from "./core.js";

/** Settings that usually come from the environment, and the variables that our documentation gives them. */
const VARIABLES = { apiKey: "CITRN_API_KEY", secret: "CITRN_SECRET", callbackSecrets: "CITRN_SECRET" } as const;

/** A setting given as `undefined`, usually because its environment variable is not set. */
export type Unset = keyof typeof VARIABLES;

/**
 * The settings that were given as `undefined`.
 *
 * @internal
 */
export function unsetIn(settings: Readonly<Record<string, unknown>>): Unset[] {
  return (Object.keys(VARIABLES) as Unset[]).filter((name) => name in settings && settings[name] === undefined);
}

/**
 * Returns the message about a missing setting that was given as `undefined`.
 *
 * @internal
 */
export function isUnset(name: Unset): string {
  return `\`${name}\` is undefined; is ${VARIABLES[name]} set? Without an account: npx citrn sandbox`;
}

/**
 * Returns the message of a failed call. It names the environment variable if one seems to be missing.
 *
 * @internal
 */
export function withVariable(failure: Failure, unset: readonly Unset[]): Failure {
  const missing = failure.code === "secret_required" ? "secret" : failure.field === "api_key" ? "apiKey" : undefined;
  return missing !== undefined && unset.includes(missing) ? { ...failure, message: isUnset(missing) } : failure;
}
