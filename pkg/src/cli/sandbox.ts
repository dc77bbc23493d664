import { PROFILES } from "../sandbox/profile.js";
import type { Command } from "./command.js";

/** `citrn sandbox` */
export const SANDBOX: Command = {
  name: "sandbox",
  summary: "run a gateway that behaves like Citron on this machine, for development and tests",
  about: ["Runs a gateway that behaves like Citron on this machine, until Ctrl-C."],
  options: {
    port: { type: "string", value: "N", about: "port to listen on; by default 8788; 0 chooses a free one" },
    host: { type: "string", value: "ADDRESS", about: "address to listen on; by default 127.0.0.1, for this machine" },
    seed: {
      type: "string",
      value: "S",
      about: "seed for ids and addresses: the same seed and requests give the same ones",
    },
    "callback-url": {
      type: "string",
      value: "URL",
      about: "where to send callbacks; by default they are only logged",
    },
    profile: {
      type: "string",
      value: "NAME",
      about:
        "form of replies, refusals and callbacks: documented-new (default), documented-old, family-2020, family-2026, " +
        "or random, a mixture that the seed decides",
      choices: PROFILES,
    },
    scenario: {
      type: "string",
      value: "NAME",
      multiple: true,
      about: "run this scenario after the start, with --callback-url; a wrong name lists them all",
    },
    "public-url": {
      type: "string",
      value: "URL",
      about: "where payers reach the sandbox, if not at the address that it listens on",
    },
  },
  environment: {
    CITRN_API_KEY: "the merchant's key; by default generated and printed",
    CITRN_SECRET: "the merchant's secret; by default generated and printed",
  },
  example: "citrn sandbox --callback-url http://127.0.0.1:3000/callbacks",
  async run(given) {
    // Loaded only here: it is large, and the other commands do not need it.
    const { runSandboxCommand } = await import("../sandbox/command.js");
    return runSandboxCommand(given);
  },
};
