import { core } from "./core.js";

/** Hex digits of a signature, which stand in front of the body. */
const SIGNATURE = 128;
/** Longer texts are made bytes first: the core would have to make room for three times their length. */
const LONG = 20_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where the body is in the core's memory, and its signature in front of it. */
let signature = 0;

/**
 * Writes a body where the core reads it; gives its length in bytes.
 *
 * @internal
 */
export function write(body: string | Uint8Array): number {
  const given = typeof body === "string" && body.length > LONG ? encoder.encode(body) : body;
  signature = core().reserve(typeof given === "string" ? given.length * 3 : given.length);
  const room = core().memory().subarray(signature + SIGNATURE);
  if (typeof given === "string") return encoder.encodeInto(given, room).written;
  room.set(given);
  return given.length;
}

/**
 * The body that was written, as text.
 *
 * @internal
 */
export const textOf = (length: number): string => read(signature + SIGNATURE, length);

const read = (at: number, length: number) => decoder.decode(core().memory().subarray(at, at + length));

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
    return read(signature, SIGNATURE);
  }

  /** Whether a text is the signature of the body that was written, in the 128 digits that a signature should have. */
  signed(length: number, text: string | undefined): boolean {
    if (text?.length !== SIGNATURE) return false;
    encoder.encodeInto(text, core().memory().subarray(signature, signature + SIGNATURE));
    return core().is_signed(this.#number, length) ?? core().is_signed((this.#number = core().keep(this.#secret)), length) === true;
  }
}
