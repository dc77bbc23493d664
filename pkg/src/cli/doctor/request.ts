// Sends one request, and reads enough of the answer to judge it.
import type { Fault } from "./finding.js";

/** A server's answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `undefined` if it is not a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** When the request was sent and when the answer began, in milliseconds since the Unix epoch. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Why there is no answer. */
export interface NoAnswer {
  readonly fault: Fault;
  /** Whether the server's certificate or the encryption is the reason. */
  readonly isTls: boolean;
}

export interface Sent {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

/** Most bytes of a body that are read. */
const MAX_BYTES = 256 * 1024;

const TLS_CODES = /CERT|SSL|TLS|SIGNATURE|^EPROTO$/;

/** Sends a request. Follows no redirect, since neither the gateway nor the Worker does. */
export async function send(url: string, { timeoutMs = 15_000, ...sent }: Sent = {}): Promise<Answer | NoAnswer> {
  const sentAt = Date.now();
  try {
    const init = { ...sent, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) } as const;
    const response = await fetch(url, init);
    const answeredAt = Date.now();
    const json = parsed(await textOf(response));
    return { status: response.status, headers: response.headers, json, sentAt, answeredAt };
  } catch (error) {
    return noAnswer(new URL(url), error as Error, timeoutMs);
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): Answer["json"] {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Answer["json"]) : undefined;
  } catch {
    return undefined;
  }
}

function noAnswer({ host, hostname }: URL, error: Error, timeoutMs: number): NoAnswer {
  const code = codeOf(error);
  const fault = (detail: string, remedy: string) => ({ fault: { detail, remedy }, isTls: false });
  if (error.name === "TimeoutError" || code === "UND_ERR_CONNECT_TIMEOUT") {
    return fault(
      `${host} did not answer within ${timeoutMs / 1000} s.`,
      "Check that it runs, and that no firewall blocks it.",
    );
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return fault(
      `The name ${hostname} has no address.`,
      "Check the URL, and the DNS record or custom domain of this name.",
    );
  }
  if (code === "ECONNREFUSED") return fault(`Nothing listens at ${host}.`, "Check the URL, and that the server runs.");
  const reason = code ?? innermost(error).message;
  if (!TLS_CODES.test(reason))
    return fault(`The connection to ${host} failed: ${reason}.`, "Check the network and the server.");
  const detail = `No TLS connection to ${hostname}: ${reason}.`;
  return { fault: { detail, remedy: "Give the server a valid certificate for this name." }, isTls: true };
}

/** Returns the first cause. `fetch` itself only says that it failed. */
function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

/** Returns the system's code of the first cause that has one. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
}
