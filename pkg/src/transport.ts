import { type Answer, readAnswer, Unreadable } from "./answer.js";
import { neverConnected, onNewConnection } from "./connection.js";
import type { Request } from "./core.js";
import type { Fetch, FetchInit } from "./settings.js";
import { uncached } from "./uncached.js";

/** Why a request has no answer. Only the first two kinds make it certain that it was not sent. */
interface Failed {
  readonly kind: "not_configured" | "never_connected" | "unreadable" | "failed";
  readonly error: unknown;
}

/** Sends a request and reads its answer. Never rejects. */
export type Transport = (request: Request, signal: AbortSignal) => Promise<Answer | Failed>;

/**
 * The transport of a client: the caller's `fetch`, or the global one, which is looked up on every call. An answer is
 * read by its members and never by its class: it may come from a library, a mock or another realm.
 */
export function transport(own: Fetch | undefined): Transport {
  return async (request, signal) => {
    try {
      return await send(own, request, signal);
    } catch (error) {
      // Whether the request was sent is not known.
      return { kind: error instanceof Unreadable ? "unreadable" : "failed", error };
    }
  };
}

async function send(own: Fetch | undefined, request: Request, signal: AbortSignal): Promise<Answer | Failed> {
  const { url, method, headers, body, maxReplyBytes, movesMoney } = request;
  const fetch = own ?? globalFetch();
  if (typeof fetch !== "function") {
    const problem = "is not a function: this runtime has no global fetch, so give the client the setting fetch";
    return { kind: "not_configured", error: new Error(problem) };
  }
  const init: FetchInit = { method, headers, redirect: "manual", signal, ...uncached() };
  // The global `fetch` encodes text to the signed bytes, and would copy bytes twice. The caller's gets its own bytes.
  if (body !== undefined) Object.assign(init, { body: own ? new Uint8Array(new TextEncoder().encode(body)) : body });
  const connection = !own && movesMoney ? onNewConnection(init) : undefined;
  try {
    let answer: unknown;
    try {
      answer = await (fetch as Fetch)(url, init);
    } catch (error) {
      if (!own && neverConnected(error, fetch, movesMoney)) return { kind: "never_connected", error };
      throw error;
    }
    return await readAnswer(answer, maxReplyBytes, signal);
  } finally {
    connection?.close();
  }
}

function globalFetch(): unknown {
  try {
    return (globalThis as { fetch?: unknown }).fetch;
  } catch {
    return undefined;
  }
}
