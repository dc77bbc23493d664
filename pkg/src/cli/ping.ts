import { Citrn } from "../index.js";
import type { Arguments } from "./arguments.js";
import { Exit } from "./exit.js";
import { printable } from "./output.js";

export const PING_USAGE = `citrn ping [--base-url URL] [--env-file FILE]

Asks whether the gateway answers, and, if CITRN_API_KEY and CITRN_SECRET are set, whether it accepts them: it reads the
list of accounts, which changes nothing and is not printed.
The base URL is --base-url or CITRN_BASE_URL; without one the documented hosts are asked. It is https, except on this
machine: CITRN_ALLOW_INSECURE_BASE_URL=true allows http to others, which is allowInsecureBaseUrl of a client.

  citrn ping --base-url http://127.0.0.1:8788/api`;

/** `citrn ping` */
export async function ping({ baseUrl: given, environment }: Arguments): Promise<number> {
  const named = given ?? environment.CITRN_BASE_URL;
  const baseUrl = named === "documented" || !named ? undefined : named;
  const apiKey = environment.CITRN_API_KEY || undefined;
  const secret = environment.CITRN_SECRET || undefined;
  const allowInsecureBaseUrl = environment.CITRN_ALLOW_INSECURE_BASE_URL === "true";
  const citrn = new Citrn({ apiKey, secret, baseUrl, allowInsecureBaseUrl });
  const before = performance.now();
  const { message } = await citrn.ping();
  const ms = Math.round(performance.now() - before);
  console.log(printable(`${baseUrl ?? "The documented host"} answers ${message} within ${ms} ms.`));
  if (apiKey === undefined || secret === undefined) {
    console.log("Key and secret were not tried: set CITRN_API_KEY and CITRN_SECRET for that.");
    return Exit.ok;
  }
  await citrn.accounts.list();
  console.log("It accepts the key and the signature.");
  return Exit.ok;
}
