// Reads one header, whatever a framework calls headers.
import { parameter } from "./failure.js";
import { reading } from "./input.js";

/** Headers in any of the forms that frameworks provide. */
export type CallbackHeaders =
  | { get(name: string): string | null | undefined }
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Properties of requests and of frameworks' contexts that hold the headers. A header of such a name would be text. */
const HOLDERS = ["headers", "request", "req", "raw"];

/** Returns the first value of a header, if it is text. */
export function headerIn(headers: CallbackHeaders, header: string): string | undefined {
  if (typeof headers !== "object" || headers === null) {
    throw parameter("headers", "must be the headers of the request: pass request.headers");
  }
  return reading(parameter, "headers", () => {
    const found = valueIn(headers, header);
    const first: unknown = Array.isArray(found) ? found[0] : found;
    return typeof first === "string" ? first : undefined;
  });
}

/** Returns the header, whatever the case of its name. Throws for a value that cannot be headers. */
function valueIn(headers: object, header: string): unknown {
  if (Symbol.iterator in headers) return valueAmong(headers as Iterable<unknown>, header);
  if ("get" in headers && typeof headers.get === "function") return headers.get(header);
  const found = valueAmong(Object.entries(headers), header);
  if (found !== undefined) return found;
  const given = headers as Readonly<Record<string, unknown>>;
  if (typeof given.then === "function") throw new Error("this is a promise; await it, and pass request.headers");
  const isHolder = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!HOLDERS.some((name) => isHolder(given[name]))) return undefined;
  throw new Error("this is not the headers, but holds them; pass request.headers");
}

function valueAmong(pairs: Iterable<unknown>, header: string): unknown {
  for (const pair of pairs) {
    const [name, value]: unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof name !== "string") {
      throw new Error("these are not pairs of name and value; pass request.headers, not rawHeaders");
    }
    if (name.toLowerCase() === header.toLowerCase()) return value;
  }
  return undefined;
}
