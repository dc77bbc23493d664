// Reads what callers give. Getters, proxies and iterators run here, once, and never inside wasm.

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
export function readNames(
  what: string,
  given: unknown,
  names: readonly string[],
  wrong: FieldError,
): Record<string, unknown> {
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entriesOf(what, given, wrong)) own[name] = value;
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(unknown, `is not one of the ${what}: they are ${names.join(", ")}`);
  return own;
}

/** Checks the type of a value. The message never shows the value: it may be a secret. */
export function checkType(name: string, value: unknown, type: string, wrong: FieldError): void {
  if (value !== undefined && typeof value !== type) {
    throw wrong(name, `must be a ${type}, not ${value === null ? "null" : `a ${typeof value}`}`);
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
