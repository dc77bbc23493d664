import { createHmac } from "node:crypto";
import { type Arguments, type Environment, readInput, required } from "./arguments.js";
import { Exit, Problem } from "./exit.js";

export const VERIFY_USAGE = `citrn verify SIGNATURE [FILE] [--env-file FILE]

Says whether SIGNATURE, the value of X-Process-Signature, is that of a body under CITRN_SECRET (or
CITRN_SECRET_PREVIOUS). The body is read from FILE, or from standard input: its exact bytes, as they were received.
When it does not match, the usual mistakes are tried (a byte-order mark, a line break, compression, JSON that was
written again, white space around the secret), and the one that explains the difference is named.

  citrn verify 03c25fcf7cd3... body.json`;

const DIGITS = 128;

/** `citrn verify` */
export async function verify({ positionals: [given, file], environment }: Arguments): Promise<number> {
  if (given === undefined) {
    throw new Problem(Exit.usage, "SIGNATURE is missing: give the value of X-Process-Signature.");
  }
  const signature = given.replace(/^x-process-signature:/i, "").trim();
  const secrets = secretsIn(environment);
  const explained = async (body: Uint8Array) => {
    // Loaded only now: it is large, and only wrong signatures need it.
    const { diagnosis } = await import("../sandbox/engine.js");
    return diagnosis({ secrets, api_key: environment.CITRN_API_KEY || null, signature }, body);
  };
  if (!/^[0-9a-f]*$/i.test(signature) || signature.length !== DIGITS) {
    const sentence = `SIGNATURE must be the ${DIGITS} hex digits of an HMAC-SHA512; this has ${signature.length} characters`;
    // As long as an HMAC in another form: whether it is one depends on the body.
    const form = signature.length >= DIGITS / 2 ? await explained(await readInput(file)) : undefined;
    throw new Problem(Exit.usage, form ? `${sentence}: ${form}.` : `${sentence}.`);
  }
  const body = await readInput(file);
  // By Node's crypto: the client refuses secrets that look wrong, and here they must be tried.
  const signedBy = (secret: string) => createHmac("sha512", secret).update(body).digest("hex");
  const right = secrets.find(([, secret]) => signedBy(secret) === signature.toLowerCase());
  if (right) {
    console.log(`The signature is right: these ${body.length} bytes under ${right[0]}.`);
    return Exit.ok;
  }
  const names = secrets.map(([name]) => name).join(" or ");
  console.error(`The signature is not that of these ${body.length} bytes under ${names}.`);
  const mistake = await explained(body);
  console.error(
    mistake
      ? `${mistake.charAt(0).toUpperCase()}${mistake.slice(1)}.`
      : "None of the usual mistakes explains it: check that the secret is the account's, and that no byte of " +
          "the body was changed.",
  );
  return Exit.no;
}

function secretsIn(environment: Environment): [name: string, text: string][] {
  const secrets: [string, string][] = [["CITRN_SECRET", required(environment, "CITRN_SECRET")]];
  const previous = environment.CITRN_SECRET_PREVIOUS;
  if (previous) secrets.push(["CITRN_SECRET_PREVIOUS", previous]);
  return secrets;
}
