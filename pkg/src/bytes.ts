/** Bytes on a buffer of their own, as the platform's own functions want them. */
export type Bytes = ReturnType<typeof Uint8Array.from>;

/**
 * Bytes as they are in a buffer or a view of one, of any realm; not a copy. `undefined` for anything else.
 *
 * @throws {TypeError} when the buffer is detached, or only says that it is one
 * @internal
 */
export function bytesIn(given: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) !== "[object ArrayBuffer]") return undefined;
  // Throws for what is no buffer, of which the next line would make bytes all the same.
  Reflect.get(ArrayBuffer.prototype, "byteLength", given);
  return new Uint8Array(given as ArrayBuffer);
}
