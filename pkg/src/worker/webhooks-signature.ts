// Standard Webhooks (standardwebhooks.com), as the Worker signs its deliveries.
import { configuration, parameter, unsent } from "../failure.js";
import { type CallbackHeaders, headerIn } from "../headers.js";
import { bytesIn, reading } from "../input.js";
import type { Bytes } from "../settings.js";
import { subtle } from "../subtle.js";

/** A body as text, or as its bytes. */
export type RawBody = string | ArrayBuffer | ArrayBufferView;

/** How deliveries are verified. */
export interface WebhookOptions {
  /**
   * The Worker's `MERCHANT_WEBHOOK_SECRET`: one `whsec_…`, or several in a list or in one text with commas. Those of a
   * list that are `undefined` are left out, such as the older one when no change is under way.
   */
  readonly secrets: string | readonly (string | undefined)[] | undefined;
  /** How old a delivery may be, or how far in the future, in seconds. 300 by default. */
  readonly toleranceSeconds?: number | undefined;
}

/** Options of signing a delivery. */
export interface SignOptions extends Pick<WebhookOptions, "secrets"> {
  /** The event's id, which becomes the header `webhook-id`. */
  readonly id: string;
  /** When it is sent; now by default. */
  readonly timestamp?: Date | undefined;
}

/** A delivery whose signature is valid. */
export interface Delivery {
  readonly id: string;
  readonly body: Bytes;
}

const PREFIX = "whsec_";
/** Lengths of a key in bytes that the specification allows. */
const [SHORTEST, LONGEST] = [24, 64];
/** Signatures that are compared: anyone can send more, and each costs a hash of the body. */
const MOST_SIGNATURES = 16;
const [ID, TIMESTAMP, SIGNATURE] = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/** Checks who sent a body, and when. */
export async function authenticate(
  rawBody: RawBody,
  headers: CallbackHeaders,
  { secrets, toleranceSeconds = 300 }: WebhookOptions,
): Promise<Delivery> {
  const body = bodyOf(rawBody);
  const keys = keysOf(secrets);
  if (typeof toleranceSeconds !== "number" || !(toleranceSeconds >= 0)) {
    throw configuration("toleranceSeconds", "must be a number of seconds, zero or more");
  }
  const header = (name: string): string => {
    const value = headerIn(headers, name);
    if (value) return value;
    throw unsent("invalid_signature", `The header ${name} is missing.`, name);
  };
  const [id, timestamp, signatures] = [header(ID), header(TIMESTAMP), header(SIGNATURE)];
  const age = /^\d{1,15}$/.test(timestamp) ? Math.floor(Date.now() / 1000) - Number(timestamp) : Number.NaN;
  if (!(Math.abs(age) <= toleranceSeconds)) {
    const problem = Number.isNaN(age) ? "has an invalid timestamp" : `is ${age} seconds old`;
    const message = `The delivery ${problem}; ${toleranceSeconds} seconds are allowed, in both directions.`;
    throw unsent("invalid_signature", message, TIMESTAMP);
  }
  const content = signedContent(id, timestamp, body);
  const given = signatures.split(" ").flatMap(signatureIn).slice(0, MOST_SIGNATURES);
  for (const bytes of keys) {
    const key = await importKey(bytes, "verify");
    for (const signature of given) {
      if (await subtle().verify("HMAC", key, signature, content)) return { id, body };
    }
  }
  throw unsent(
    "invalid_signature",
    `No signature matches the ${body.length} bytes of the body: they must be as received, and the secret the Worker's.`,
    SIGNATURE,
  );
}

/** Makes the headers of a delivery, for tests of a shop. */
export async function sign(body: RawBody, options: SignOptions): Promise<Record<string, string>> {
  const { id, timestamp = new Date() } = options;
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const content = signedContent(id, seconds, bodyOf(body));
  const signatures: string[] = [];
  for (const bytes of keysOf(options.secrets)) {
    const signature = await subtle().sign("HMAC", await importKey(bytes, "sign"), content);
    signatures.push(`v1,${base64(new Uint8Array(signature))}`);
  }
  return {
    "Content-Type": "application/json",
    [ID]: id,
    [TIMESTAMP]: seconds,
    [SIGNATURE]: signatures.join(" "),
  };
}

/** Returns the bytes of a body, copied: a caller may change its buffer while the signature is checked. */
function bodyOf(rawBody: unknown): Bytes {
  if (typeof rawBody === "string") return new TextEncoder().encode(rawBody);
  const bytes = reading(parameter, "rawBody", () => bytesIn(rawBody));
  if (bytes) return Uint8Array.from(bytes);
  throw parameter("rawBody", "must be the raw body, as text or bytes, such as await request.arrayBuffer()");
}

/** Decodes the secrets. An error says which of them is wrong, and nothing of it. */
function keysOf(secrets: WebhookOptions["secrets"]): Bytes[] {
  if (secrets === undefined) throw configuration("secrets", "is undefined; is MERCHANT_WEBHOOK_SECRET set?");
  // A list becomes one text with commas.
  const texts = String(secrets).match(/[^\s,]+/g) ?? [""];
  return texts.map((text, index) => {
    const bytes = text.startsWith(PREFIX) ? decoded(text.slice(PREFIX.length)) : undefined;
    if (bytes && bytes.length >= SHORTEST && bytes.length <= LONGEST) return bytes;
    const expected = `${PREFIX} and the base64 of ${SHORTEST} to ${LONGEST} bytes`;
    throw configuration("secrets", `has an entry ${index + 1} that is not ${expected}`);
  });
}

function importKey(bytes: Bytes, usage: "sign" | "verify"): Promise<CryptoKey> {
  return subtle().importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

function signedContent(id: string, timestamp: string, body: Bytes): Bytes {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}

/** Returns the signature in an entry of the header, if it has the version that is known. */
function signatureIn(entry: string): Bytes[] {
  const bytes = entry.startsWith("v1,") ? decoded(entry.slice(3)) : undefined;
  return bytes ? [bytes] : [];
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Decodes base64. One text for the same bytes only: another last digit, without padding, would decode alike. */
function decoded(text: string): Bytes | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return base64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
