import { parseUrl, textOption } from "./arguments.js";
import type { Arguments } from "./command.js";
import { Exit, Problem } from "./exit.js";

/** Returns where the gateway is, from `--base-url` and the environment. */
export function gatewayOf({ options, environment }: Arguments) {
  const option = textOption(options, "base-url");
  const named = option ?? environment.CITRN_BASE_URL;
  const baseUrl = named && named !== "documented" ? parseUrl(named)?.href : undefined;
  if (named && named !== "documented" && baseUrl === undefined) {
    const [where, exit] = option === undefined ? ["CITRN_BASE_URL", Exit.settings] : ["--base-url", Exit.usage];
    throw new Problem(exit, `${where} must be an http or https URL, such as http://127.0.0.1:8788/api.`);
  }
  return {
    baseUrl,
    allowInsecureBaseUrl: environment.CITRN_ALLOW_INSECURE_BASE_URL === "true",
  };
}
