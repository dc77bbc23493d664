import { type Answer, readAnswer, Unreadable } from "./answer.js";
import { neverConnected, onNewConnection } from "./connection.js";
import type { Request } from "./core.js";
import type { Fetch, FetchInit } from "./settings.js";

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

/** The properties that Next.js adds to the global `fetch`. */
interface NextFetch {
  __nextGetStaticStore?: () => { getStore(): { fetchCache?: string } | undefined };
}

/** Fields for the init of `fetch` that keep a request from being answered from a cache. */
interface Uncached {
  /** Missing where the runtime refuses it, as Workers do under older compatibility dates. */
  cache?: "no-store";
  /** The mark of Next.js's own requests. */
  next?: { internal: true };
}

/**
 * Makes each call a request. Next.js answers repeated requests from its cache in segments with `fetchCache`; where
 * that overrides or refuses `no-store`, the mark of its own requests bypasses the cache.
 */
function uncached(): Uncached {
  const takesCache = hasCache();
  return { ...(takesCache && { cache: "no-store" }), ...(isForced(takesCache) && { next: { internal: true } }) };
}

/** Whether requests of this runtime have a cache mode. */
function hasCache(): boolean {
  try {
    return "cache" in Request.prototype;
  } catch {
    // There is no `Request`, or a test has replaced it.
    return false;
  }
}

/** Whether Next.js would use its cache, or refuse the request, in spite of `no-store`. */
function isForced(takesCache: boolean): boolean {
  if (Reflect.get(globalThis, Symbol.for("next-patch")) !== true) return false;
  try {
    const mode = (fetch as NextFetch).__nextGetStaticStore!().getStore()?.fetchCache;
    return mode === "force-cache" || mode === "only-cache" || (mode === "default-cache" && !takesCache);
  } catch {
    // Another library has wrapped Next.js's function, so the segment is unknown.
    return true;
  }
}
