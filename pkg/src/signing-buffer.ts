// The signing buffer in the core's memory: a signature of 128 hex digits, followed by the body.
import { core } from "./core.js";

/** Hex digits of a signature. */
const SIGNATURE = 128;
/** Longer texts are encoded first: to encode them in place, the buffer would need three times their length. */
const LONG = 20_000;

/** Created on first use: importing must not fail where the runtime has neither. */
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;
const textEncoder = () => (encoder ??= new TextEncoder());
/** Decodes UTF-8 and keeps a byte-order mark, which was signed too. */
const decode = (bytes: Uint8Array) => (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);

let address = 0;
/** The buffer's room for a body, in bytes. */
let size = 0;

/** The memory under the views. It is another object after it has grown, and in another core. */
let memory: Uint8Array | undefined;
let signature: Uint8Array = new Uint8Array();
let body = signature;

function view(): void {
  if (memory === core().memory()) return;
  memory = core().memory();
  signature = memory.subarray(address, address + SIGNATURE);
  body = memory.subarray(address + SIGNATURE);
}

/** Writes a body into the buffer, and returns its length in bytes. */
export function write(given: string | Uint8Array): number {
  const short = typeof given === "string" && given.length > LONG ? textEncoder().encode(given) : given;
  const needed = typeof short === "string" ? short.length * 3 : short.length;
  if (needed > size || memory !== core().memory()) {
    address = core().reserve(needed);
    // The next call then replaces a long buffer by one of the needed length.
    size = needed > LONG * 3 ? 0 : needed;
    memory = undefined;
  }
  view();
  if (typeof short === "string") return textEncoder().encodeInto(short, body).written;
  body.set(short);
  return short.length;
}

/** Returns the body in the buffer as text. */
export function textOf(length: number): string {
  view();
  return decode(body.subarray(0, length));
}

/** A key in the core's cache, which is bounded: a key that it has removed is added again. */
export class CachedKey {
  #id = 0;
  /** The core that assigned the id. */
  #core: unknown;
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Returns its id, or 0, which is never an id. */
  #known(): number {
    return this.#core === core() ? this.#id : 0;
  }

  #add(): number {
    this.#core = core();
    return (this.#id = core().cache_key(this.#secret));
  }

  /** Returns the signature of the body in the buffer. */
  sign(length: number): string {
    if (!core().sign(this.#known(), length)) core().sign(this.#add(), length);
    view();
    return decode(signature);
  }

  /** Whether a text is the signature of the body in the buffer, written as exactly 128 hex digits. */
  hasSigned(length: number, text: string | undefined): boolean {
    if (text?.length !== SIGNATURE) return false;
    view();
    textEncoder().encodeInto(text, signature);
    return core().is_signed(this.#known(), length) ?? core().is_signed(this.#add(), length) === true;
  }
}
