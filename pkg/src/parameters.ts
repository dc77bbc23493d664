import { core } from "./core.js";
import { errorOf, parameter, reading } from "./error.js";
import { entriesOf } from "./options.js";

/**
 * Writes a call's parameters as JSON for the core, which must meet no getter, Proxy or iterator of the caller's. Which names a
 * call takes, and what their text may be, the core says.
 *
 * @internal
 */
export function writeParameters(endpoint: string, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  let text = "";
  for (const [name, value] of entriesOf("parameters", given, parameter)) {
    wellFormed("parameters", name);
    const own = readNamed(endpoint, name, value);
    // A text that is too long for JavaScript once it is escaped throws.
    text = reading(parameter, name, () => `${text}${text && ","}${JSON.stringify(name)}:${JSON.stringify(own)}`, "cannot be written");
  }
  return `{${text}}`;
}

/** Reads a value. If the call does not take the name, the error is about the name and not about the value. */
function readNamed(endpoint: string, name: string, value: unknown): unknown {
  try {
    return readValue(name, value);
  } catch (error) {
    const unknown = core().check_name(endpoint, name);
    throw unknown ? errorOf(unknown) : error;
  }
}

function readValue(name: string, value: unknown): unknown {
  switch (typeof value) {
    case "undefined":
      // Its name is written too, which may be one that the call does not take.
      return null;
    case "number":
    case "bigint":
      // The core refuses any number.
      return 0;
    case "string":
      wellFormed(name, value);
      return value;
    case "object":
      return value === null ? null : readList(name, value);
    default:
      throw parameter(name, "must be text");
  }
}

/** A list of texts, which the core joins by commas, or `{ array: [...] }`, which stays a list. Only `currencies` may be either. */
function readList(name: string, value: object): unknown {
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
  return isList ? texts : { array: texts };
}

/**
 * Refuses text with half a surrogate pair, which `half` finds: as UTF-8 it would silently become other text.
 *
 * @internal
 */
export function wellFormed(name: string, text: string, half = /\p{Surrogate}/u): void {
  if (half.test(text)) throw parameter(name, "must be well-formed Unicode: it holds half a surrogate pair");
}
