import { Citrn } from "../index.js";
import { type Arguments, type Environment, readInput, required } from "./arguments.js";
import { Exit, Problem } from "./exit.js";

export const VERIFY_USAGE = `citrn verify SIGNATURE [FILE] [--env-file FILE]

Says whether SIGNATURE, the value of X-Process-Signature, is that of a body under CITRN_SECRET (or CITRN_SECRET_PREVIOUS).
The body is read from FILE, or from standard input: its exact bytes, as they were received. When it does not match,
what usually goes wrong is tried, and named if it explains the difference.

  citrn verify 03c25fcf7cd3... body.json`;

/** `citrn verify` */
export function verify({ positionals: [given, file], environment }: Arguments): number {
  if (given === undefined) throw new Problem(Exit.usage, "SIGNATURE is missing: give the value of X-Process-Signature.");
  const signature = given.replace(/^x-process-signature:\s*/i, "").trim().toLowerCase();
  if (!/^[0-9a-f]{128}$/.test(signature)) {
    throw new Problem(Exit.usage, `SIGNATURE must be 128 hex digits, which an HMAC-SHA512 has; this has ${signature.length} characters.`);
  }
  const secrets = secretsIn(environment);
  const body = readInput(file);
  for (const { name, value } of secrets) {
    if (value.trim() === value && signatureOf(value, body) === signature) {
      console.log(`The signature is right: these ${body.length} bytes under ${name}.`);
      return Exit.ok;
    }
  }
  console.error(`The signature is not that of these ${body.length} bytes under ${secrets.map(({ name }) => name).join(" or ")}.`);
  console.error(explanation(signature, body, secrets) ?? "Nothing of what usually goes wrong explains it: check that the secret is the account's, and that no byte of the body was changed.");
  return Exit.no;
}

interface NamedSecret {
  name: string;
  value: string;
}

function secretsIn(environment: Environment): NamedSecret[] {
  const previous = environment["CITRN_SECRET_PREVIOUS"];
  return [
    { name: "CITRN_SECRET", value: required(environment, "CITRN_SECRET") },
    ...(previous ? [{ name: "CITRN_SECRET_PREVIOUS", value: previous }] : []),
  ];
}

/** For the eyes of the person who holds the secret, so comparing it in plain is fine here. */
function signatureOf(secret: string, body: Uint8Array): string | undefined {
  return new Citrn({ callbackSecrets: secret }).callbacks.sign(body)["X-Process-Signature"];
}

/** What usually goes wrong with a body or a secret. */
function explanation(signature: string, body: Uint8Array, secrets: NamedSecret[]): string | undefined {
  const text = new TextDecoder().decode(body);
  const bodies: [string, string][] = [
    ["with the line feed at its end taken away, which an editor or `echo` may have added", text.replace(/\r?\n$/, "")],
    ["with a line feed at its end, which has been lost", `${text}\n`],
    ["without the white space around it", text.trim()],
    ["as JSON that was parsed and written again: sign and verify the bytes as they are sent", rewritten(text)],
    ["as an empty body: the signature was made before the body was there", ""],
  ];
  for (const { name, value } of secrets) {
    const bare = value.trim();
    if (bare !== value && bare !== "" && signatureOf(bare, body) === signature) {
      return `It is right once the white space around ${name} is taken away.`;
    }
    const found = bodies.find(([, variant]) => bare !== "" && signatureOf(bare, new TextEncoder().encode(variant)) === signature);
    if (found) return `It is right for the body ${found[0]}.`;
  }
  return undefined;
}

function rewritten(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // What is no JSON cannot have been written again.
    return text;
  }
}
