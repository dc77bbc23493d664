import { type Answer, readAnswer, Unreadable } from "./answer.js";
import { neverConnected, onNewConnection } from "./connection.js";
import type { Fetch, FetchInit, Signer } from "./settings.js";
import { uncached } from "./uncached.js";

/** Why there is no answer: the core's `FetchError`. A transport throws instead of returning `Failed`. */
export type Failure = readonly [kind: "not_configured" | "never_connected" | "unreadable", error: unknown];

/** The request, beside its URL, as the core passes it to a transport. */
export type Init = Omit<FetchInit, "body"> & { body?: string };

/** Sends a request and reads its answer. An error that it throws does not say whether the request was sent. */
export type Transport = (url: string, init: Init, maxBytes: number, movesMoney: boolean) => Promise<Answer | Failure>;

/**
 * The transport of a client: the caller's `fetch`, or the global one, which is looked up on every call. An answer is read
 * by its members and never by its class: it may come from a library, a mock or another realm.
 *
 * @internal
 */
export function transport(own: Fetch | undefined): Transport {
  return async (url, init, maxBytes, movesMoney) => {
    const { signal } = init;
    const fetch = own ?? globalFetch();
    if (typeof fetch !== "function") {
      return ["not_configured", new Error("is not a function: this runtime has no global fetch, so give the client the setting fetch")];
    }
    Object.assign(init, uncached());
    const connection = !own && movesMoney ? onNewConnection(init) : undefined;
    try {
      let answer: unknown;
      try {
        answer = await (own ? own(url, withBytes(init)) : (fetch as GlobalFetch)(url, init));
      } catch (error) {
        if (!own && neverConnected(error, fetch, movesMoney)) return ["never_connected", error];
        throw error;
      }
      return await readAnswer(answer, maxBytes, signal);
    } catch (error) {
      if (error instanceof Unreadable) return ["unreadable", error];
      throw error;
    } finally {
      connection?.close();
    }
  };
}

type GlobalFetch = (url: string, init: Init) => unknown;

function globalFetch(): unknown {
  try {
    return (globalThis as { fetch?: unknown }).fetch;
  } catch {
    return undefined;
  }
}

/** The init of a caller's `fetch`, whose body is bytes of this realm. */
function withBytes({ body, ...init }: Init): FetchInit {
  return body === undefined ? init : { ...init, body: new Uint8Array(new TextEncoder().encode(body)) };
}

/**
 * A caller's signer for the core: it gives text or `undefined`, or rejects with something that says why.
 *
 * @internal
 */
export function plainSigner(signer: Signer): (bytes: Parameters<Signer>[0]) => Promise<string> {
  return async (bytes) => {
    let signature: unknown;
    try {
      signature = await signer(bytes);
    } catch (thrown) {
      if (typeof thrown === "string" || (typeof thrown === "object" && thrown !== null)) throw thrown;
      throw new Error("the signer gave no reason");
    }
    if (typeof signature !== "string") throw new Error("it did not give text");
    return signature;
  };
}
