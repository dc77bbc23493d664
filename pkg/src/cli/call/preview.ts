// Shows the request of a call without sending it.
import { Citrn, type CitrnOptions } from "../../index.js";
import { printable, redacted } from "../output.js";

/** A request that a call would send. */
export interface Request {
  readonly method: string;
  readonly url: string;
  /** Its headers; key and signature are `[redacted]`: a signed withdrawal could be sent again by anyone. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its JSON text; `key` is `[redacted]`. Empty for a GET. */
  readonly body: string;
}

const HIDDEN = "[redacted]";
const HIDDEN_HEADERS = /^x-process-/i;

/** Has the length of a signature. */
const NO_SIGNATURE = "0".repeat(128);

/**
 * Returns the request that a call would send, which is made and checked as usual. Without key and secret, the request
 * is the same but for its headers.
 *
 * @param run makes the call with a client
 */
export async function previewOf(
  { apiKey, secret, ...options }: CitrnOptions,
  run: (citrn: Citrn) => Promise<unknown>,
): Promise<Request> {
  const requests: Request[] = [];
  const fetch: CitrnOptions["fetch"] = (url, { method, headers, body }) => {
    requests.push({ method, url, headers, body: body ? new TextDecoder().decode(body) : "" });
    throw new Error("a preview sends nothing");
  };
  const signing = secret === undefined ? { signer: () => NO_SIGNATURE } : { secret };
  const failure = await run(
    new Citrn({ ...options, apiKey: apiKey ?? "unset", ...signing, fetch, maxRetries: 0 }),
  ).catch((error: unknown) => error);
  const [request] = requests;
  // The call was refused before it was sent.
  if (!request) throw failure;
  return {
    ...request,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, HIDDEN_HEADERS.test(name) ? HIDDEN : value]),
    ),
    body: redacted(withoutKey(request.body), [secret, apiKey]),
  };
}

/** Returns the text of a request. */
export function textOf({ method, url, headers, body }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, ...(body ? ["", body] : [])].map(printable).join("\n");
}

/** Redacts a withdrawal's `key`. Any other body stays as it is sent. */
function withoutKey(body: string): string {
  if (body === "") return body;
  const fields = JSON.parse(body) as Record<string, unknown>;
  return Object.hasOwn(fields, "key") ? JSON.stringify({ ...fields, key: HIDDEN }) : body;
}
