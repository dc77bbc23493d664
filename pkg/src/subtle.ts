import { configuration } from "./failure.js";

/** Returns WebCrypto, which is looked up on use: importing never throws. */
export function subtle(): SubtleCrypto {
  const found = (globalThis as { crypto?: Partial<Crypto> }).crypto?.subtle;
  if (found) return found;
  throw configuration("crypto.subtle", "is not defined in this runtime");
}
