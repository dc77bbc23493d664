import type * as connection from "./connection.js";
import type { Request } from "./core.js";
import { bytesIn, reading } from "./input.js";
import type { Bytes, Fetch, FetchInit } from "./settings.js";

/** A request without an answer. Only the first two kinds prove that it was not sent. */
interface TransportFailure {
  readonly kind: "not_configured" | "never_connected" | "unreadable" | "failed";
  readonly error: unknown;
}

/** Sends a request and reads its answer. Never rejects. */
export type Transport = (request: Request, signal: AbortSignal) => Promise<Answer | TransportFailure>;

/** The checks of connections, for calls that move money. Without them, no failure proves that nothing was sent. */
type Connections = Pick<typeof connection, "neverConnected" | "onNewConnection">;

/**
 * Returns the transport of a client: the caller's `fetch`, or the global one, which is looked up on every call. An
 * answer is read by its members and never by its class: it may come from a library, a mock or another realm.
 */
export function transport(own: Fetch | undefined, connections?: Connections): Transport {
  return async (request, signal) => {
    try {
      return await send(own, connections, request, signal);
    } catch (error) {
      // The request may have been sent.
      return { kind: error instanceof Unreadable ? "unreadable" : "failed", error };
    }
  };
}

async function send(
  own: Fetch | undefined,
  connections: Connections | undefined,
  request: Request,
  signal: AbortSignal,
): Promise<Answer | TransportFailure> {
  const { url, method, headers, body, maxReplyBytes, movesMoney } = request;
  const fetch = own ?? globalFetch();
  if (typeof fetch !== "function") {
    const problem = "is not a function: this runtime has no global fetch, so give the client one";
    return { kind: "not_configured", error: new Error(problem) };
  }
  const init: FetchInit = { method, headers, redirect: "manual", signal, ...uncached() };
  // The global `fetch` encodes text to the signed bytes, and would copy bytes twice. The caller's `fetch` gets a copy,
  // which it may change.
  if (body !== undefined) Object.assign(init, { body: own ? new Uint8Array(new TextEncoder().encode(body)) : body });
  const connection = !own && movesMoney ? connections?.onNewConnection(init) : undefined;
  try {
    let answer: unknown;
    try {
      answer = await (fetch as Fetch)(url, init);
    } catch (error) {
      if (!own && connections?.neverConnected(error, fetch, movesMoney)) return { kind: "never_connected", error };
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
  __nextGetStaticStore: () => { getStore(): { fetchCache?: string } | undefined };
}

/** Fields for the init of `fetch` that keep a request from being answered from a cache. */
interface Uncached {
  /** Absent if the runtime refuses it, as Workers do under older compatibility dates. */
  cache?: "no-store";
  /** The mark of Next.js's internal requests. */
  next?: { internal: true };
}

/**
 * Returns the fields with which no cache answers a call. Next.js caches requests in segments with `fetchCache`; where
 * that overrides or refuses `no-store`, the mark of its internal requests bypasses the cache.
 */
function uncached(): Uncached {
  const takesCache = hasCache();
  return { ...(takesCache && { cache: "no-store" }), ...(isForced(takesCache) && { next: { internal: true } }) };
}

/** Whether this runtime's requests have a cache mode. */
function hasCache(): boolean {
  try {
    return "cache" in Request.prototype;
  } catch {
    // There is no `Request`, or a test has replaced it.
    return false;
  }
}

/** Whether Next.js would use its cache, or refuse the request, despite `no-store`. */
function isForced(takesCache: boolean): boolean {
  if (Reflect.get(globalThis, Symbol.for("next-patch")) !== true) return false;
  try {
    const mode = (fetch as typeof fetch & NextFetch).__nextGetStaticStore().getStore()?.fetchCache;
    return mode === "force-cache" || mode === "only-cache" || (mode === "default-cache" && !takesCache);
  } catch {
    // Another library has wrapped Next.js's function, so the segment is unknown.
    return true;
  }
}

// Reading answers.

type Signal = FetchInit["signal"];

/** The parts of an answer that the core reads. */
interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Uint8Array;
}

/** An answer that is incomplete or too large. The request was sent nevertheless. */
class Unreadable extends Error {}

/**
 * Reads the answer of any `fetch` by its members, with at most `maxBytes` of its body after decompression.
 *
 * @throws {Unreadable} which names the missing or unreadable member
 */
async function readAnswer(answer: unknown, maxBytes: number, signal: Signal): Promise<Answer> {
  const status = member(answer, "status");
  if (typeof status !== "number" || !(status >= 0 && status <= 999)) throw without("a status (a number from 0 to 999)");
  const headers = member(answer, "headers");
  const get = member(headers, "get", "headers.get");
  if (typeof get !== "function") throw without("headers.get (a function)");
  const header = (name: string): string | undefined => {
    const read = () => Reflect.apply(get, headers, [name]) as unknown;
    const value = reading(unreadable, "headers.get", read, "cannot be called");
    return typeof value === "string" ? value : undefined;
  };
  const retryAfter = header("Retry-After");
  const body = member(answer, "body");
  // An early exit only: the header has the compressed size, and the body may still be too large.
  if (Number(/^\d+$/.exec(header("Content-Length") ?? "")?.[0]) > maxBytes) {
    await abandon(body);
    throw tooLarge(maxBytes);
  }
  if (member(answer, "bodyUsed") === true) throw unreadable("body", "was read already");
  return { status, retryAfter, body: await readBody(answer, body, maxBytes, signal) };
}

async function readBody(answer: unknown, body: unknown, maxBytes: number, signal: Signal): Promise<Uint8Array> {
  const getReader = member(body, "getReader", "body.getReader");
  if (typeof getReader === "function") {
    const open = () => Reflect.apply(getReader, body, []) as unknown;
    return drain(reading(unreadable, "body.getReader", open, "cannot be called"), maxBytes, signal);
  }
  const arrayBuffer = member(answer, "arrayBuffer");
  if (typeof arrayBuffer !== "function") throw without("a body: neither body.getReader nor arrayBuffer is a function");
  const buffer: unknown = await Reflect.apply(arrayBuffer, answer, []);
  const bytes = reading(unreadable, "body", () => bytesIn(buffer));
  if (!bytes) throw without("an ArrayBuffer from arrayBuffer()");
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  // Copied, because decoders refuse shared memory.
  return bytes.slice();
}

/** Reads a stream to its end. Cancels it if it exceeds the limit or the call ends. */
async function drain(reader: unknown, maxBytes: number, signal: Signal): Promise<Uint8Array> {
  const read = member(reader, "read", "body.getReader().read");
  if (typeof read !== "function") throw without("body.getReader().read (a function)");
  // Chunks are copied: a stream may reuse its buffer, and many small chunks would take a hundred times the memory.
  let bytes = new Uint8Array();
  let size = 0;
  const cancel = () => void abandon(reader);
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    for (;;) {
      const step: unknown = await Reflect.apply(read, reader, []);
      if (member(step, "done", "body")) return bytes.subarray(0, size);
      const chunk = reading(unreadable, "body", () => bytesIn(member(step, "value")));
      if (!chunk) throw unreadable("body", "is not a stream of bytes");
      const end = size + chunk.length;
      if (end > maxBytes) throw tooLarge(maxBytes);
      if (end > bytes.length) bytes = enlarged(bytes, Math.max(end, Math.min(2 * bytes.length, maxBytes)));
      bytes.set(chunk, size);
      size = end;
    }
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function enlarged(bytes: Uint8Array, size: number): Bytes {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

/** Cancels a stream or its reader. If it cannot be cancelled, the garbage collector closes it. */
async function abandon(stream: unknown): Promise<void> {
  try {
    await (stream as { cancel(): unknown }).cancel();
  } catch {
    // The outcome of the call is already decided.
  }
}

/** Returns a member of an answer; `undefined` if there is no answer. */
function member(owner: unknown, name: string, path = name): unknown {
  return reading(unreadable, path, () => (owner as Record<string, unknown> | null | undefined)?.[name]);
}

function without(missing: string): Unreadable {
  return new Unreadable(`fetch answered without ${missing}`);
}

function unreadable(name: string, problem: string, cause?: unknown): Unreadable {
  return new Unreadable(`fetch answered with a ${name} that ${problem}`, { cause });
}

function tooLarge(maxBytes: number): Unreadable {
  return new Unreadable(`it has more than ${maxBytes / 2 ** 20} MiB`);
}
