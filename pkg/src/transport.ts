import { bytesIn } from "./bytes.js";
import type { Fetch, Signer } from "./settings.js";

/** What the core takes of an answer: status, `Retry-After`, and the body's bytes. */
export type PlainAnswer = readonly [status: number, retryAfter: string | null, body: Uint8Array];

/**
 * A caller's `fetch` for the core: whatever it does, this rejects or gives a plain answer.
 *
 * @internal
 */
export function plainFetch(fetch: Fetch): (...request: Parameters<Fetch>) => Promise<PlainAnswer> {
  return async (url, init) => {
    const answer = await fetch(url, init);
    const { status, headers } = answer;
    if (typeof status !== "number") throw new Error("the given fetch answered without a status");
    const header: unknown = headers.get("Retry-After");
    const body = bytesIn(await answer.arrayBuffer());
    if (!body) throw new Error("the given fetch answered without an ArrayBuffer");
    return [status, typeof header === "string" ? header : null, body];
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
