import { Citrn } from "../index.js";
import { BASE_URL, type Command } from "./command.js";
import { Exit } from "./exit.js";
import { gatewayOf } from "./gateway.js";
import { printable } from "./output.js";

/** `citrn ping` */
export const PING: Command = {
  name: "ping",
  summary: "check that the gateway answers and accepts the key",
  about: [
    "Checks that the gateway answers. If CITRN_API_KEY and CITRN_SECRET are set, also checks that it accepts them, by " +
      "reading the list of accounts, which changes nothing and is not printed.",
    "The base URL must be https, except on this machine.",
  ],
  options: BASE_URL,
  environment: {
    CITRN_BASE_URL: "the gateway; by default the documented hosts",
    CITRN_ALLOW_INSECURE_BASE_URL: "true allows http to other machines, like the setting allowInsecureBaseUrl",
  },
  example: "citrn ping --base-url http://127.0.0.1:8788/api",
  async run(given) {
    const { environment } = given;
    const { baseUrl, allowInsecureBaseUrl } = gatewayOf(given);
    const apiKey = environment.CITRN_API_KEY || undefined;
    const secret = environment.CITRN_SECRET || undefined;
    const citrn = new Citrn({ apiKey, secret, baseUrl, allowInsecureBaseUrl });
    const before = performance.now();
    const { message } = await citrn.ping();
    const ms = Math.round(performance.now() - before);
    console.log(printable(`${baseUrl ?? "The documented host"} answered ${message} in ${ms} ms.`));
    if (apiKey === undefined || secret === undefined) {
      console.log("Key and secret were not checked: set CITRN_API_KEY and CITRN_SECRET to check them.");
      return Exit.ok;
    }
    await citrn.accounts.list();
    console.log("It accepted the key and the signature.");
    return Exit.ok;
  },
};
