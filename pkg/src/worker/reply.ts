// Reads the body of an answer, and checks that it has the fields of the reply.

/** A body that is not the reply. The message follows "but", as in "but its body is empty". */
export class UnreadableReply extends Error {
  /** Whether the body was cut off or damaged. If not, a repeated call would get the same. */
  readonly isBroken: boolean;

  constructor(problem: string, isBroken = false) {
    super(problem);
    this.isBroken = isBroken;
  }
}

/** The name of a field's check, by its type. */
type Check<T> = unknown extends T
  ? "any"
  : [T] extends [readonly unknown[]]
    ? "a list"
    : [T] extends [boolean]
      ? "true or false"
      : [T] extends [number]
        ? "a number"
        : [T] extends [string]
          ? "text"
          : [T] extends [string | null]
            ? "text or null"
            : "an object or null";

/** The fields of a reply, each with its check. */
export type Fields<T> = { readonly [Name in keyof T]-?: Check<T[Name]> & keyof typeof CHECKS };

const CHECKS = {
  any: (value: unknown) => value !== undefined,
  "a list": Array.isArray,
  "true or false": (value: unknown) => typeof value === "boolean",
  "a number": (value: unknown) => typeof value === "number",
  "an object or null": (value: unknown) => typeof value === "object",
  "text or null": (value: unknown) => value === null || typeof value === "string",
  text: (value: unknown) => typeof value === "string",
};

/** Parses the bytes of a body. Throws an {@link UnreadableReply}. */
export function parseJson(body: Uint8Array): unknown {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    throw new UnreadableReply("its body is not UTF-8", true);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableReply(text.trim() === "" ? "its body is empty" : "its body is not JSON", true);
  }
}

/**
 * Checks that a value is an object with these fields, and returns it. Later Workers may send further fields.
 *
 * @param path where the value is in the body, such as `data[3]`; empty for the whole body
 * @throws {UnreadableReply} naming the field
 */
export function readFields<T extends object>(value: unknown, fields: Fields<T>, path = ""): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnreadableReply(`${path === "" ? "its body" : path} is not an object`);
  }
  for (const [name, type] of Object.entries<keyof typeof CHECKS>(fields)) {
    const given = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const field = path === "" ? name : `${path}.${name}`;
    if (given === undefined) throw new UnreadableReply(`${field} is missing`);
    if (!CHECKS[type](given)) throw new UnreadableReply(`${field} is not ${type}`);
  }
  return value as T;
}
