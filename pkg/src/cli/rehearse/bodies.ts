// Changes to the bodies of callbacks.

/** The fields of a callback that scenarios change. */
export interface CallbackBody {
  id?: string | number;
  status?: string;
  crypto_address?: Record<string, unknown>;
  currency_received?: Record<string, unknown>;
  transactions: Record<string, unknown>[];
  [field: string]: unknown;
}

/** Returns a body with changed fields, in the same style of JSON. Only for bodies without long numbers. */
export function edited(body: string, edit: (callback: CallbackBody) => void): string {
  const callback: CallbackBody = JSON.parse(body);
  edit(callback);
  return escaped(JSON.stringify(callback));
}

/** Returns a body with another status, and perhaps the reason of it. */
export function withStatus(body: string, status: string, error?: string): string {
  return edited(body, (callback) => Object.assign(callback, { status }, error && { error }));
}

/** Writes JSON as PHP's `json_encode` does: `\/` for a slash, and `\u` escapes for non-ASCII characters. */
function escaped(json: string): string {
  const unicode = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replaceAll("/", "\\/").replaceAll(/[\u0080-\uffff]/g, unicode);
}

/** Adds a number to an integer id at the start of a body, so that a later run of the sandbox has other ids. */
export function withIdOffset(body: string, offset: number): string {
  // The name may have escapes.
  const [start, name, id] = /^\{("[^"]*"):(\d+)(?=,)/.exec(body) ?? [];
  if (start === undefined || name === undefined || JSON.parse(name) !== "id") return body;
  return `{${name}:${Number(id) + offset}${body.slice(start.length)}`;
}
