import { urlOption } from "./arguments.js";
import type { Arguments, Command } from "./command.js";
import { Exit, Problem } from "./exit.js";
import { WORKER_URL, workerUrl } from "./worker-url.js";

/** `citrn doctor` */
export const DOCTOR: Command = {
  name: "doctor",
  summary: "check a deployed Worker from outside, and say what to do about each fault",
  arguments: "[URL]",
  positionals: 1,
  about: [
    "Checks a Worker from outside: that it is reachable with a valid certificate, its clock, that /callbacks refuses " +
      "what the gateway did not sign and that no bot protection answers instead, and the checks of /readyz. With a " +
      "token it also checks deliveries, the allowed origins, and the shop's endpoint, to which it posts a delivery " +
      "with an invalid signature. Stores nothing.",
  ],
  options: {
    origin: { type: "string", value: "URL", about: "the shop's pages: the check fails unless payers may return there" },
    json: { type: "boolean", about: "print the findings as JSON" },
  },
  environment: { ...WORKER_URL, CITRN_WORKER_TOKEN: "a token of the Worker that may use GET /readyz; optional" },
  exits: "0 no check failed; 1 a check failed; 2 invalid command line or file; 3 invalid setting",
  example: "citrn doctor https://pay.shop.example",
  run: doctor,
};

async function doctor({ positionals: [text], options, environment }: Arguments): Promise<number> {
  const url = workerUrl(text, "URL", environment);
  const token = environment.CITRN_WORKER_TOKEN || undefined;
  if (token !== undefined && !/^[!-~]+$/.test(token)) {
    throw new Problem(Exit.settings, "CITRN_WORKER_TOKEN must be visible ASCII characters without spaces.");
  }
  const shopOrigin = urlOption(options, "origin")?.origin;
  // Loaded only here: other commands do not need it.
  const { examine } = await import("./doctor/run.js");
  const { isHealthy, report } = await examine({ url, token, shopOrigin }, options.json === true);
  console.log(report);
  return isHealthy ? Exit.ok : Exit.no;
}
