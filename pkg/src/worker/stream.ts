// Lists as streams of lines. A part of a stream is read like the answer of a call, with its limits and retries.
import type { Fetch } from "../settings.js";

/** A stream of a list. */
export interface Stream {
  /** Returns the next whole lines as a JSON list. Opens the stream first, and again if the request is repeated. */
  readonly fetch: Fetch;
  /** Closes the stream. The next lines are those of another one. */
  close(): void;
}

/** The members of a response and of its body that are read. Their absence is a failure of the connection. */
interface Streamed {
  readonly status: number;
  readonly body: { getReader(): Reader };
}

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>;
  cancel(): Promise<void>;
}

/**
 * @param own the caller's `fetch`
 * @param maxCharacters the longest line
 */
export function openStream(own: Fetch | undefined, maxCharacters: number): Stream {
  let reader: Reader | undefined;
  let decoder = new TextDecoder();
  let text = "";
  let latest: string | undefined;

  const close = () => {
    // A stream that cannot be cancelled has ended.
    reader?.cancel().catch(() => {});
    reader = undefined;
  };

  const read = async (from: Reader): Promise<ArrayBuffer> => {
    for (;;) {
      const { done, value } = await from.read();
      if (done) throw new Error("the stream ended before its last line");
      text += decoder.decode(value, { stream: true });
      const end = text.lastIndexOf("\n");
      if (end >= 0) {
        const lines = text.slice(0, end).replaceAll("\n", ",");
        text = text.slice(end + 1);
        return new TextEncoder().encode(`[${lines}]`).buffer;
      }
      if (text.length > maxCharacters) throw new Error("a line of the stream is too long");
    }
  };

  const fetch: Fetch = async (url, init) => {
    // The same request again: the lines of the call before were not taken.
    if (url === latest) close();
    latest = url;
    if (!reader) {
      const headers = { ...init.headers, Accept: "application/x-ndjson" };
      const response = await (own ?? globalThis.fetch)(url, { ...init, headers });
      if (response.status !== 200) return response;
      reader = (response as unknown as Streamed).body.getReader();
      decoder = new TextDecoder();
      text = "";
    }
    const lines = await read(reader);
    return { status: 200, headers: { get: () => null }, arrayBuffer: () => lines };
  };
  return { fetch, close };
}
