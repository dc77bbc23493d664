import { bytesIn } from "./bytes.js";
import type { Fetch, Signer } from "./settings.js";

/** The largest answer that is taken from a `fetch` of the caller's. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A caller's `fetch` for the core: whatever it does, this rejects or gives a plain answer on a buffer of its own.
 *
 * @internal
 */
export function plainFetch(fetch: Fetch): Fetch {
  return async (url, init) => {
    const answer = await fetch(url, init);
    const { status, headers } = answer;
    if (typeof status !== "number") throw new Error("the given fetch answered without a status");
    const header: unknown = headers.get("Retry-After");
    const retryAfter = typeof header === "string" ? header : null;
    const given = bytesIn(await answer.arrayBuffer());
    if (!given) throw new Error("the given fetch answered without an ArrayBuffer");
    if (given.length > MOST_BYTES) throw new Error("the given fetch answered with more than 16 MiB");
    const { buffer } = new Uint8Array(given);
    return { status, headers: { get: () => retryAfter }, arrayBuffer: () => buffer };
  };
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
