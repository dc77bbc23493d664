import type { Failure } from "./failure.js";
import type { CitrnOptions } from "./settings.js";

/** The environment variables that usually hold settings. */
const VARIABLES = { apiKey: "CITRN_API_KEY", secret: "CITRN_SECRET", callbackSecrets: "CITRN_SECRET" };

/** A setting given as `undefined`, usually because its environment variable is not set. */
export type Unset = keyof typeof VARIABLES;

/** Returns the settings that have an environment variable and were given as `undefined`. */
export function unsetIn(given: CitrnOptions): Unset[] {
  const names = Object.keys(VARIABLES) as Unset[];
  return names.filter((name) => name in given && given[name] === undefined);
}

/** Returns the message about a required setting that was given as `undefined`. */
export function unsetMessage(name: Unset): string {
  return `\`${name}\` is undefined; is ${VARIABLES[name]} set? Without an account: npx citrn sandbox`;
}

/** Returns the failure of a call, with a message that names the environment variable if one seems to be missing. */
export function withVariable(failure: Failure, unset: readonly Unset[]): Failure {
  const missing = failure.code === "secret_required" ? "secret" : failure.field === "api_key" ? "apiKey" : undefined;
  return missing !== undefined && unset.includes(missing) ? { ...failure, message: unsetMessage(missing) } : failure;
}
