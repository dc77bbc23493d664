import { Citrn } from "../index.js";
import { type Arguments, readInput, required } from "./arguments.js";
import { Exit } from "./exit.js";

export const SIGN_USAGE = `Usage: citrn sign [FILE] [--env-file FILE]

Prints the value of X-Process-Signature for a body: the HMAC-SHA512 of its exact bytes under CITRN_SECRET, in hex.
Reads the body from FILE, or from standard input.

  printf '%s' '{"currency":"BTC","foreign_id":"123456"}' | citrn sign

(\`echo\` would add a line feed, which would be signed too.)`;

const LINE_FEED = 10;

/** `citrn sign` */
export async function sign({ positionals: [file], environment }: Arguments): Promise<number> {
  const citrn = new Citrn({ secret: required(environment, "CITRN_SECRET") });
  const body = await readInput(file);
  if (body.at(-1) === LINE_FEED)
    console.error("Note: the body ends with a line feed, which is signed too. printf '%s' adds none.");
  console.log(citrn.callbacks.sign(body)["X-Process-Signature"]);
  return Exit.ok;
}
