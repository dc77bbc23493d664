import { Citrn } from "../index.js";
import { readInput } from "./arguments.js";
import type { Command } from "./command.js";
import { requireSecret } from "./environment.js";
import { Exit } from "./exit.js";

const LINE_FEED = 10;

/** `citrn sign` */
export const SIGN: Command = {
  name: "sign",
  summary: "print the signature of a body",
  arguments: "[FILE]",
  positionals: 1,
  about: [
    "Prints the value of X-Process-Signature for a body: the HMAC-SHA512 of its exact bytes under CITRN_SECRET, in " +
      "hex. Reads the body from FILE, or from standard input. (`echo` would add a line feed, which would be signed too.)",
  ],
  example: `printf '%s' '{"currency":"BTC","foreign_id":"123456"}' | citrn sign`,
  async run({ positionals: [file], environment }) {
    const citrn = new Citrn({ secret: await requireSecret(environment, "CITRN_SECRET") });
    const body = await readInput(file);
    if (body.at(-1) === LINE_FEED)
      console.error("Note: the body ends with a line feed, which is signed too. printf '%s' adds none.");
    console.log(citrn.callbacks.sign(body)["X-Process-Signature"]);
    return Exit.ok;
  },
};
