// Reads the parameters of a call: from arguments `name=value`, and from JSON.
import { Exit, Problem } from "../exit.js";

/** The parameters of a call, and the fields that are sent in addition to them. */
export interface CallParameters {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Parameters that may hold a secret, which arguments would show to other users of the machine. */
const SECRETS = /^(key|secret|token)$/i;

/** Reads `name=value` arguments. @param argument what they are, for errors */
export function readPairs(pairs: readonly string[], argument: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new Problem(Exit.usage, `${argument} must be NAME=VALUE, such as currency=USDTT.`);
    }
    if (SECRETS.test(name)) {
      throw new Problem(
        Exit.usage,
        `${name}=... is not accepted: other users of this machine can list arguments. Give it in JSON on standard input.`,
      );
    }
    if (values.has(name)) throw new Problem(Exit.usage, `${name} is given twice.`);
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

/** Reads a JSON object with the parameters, and the extra fields in its member `extra`. */
export function readJson(bytes: Uint8Array): CallParameters {
  const text = new TextDecoder("utf-8", { fatal: true });
  let value: unknown;
  try {
    const json = text.decode(bytes);
    value = JSON.parse(json);
    checkLossless(json);
  } catch (error) {
    if (error instanceof Problem) throw error;
    // The parser's message may have a part of the text.
    throw new Problem(Exit.usage, "Standard input must be JSON in UTF-8.");
  }
  if (!isObject(value)) throw new Problem(Exit.usage, "The JSON on standard input must be an object.");
  const { extra = {}, ...parameters } = value;
  if (!isObject(extra)) throw new Problem(Exit.usage, "extra: must be an object in the JSON on standard input.");
  return { parameters, extra };
}

/** Merges parameters. A name in both is ambiguous. */
export function merge(one: CallParameters["extra"], other: CallParameters["extra"]): CallParameters["extra"] {
  const twice = Object.keys(one).find((name) => Object.hasOwn(other, name));
  if (twice !== undefined) throw new Problem(Exit.usage, `${twice} is given twice.`);
  return { ...one, ...other };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses what `JSON.parse` would change silently: all but the last of duplicate names, and digits of numbers. */
function checkLossless(json: string): void {
  /** The names of each open object; arrays have none. */
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      if (open.at(-1)?.has(name)) throw new Problem(Exit.usage, `${name} is given twice.`);
      open.at(-1)?.add(name);
    } else if (!token.startsWith('"') && String(Number(token)) !== token) {
      throw new Problem(Exit.usage, `The number ${token} would lose digits: write it as text, "${token}".`);
    }
  }
}
