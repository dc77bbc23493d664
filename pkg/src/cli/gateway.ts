import { textOption } from "./arguments.js";
import type { Arguments } from "./command.js";

/** Returns where the gateway is, from `--base-url` and the environment. */
export function gatewayOf({ options, environment }: Arguments) {
  const named = textOption(options, "base-url") ?? environment.CITRN_BASE_URL;
  return {
    baseUrl: named === "documented" || !named ? undefined : named,
    allowInsecureBaseUrl: environment.CITRN_ALLOW_INSECURE_BASE_URL === "true",
  };
}
