// The compared implementations, each in its fastest form: with the key imported once, if possible.
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { createHMAC, createSHA512 } from "hash-wasm";
import { Citrn } from "citrn";

const SECRET = "bench-secret-of-the-gateway";
const HEADER = "X-Process-Signature";

const encoder = new TextEncoder();
const secret = encoder.encode(SECRET);

/** Compares two arrays in constant time. @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
function same(one, other) {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one[at] ^ other[at];
  return difference === 0;
}

/**
 * A way to sign a text and to check its signature, both in hex.
 * @typedef {object} Peer
 * @property {(body: string) => string | Promise<string>} sign
 * @property {(body: string, signature: string) => boolean | Promise<boolean>} check
 * @property {(body: string, signature: string) => unknown} read checks the signature of a callback and reads its fields
 */

/**
 * Adds `read` to a peer that has only `check`: code by hand then calls `JSON.parse`.
 * @param {Omit<Peer, "read">} peer
 * @returns {Peer}
 */
const withParse = (peer) => ({
  ...peer,
  read(body, signature) {
    const right = peer.check(body, signature);
    return right instanceof Promise ? right.then((right) => right && JSON.parse(body)) : right && JSON.parse(body);
  },
});

/** @returns {Promise<Record<string, Peer>>} */
export async function peers() {
  const citrn = new Citrn({ apiKey: "bench-key", secret: SECRET });
  const key = createSecretKey(Buffer.from(SECRET));
  const algorithm = { name: "HMAC", hash: "SHA-512" };
  const subtleKey = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
  const noble = hmac.create(sha512, secret);
  const hashWasm = await createHMAC(createSHA512(), secret);
  return {
    citrn: {
      sign: (body) => citrn.callbacks.sign(body)[HEADER],
      check(body, signature) {
        // Throws if it does not match.
        citrn.callbacks.authenticate(body, { [HEADER]: signature });
        return true;
      },
      read: (body, signature) => citrn.callbacks.verify(body, { [HEADER]: signature }),
    },
    "node:crypto": withParse({
      sign: (body) => createHmac("sha512", key).update(body).digest("hex"),
      check: (body, signature) =>
        timingSafeEqual(createHmac("sha512", key).update(body).digest(), Buffer.from(signature, "hex")),
    }),
    SubtleCrypto: withParse({
      sign: async (body) =>
        bytesToHex(new Uint8Array(await crypto.subtle.sign("HMAC", subtleKey, encoder.encode(body)))),
      check: (body, signature) => crypto.subtle.verify("HMAC", subtleKey, hexToBytes(signature), encoder.encode(body)),
    }),
    "@noble/hashes": withParse({
      sign: (body) => bytesToHex(noble.clone().update(encoder.encode(body)).digest()),
      check: (body, signature) => same(noble.clone().update(encoder.encode(body)).digest(), hexToBytes(signature)),
    }),
    "hash-wasm": withParse({
      sign: (body) => hashWasm.init().update(body).digest("hex"),
      check: (body, signature) => same(hashWasm.init().update(body).digest("binary"), hexToBytes(signature)),
    }),
  };
}
