// Reads the caller's parameters. Their getters, proxies and `toJSON` run here, once.
import { parameter } from "../failure.js";
import { entriesOf, reading, wellFormed } from "../input.js";

/** The body of a creation. */
export interface Body {
  readonly json: string;
  /** The id to reconcile by. */
  readonly foreign_id: string | undefined;
}

/** Half a surrogate pair, as `JSON.stringify` escapes it. */
const ESCAPED_HALF = /\\ud[89a-f]/i;

/** Writes the body of a creation. Parameters that are `undefined` or null are left out. */
export function readBody(given: unknown): Body {
  let foreign_id: string | undefined;
  const fields: string[] = [];
  for (const [name, value] of entriesOf("parameters", given, parameter)) {
    if (value === undefined || value === null) continue;
    if (name === "foreign_id" && typeof value === "string") foreign_id = value;
    fields.push(`${written("parameters", name)}:${written(name, value)}`);
  }
  return { json: `{${fields.join(",")}}`, foreign_id };
}

function written(field: string, value: unknown): string {
  const problem = "cannot be written as JSON";
  const text = reading(parameter, field, (): string | undefined => JSON.stringify(value), problem);
  if (text === undefined) throw parameter(field, problem);
  // A doubled backslash is a literal one, and begins no escape.
  wellFormed(field, text.replaceAll("\\\\", ""), ESCAPED_HALF);
  return text;
}

/** Writes a query, such as `?limit=10`. Parameters that are `undefined` or null are left out. */
export function readQuery(given: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of entriesOf("parameters", given, parameter)) {
    if (value === undefined || value === null) continue;
    if (typeof value !== "string" && typeof value !== "number") throw parameter(name, "must be text or a number");
    wellFormed(name, String(value));
    query.append(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Writes the id of an event or a transaction as a segment of a path. */
export function readId(id: unknown): string {
  // A URL parser would remove the segments . and .., percent-encoded or not.
  if (typeof id !== "string" || ["", ".", ".."].includes(id)) {
    throw parameter("id", "must be the id of an event or a transaction, as text");
  }
  wellFormed("id", id);
  return encodeURIComponent(id);
}
