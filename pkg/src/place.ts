import { core } from "./core.js";

/** Hex digits of a signature, which stand in front of the body. */
const SIGNATURE = 128;
/** Longer texts are made bytes first: the core would have to make room for three times their length. */
const LONG = 20_000;

/** Made when they are first used: importing must not fail where the runtime has none. */
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;
const textEncoder = () => (encoder ??= new TextEncoder());
/** Keeps a byte-order mark, which was signed too. */
const decode = (bytes: Uint8Array) => (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);

/** How long a body the core always has room for: what a longer one took, it takes back with the next. */
let kept = 0;

/** Where the place is in the core's memory, and how long a body it has room for. */
let at = 0;
let size = 0;

/** Views of the place, which are empty once that memory has grown. */
let signature: Uint8Array = new Uint8Array();
let room = signature;

function view(): void {
  signature = core().memory().subarray(at, at + SIGNATURE);
  room = core().memory().subarray(at + SIGNATURE, at + SIGNATURE + size);
}

const signatureOf = () => {
  if (signature.length === 0) view();
  return signature;
};

/**
 * Writes a body where the core reads it; gives its length in bytes.
 *
 * @internal
 */
export function write(body: string | Uint8Array): number {
  const given = typeof body === "string" && body.length > LONG ? textEncoder().encode(body) : body;
  const needed = typeof given === "string" ? given.length * 3 : given.length;
  if (size === 0 || needed > size || size > kept) {
    at = core().reserve(needed);
    kept ||= core().room();
    size = Math.max(kept, needed);
    view();
  } else if (room.length === 0) view();
  if (typeof given === "string") return textEncoder().encodeInto(given, room).written;
  room.set(given);
  return given.length;
}

/**
 * The body that was written, as text.
 *
 * @internal
 */
export function textOf(length: number): string {
  if (room.length === 0) view();
  return decode(room.subarray(0, length));
}

/**
 * A secret whose key the core keeps ready, as long as it has not too many.
 *
 * @internal
 */
export class Key {
  #number = 0;
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The signature of the body that was written. */
  sign(length: number): string {
    if (!core().sign(this.#number, length)) core().sign((this.#number = core().keep(this.#secret)), length);
    return decode(signatureOf());
  }

  /** Whether a text is the signature of the body that was written, in the 128 digits that a signature should have. */
  signed(length: number, text: string | undefined): boolean {
    if (text?.length !== SIGNATURE) return false;
    textEncoder().encodeInto(text, signatureOf());
    return core().is_signed(this.#number, length) ?? core().is_signed((this.#number = core().keep(this.#secret)), length) === true;
  }
}
