import type { Arguments } from "./arguments.js";

/** Returns where the gateway is, from `--base-url` and the environment. */
export function gatewayOf({ baseUrl: given, environment }: Arguments) {
  const named = given ?? environment.CITRN_BASE_URL;
  return {
    baseUrl: named === "documented" || !named ? undefined : named,
    allowInsecureBaseUrl: environment.CITRN_ALLOW_INSECURE_BASE_URL === "true",
  };
}
