// Reads the caller's values. Their getters, proxies and iterators run here, once, and never inside wasm.
import { core, type Parameters } from "./core.js";
import { configuration, errorOf, type Failure, parameter } from "./failure.js";

/** Maximum number of characters in the parameters of one call: wasm's memory must hold them several times. */
const MAX_LENGTH = 2 ** 26;

/** Creates the error about an invalid field. */
export type FieldError = (field: string, problem: string, cause?: unknown) => Error;

/** Reads a value of the caller's, which may throw. */
export function reading<T>(wrong: FieldError, field: string, read: () => T, problem = "cannot be read"): T {
  try {
    return read();
  } catch (cause) {
    throw wrong(field, `${problem}: ${reasonOf(cause)}`, cause);
  }
}

/** Describes a thrown value, with the reason that Node's `fetch` has as `cause`. Never throws. */
export function reasonOf(error: unknown): string {
  const cause = memberOf(error, "cause");
  const code = memberOf(cause, "code");
  const reason = messageOf(cause) ?? (typeof code === "string" ? code : undefined);
  const message = messageOf(error) ?? "no reason was given";
  return reason === undefined ? message : `${message} (${reason})`;
}

function messageOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const message = memberOf(value, "message");
  return typeof message === "string" && message !== "" ? message : undefined;
}

/** Returns a member of anything; `undefined` if it cannot be read. */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** Returns the own properties of an object, each read once. */
export function entriesOf(subject: string, given: unknown, wrong: FieldError): [name: string, value: unknown][] {
  const names = reading(wrong, subject, () => {
    if (typeof given !== "object" || given === null || Symbol.iterator in given) return undefined;
    return Object.keys(given);
  });
  if (!names) throw wrong(subject, "must be an object");
  return names.map((name) => [name, reading(wrong, name, () => (given as Record<string, unknown>)[name])]);
}

/** Copies an object and refuses other names than these. The copy has no prototype, and so no inherited values. */
export function readNames(subject: string, given: unknown, names: readonly string[]): Record<string, unknown> {
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entriesOf(subject, given, configuration)) own[name] = value;
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw configuration(unknown, `is not one of the ${subject}, which are ${names.join(", ")}`);
  return own;
}

/** Checks the type of a value. The message never contains the value: it may be a secret. */
export function checkType(name: string, value: unknown, type: string): void {
  if (value !== undefined && typeof value !== type) {
    throw configuration(name, `must be a ${type}, not ${value === null ? "null" : `a ${typeof value}`}`);
  }
}

/**
 * Returns the bytes of a buffer or a view of any realm, without copying. `undefined` for anything else.
 *
 * @throws {TypeError} if the buffer is detached, or if the value only has the tag of a buffer
 */
export function bytesIn(given: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) !== "[object ArrayBuffer]") return undefined;
  // Throws unless it is a real buffer: the constructor below would accept any object.
  Reflect.get(ArrayBuffer.prototype, "byteLength", given);
  return new Uint8Array(given as ArrayBuffer);
}

/** Copies the parameters of an endpoint. Null counts as `undefined`. */
export function readParameters(endpoint: string, given: unknown): Parameters | undefined {
  if (given === undefined || given === null) return undefined;
  const parameters = Object.create(null) as Parameters;
  let length = 0;
  for (const [name, value] of entriesOf("parameters", given, parameter)) {
    wellFormed("parameters", name);
    try {
      const own = readValue(name, value);
      for (const text of typeof own === "object" ? own : [String(own)]) length += text.length;
      if (length > MAX_LENGTH) throw parameter(name, `is too long: a call may have ${MAX_LENGTH} characters`);
      parameters[name] = own;
    } catch (error) {
      // If the endpoint has no parameter of this name, the error is about the name, not the value.
      const failure: Failure | undefined = core().check_name(endpoint, name);
      throw failure ? errorOf(failure) : error;
    }
  }
  return parameters;
}

/** Reads a value. The core checks the names of those that are `undefined` too. */
function readValue(name: string, value: unknown): Parameters[string] {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "number":
    case "bigint":
      return 0;
    case "string":
      wellFormed(name, value);
      return value;
    case "object":
      return value === null ? undefined : readList(name, value);
    default:
      throw parameter(name, "must be text");
  }
}

/** Reads an array of strings, which is joined by commas, or `{ array: [...] }`. Only `currencies` may be either. */
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
  // Item by item, so that a huge sparse array is refused at its first hole.
  while (texts.length < count) {
    const text = reading(parameter, name, () => list[texts.length]);
    if (typeof text !== "string") throw parameter(name, "must contain only text");
    wellFormed(name, text);
    texts.push(text);
  }
  // Joining throws if the text is too long for JavaScript.
  return isList ? reading(parameter, name, () => texts.join(","), "is too long") : texts;
}

/** Refuses text with a lone surrogate, which `lone` matches: encoding it as UTF-8 would silently change the text. */
export function wellFormed(name: string, text: string, lone = /\p{Surrogate}/u): void {
  if (lone.test(text)) throw parameter(name, "must be well-formed Unicode: it has a lone surrogate");
}

/** Serialises the body of a request by path. */
export function writeJson(params: unknown): string {
  if (typeof params !== "object" || params === null) throw parameter("params", "must be an object");
  const write = (): string | undefined => JSON.stringify(params);
  const text = reading(parameter, "params", write, "cannot be written as JSON");
  if (text === undefined) throw parameter("params", "cannot be written as JSON: its toJSON returned nothing");
  // JSON.stringify escapes only lone surrogates of that range; it doubles the text's own backslashes.
  wellFormed("params", text.replaceAll("\\\\", ""), /\\ud[89a-f]/i);
  return text;
}

/** Serialises extra fields as `JSON.stringify` does, but refuses what it would omit or replace. The core checks the rest. */
export function writeExtra(extra: unknown, secrets: readonly string[]): string {
  /** The objects and arrays around the value. */
  const holders: unknown[] = [];
  const path = ["extra"];
  let wrong: Error | undefined;
  const refuse = (problem: string) => {
    throw (wrong = parameter(path.join("."), problem));
  };
  const check = function (this: unknown, name: string, value: unknown): unknown {
    while (holders.length > 0 && holders.at(-1) !== this) holders.pop();
    // The core refuses this name. A path would show it.
    if (secrets.some((secret) => name.includes(secret))) return null;
    path.length = holders.length;
    path.push(holders.length > 0 ? name : "extra");
    if (typeof value === "object" && value !== null) {
      if (holders.includes(value)) refuse("contains itself");
      holders.push(value);
    } else if (value !== null && typeof value !== "string" && typeof value !== "boolean" && !Number.isFinite(value)) {
      refuse(`must be JSON, not ${typeof value === "number" ? value : typeof value}`);
    }
    return value;
  };
  try {
    // Of a longer text, this is enough for the core to refuse it.
    return JSON.stringify(extra, check).slice(0, 20_000);
  } catch (cause) {
    throw wrong ?? parameter("extra", `cannot be written as JSON: ${reasonOf(cause)}`, cause);
  }
}
