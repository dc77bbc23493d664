import { parameter, reading } from "./error.js";
import { ownOf } from "./options.js";

/**
 * Copies a call's parameters for the core, which must meet no getter, Proxy or iterator of the caller's. Which names a call
 * takes, and what their text may be, the core says.
 *
 * @internal
 */
export function readParameters(given: unknown): object | undefined {
  if (given === undefined || given === null) return undefined;
  const own = ownOf("parameters", given, parameter);
  for (const name in own) own[name] = readValue(name, own[name]);
  return own;
}

function readValue(name: string, value: unknown): unknown {
  switch (typeof value) {
    case "undefined":
    case "number":
    case "bigint":
      return value;
    case "string":
      wellFormed(name, value);
      return value;
    case "object":
      return value === null ? undefined : readList(name, value);
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
