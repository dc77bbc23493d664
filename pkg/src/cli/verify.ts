import { createHmac } from "node:crypto";
import { readInput } from "./arguments.js";
import type { Arguments, Command } from "./command.js";
import { type Environment, requireSecret } from "./environment.js";
import { Exit, Problem } from "./exit.js";

/** The hex digits of an HMAC-SHA512. */
const DIGITS = 128;
/** The characters of an HMAC-SHA256 in base64. Nothing shorter depends on the body. */
const SHORTEST = 43;

/** `citrn verify` */
export const VERIFY: Command = {
  name: "verify",
  summary: "check the signature of a body, and explain a mismatch",
  arguments: "SIGNATURE [FILE]",
  positionals: 2,
  about: [
    "Checks whether SIGNATURE, the value of X-Process-Signature, is that of a body under CITRN_SECRET (or " +
      "CITRN_SECRET_PREVIOUS). Reads the body from FILE, or from standard input: its exact bytes, as they were received.",
    "If the signature does not match, the command tries the usual mistakes (a byte-order mark, a line break, " +
      "compression, JSON that was serialised again, white space around the secret, key and secret swapped) and names " +
      "the one that explains the difference. CITRN_API_KEY, if it is set, is only for that.",
  ],
  example: 'citrn verify "$SIGNATURE" body.json',
  run: verify,
};

async function verify({ positionals: [given, file], environment }: Arguments): Promise<number> {
  if (given === undefined) {
    throw new Problem(Exit.usage, "SIGNATURE is missing: give the value of X-Process-Signature.");
  }
  const signature = given.replace(/^x-process-signature:\s*/i, "");
  const secrets = await secretsIn(environment);
  const diagnose = async (body: Uint8Array) => {
    // Loaded only here: it is large, and only wrong signatures need it.
    const { diagnosis } = await import("../sandbox/engine.js");
    return diagnosis({ secrets, api_key: environment.CITRN_API_KEY || null, signature }, body);
  };
  const digits = signature.trim().toLowerCase();
  if (!/^[0-9a-f]*$/.test(digits) || digits.length !== DIGITS) {
    const mistake = await diagnose(digits.length >= SHORTEST ? await readInput(file) : new Uint8Array());
    const length = `${signature.length} characters`;
    throw new Problem(
      Exit.usage,
      `SIGNATURE must be the ${DIGITS} hex digits of an HMAC-SHA512; this has ${length}: ${mistake}.`,
    );
  }
  const body = await readInput(file);
  // By Node's crypto, because the client refuses secrets that look wrong, and this command must try them.
  const signedBy = (secret: string) => createHmac("sha512", secret).update(body).digest("hex");
  const match = secrets.find(([, secret]) => signedBy(secret) === digits);
  if (match) {
    console.log(`The signature is valid: it is that of these ${body.length} bytes under ${match[0]}.`);
    if (signature !== digits) console.log(`Note: ${await diagnose(body)}.`);
    return Exit.ok;
  }
  const names = secrets.map(([name]) => name).join(" or ");
  console.error(`The signature does not match: it is not that of these ${body.length} bytes under ${names}.`);
  const mistake = await diagnose(body);
  console.error(`${mistake.charAt(0).toUpperCase()}${mistake.slice(1)}.`);
  return Exit.no;
}

async function secretsIn(environment: Environment): Promise<[name: string, text: string][]> {
  const secrets: [string, string][] = [["CITRN_SECRET", await requireSecret(environment, "CITRN_SECRET")]];
  const previous = environment.CITRN_SECRET_PREVIOUS;
  if (previous) secrets.push(["CITRN_SECRET_PREVIOUS", previous]);
  return secrets;
}
