import { bytesIn, reading } from "./input.js";
import type { Bytes, FetchInit } from "./settings.js";

type Signal = FetchInit["signal"];

/** The parts of an answer that the core reads. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Uint8Array;
}

/** An answer that lacks something or is too large. The request was sent all the same. */
export class Unreadable extends Error {}

/**
 * Reads the answer of any `fetch` by its members, with at most `maxBytes` of its body after decompression.
 *
 * @throws {Unreadable} naming the member that is missing or cannot be read
 */
export async function readAnswer(answer: unknown, maxBytes: number, signal: Signal): Promise<Answer> {
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
  // Only an early refusal: a compressed body is larger than it announces.
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
  // Copied, since decoders refuse shared memory.
  return bytes.slice();
}

/** Reads a stream to its end or to the limit. It is cancelled at the limit, and when the call ends. */
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

/** Cancels a stream or its reader. One that cannot be cancelled is left to the garbage collector. */
async function abandon(stream: unknown): Promise<void> {
  try {
    await (stream as { cancel(): unknown }).cancel();
  } catch {
    // The call has its outcome.
  }
}

/** Returns a member of an answer; `undefined` if there is no answer. */
function member(of: unknown, name: string, path = name): unknown {
  return reading(unreadable, path, () => (of as Record<string, unknown> | null | undefined)?.[name]);
}

function without(what: string): Unreadable {
  return new Unreadable(`fetch answered without ${what}`);
}

function unreadable(name: string, problem: string, cause?: unknown): Unreadable {
  return new Unreadable(`fetch answered with a ${name} that ${problem}`, { cause });
}

function tooLarge(maxBytes: number): Unreadable {
  return new Unreadable(`it has more than ${maxBytes / 2 ** 20} MiB`);
}
