// The signing buffer in the core's memory: a signature of 128 hex digits, and the body behind it.
import { core } from "./core.js";

/** Hex digits of a signature. */
const SIGNATURE = 128;
/** Longer texts are encoded first: the buffer would need room for three times their length. */
const LONG = 20_000;

/** Made on first use: importing must not fail where the runtime has none. */
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;
const textEncoder = () => (encoder ??= new TextEncoder());
/** Keeps a byte-order mark, which was signed too. */
const decode = (bytes: Uint8Array) => (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);

let address = 0;
/** Bytes of a body that the buffer has room for. */
let size = 0;

/** The memory that the views are of: another object once it has grown, or is that of another core. */
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
    // The next call frees a long one.
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

/** A key in the core's cache, which holds a bounded number of keys: a removed one is added again. */
export class CachedKey {
  #id = 0;
  /** The core that has it under this id. */
  #core: unknown;
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Returns its id, or 0, which is no id. */
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

  /** Whether a text is the signature of the body in the buffer, in the 128 digits that a signature should have. */
  hasSigned(length: number, text: string | undefined): boolean {
    if (text?.length !== SIGNATURE) return false;
    view();
    textEncoder().encodeInto(text, signature);
    return core().is_signed(this.#known(), length) ?? core().is_signed(this.#add(), length) === true;
  }
}
