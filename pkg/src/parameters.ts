// Reads the parameters of a call. Which names a call takes, and what their text may be, the core says.
import { core, type Parameters } from "./core.js";
import { errorOf, type Failure, parameter } from "./failure.js";
import { entriesOf, reading } from "./input.js";

/** Most characters in the texts of one call: wasm's memory must hold them several times. */
const MAX_LENGTH = 2 ** 26;

/** Copies the parameters of an endpoint. Those that are `undefined` or null are left out. */
export function readParameters(endpoint: string, given: unknown): Parameters | undefined {
  if (given === undefined || given === null) return undefined;
  const parameters = Object.create(null) as Parameters;
  let length = 0;
  for (const [name, value] of entriesOf("parameters", given, parameter)) {
    wellFormed("parameters", name);
    if (value === undefined || value === null) {
      checkName(endpoint, name);
      continue;
    }
    const own = readNamed(endpoint, name, value);
    for (const text of typeof own === "object" ? own : [String(own)]) length += text.length;
    if (length > MAX_LENGTH) throw parameter(name, "cannot be written: the parameters are too long");
    parameters[name] = own;
  }
  return parameters;
}

/** Throws if the endpoint does not take a parameter of this name. */
function checkName(endpoint: string, name: string): void {
  const failure: Failure | undefined = core().check_name(endpoint, name);
  if (failure) throw errorOf(failure);
}

/** Reads a value. If the call does not take the name, the error is about the name and not about the value. */
function readNamed(endpoint: string, name: string, value: unknown): Parameters[string] {
  try {
    return readValue(name, value);
  } catch (error) {
    checkName(endpoint, name);
    throw error;
  }
}

function readValue(name: string, value: unknown): Parameters[string] {
  switch (typeof value) {
    case "number":
    case "bigint":
      return 0;
    case "string":
      wellFormed(name, value);
      return value;
    case "object":
      return readList(name, value!);
    default:
      throw parameter(name, "must be text");
  }
}

/** Reads a list of texts, which is joined by commas, or `{ array: [...] }`. Only `currencies` may be either. */
function readList(name: string, value: object): string | readonly string[] {
  const given = reading(parameter, name, () => {
    const isList = Array.isArray(value);
    const list: unknown = isList ? value : Object.hasOwn(value, "array") && (value as { array: unknown }).array;
    return Array.isArray(list) && { isList, list: list as unknown[], count: list.length };
  });
  if (!given) throw parameter(name, "must be text");
  if (name !== "currencies") throw parameter(name, "must be text, not a list");
  const { isList, list, count } = given;
  const texts: string[] = [];
  // Item by item, so that a list of nothing but holes ends at the first.
  while (texts.length < count) {
    const text = reading(parameter, name, () => list[texts.length]);
    if (typeof text !== "string") throw parameter(name, "must hold only text");
    wellFormed(name, text);
    texts.push(text);
  }
  // A text that is too long for JavaScript throws.
  return isList ? reading(parameter, name, () => texts.join(","), "cannot be written") : texts;
}

/** Refuses text with half a surrogate pair, which `half` finds: as UTF-8 it would silently become other text. */
export function wellFormed(name: string, text: string, half = /\p{Surrogate}/u): void {
  if (half.test(text)) throw parameter(name, "must be well-formed Unicode: it holds half a surrogate pair");
}

/** Writes the body of a request by path. */
export function writeJson(params: unknown): string {
  if (typeof params !== "object" || params === null) throw parameter("params", "must be an object");
  const write = (): string | undefined => JSON.stringify(params);
  const text = reading(parameter, "params", write, "cannot be written as JSON");
  if (text === undefined) throw parameter("params", "cannot be written as JSON: its toJSON gives nothing");
  // JSON.stringify escapes half a surrogate pair and nothing else of that range; it doubles backslashes of the text.
  wellFormed("params", text.replaceAll("\\\\", ""), /\\ud[89a-f]/i);
  return text;
}
