// Reads what callers give. Getters, proxies and iterators run here, once, and never inside wasm.
import { core, type Parameters } from "./core.js";
import { configuration, errorOf, type Failure, parameter } from "./failure.js";

/** Most characters in the texts of one call: wasm's memory must hold them several times. */
const MAX_LENGTH = 2 ** 26;

/** Makes the error of a field that is wrong. */
export type FieldError = (field: string, problem: string, cause?: unknown) => Error;

/** Reads a value of the caller's, which may throw. `field` may be known only then. */
export function reading<T>(
  wrong: FieldError,
  field: string | (() => string),
  read: () => T,
  problem = "cannot be read",
): T {
  try {
    return read();
  } catch (cause) {
    let reason = "no reason was given";
    try {
      const message: unknown = (cause as { message?: unknown } | null | undefined)?.message;
      reason = typeof message === "string" ? message : String(cause);
    } catch {
      // The thrown value can throw as well; it is the cause all the same.
    }
    throw wrong(typeof field === "string" ? field : field(), `${problem}: ${reason}`, cause);
  }
}

/** Describes an error of a transport or signer, with the reason that Node's `fetch` has under `cause`. Never throws. */
export function reasonOf(error: unknown): string {
  const cause = memberOf(error, "cause");
  const code = memberOf(cause, "code");
  const reason = messageOf(cause) ?? (typeof code === "string" ? code : undefined);
  const message = messageOf(error) ?? "the transport gave no reason";
  return reason === undefined ? message : `${message} (${reason})`;
}

function messageOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const message = memberOf(value, "message");
  return typeof message === "string" && message !== "" ? message : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** Returns the own properties of an object, each read once. */
export function entriesOf(what: string, given: unknown, wrong: FieldError): [name: string, value: unknown][] {
  let field = what;
  const read = () => {
    if (typeof given !== "object" || given === null || Symbol.iterator in given) return undefined;
    const entries: [string, unknown][] = [];
    for (const name of Object.keys(given)) entries.push([(field = name), (given as Record<string, unknown>)[name]]);
    return entries;
  };
  const entries = reading(wrong, () => field, read);
  if (!entries) throw wrong(what, "must be an object");
  return entries;
}

/** Copies an object that may have no other names than these. The copy has no prototype, and so no inherited values. */
export function readNames(what: string, given: unknown, names: readonly string[]): Record<string, unknown> {
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entriesOf(what, given, configuration)) own[name] = value;
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined) throw configuration(unknown, `is not one of the ${what}: they are ${names.join(", ")}`);
  return own;
}

/** Checks the type of a value. The message never shows the value: it may be a secret. */
export function checkType(name: string, value: unknown, type: string): void {
  if (value !== undefined && typeof value !== type) {
    throw configuration(name, `must be a ${type}, not ${value === null ? "null" : `a ${typeof value}`}`);
  }
}

/**
 * Returns the bytes of a buffer or a view of any realm, not copied. `undefined` for anything else.
 *
 * @throws {TypeError} when the buffer is detached, or not a buffer in spite of its tag
 */
export function bytesIn(given: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) !== "[object ArrayBuffer]") return undefined;
  // Throws for what is not a buffer, of which the next line would make bytes all the same.
  Reflect.get(ArrayBuffer.prototype, "byteLength", given);
  return new Uint8Array(given as ArrayBuffer);
}

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
      return readList(name, value as object);
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
