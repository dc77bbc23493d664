import { parseUrl } from "./arguments.js";
import type { Environment } from "./environment.js";
import { Exit, Problem } from "./exit.js";

/** The variable that replaces the URL on the command line, for `--help`. */
export const WORKER_URL = { CITRN_WORKER_URL: "the URL of the Worker, if the command line has none" };

/**
 * Returns the URL of the Worker, http or https, from the command line or `CITRN_WORKER_URL`.
 *
 * @param name of the argument or option
 */
export function workerUrl(given: string | undefined, name: string, { CITRN_WORKER_URL }: Environment): URL {
  const text = given || CITRN_WORKER_URL;
  if (!text) throw new Problem(Exit.usage, `${name} is missing: give the URL of the Worker, or set CITRN_WORKER_URL.`);
  const url = parseUrl(text);
  if (url && !url.username && !url.password && !/[?#]/.test(text)) return url;
  // The text may contain a password, or be a token in the wrong place.
  throw new Problem(
    given ? Exit.usage : Exit.settings,
    `${given ? name : "CITRN_WORKER_URL"} must be the URL of a Worker, such as https://pay.shop.example, without user ` +
      "name, query and fragment.",
  );
}
