// Standard Webhooks (standardwebhooks.com), as the Worker signs its deliveries.
import type { CitrnError } from "../error.js";
import { configuration, errorOf, parameter } from "../failure.js";
import { type CallbackHeaders, headerIn } from "../headers.js";
import { bytesIn, reading } from "../input.js";
import type { Bytes } from "../settings.js";
import { subtle } from "../subtle.js";

/** A body as text, or as its bytes. */
export type RawBody = string | ArrayBuffer | ArrayBufferView;

/** How deliveries are verified. */
export interface WebhookOptions {
  /** The Worker's `MERCHANT_WEBHOOK_SECRET`: one `whsec_…`, or several, also in one text with commas between them. */
  readonly secrets: string | readonly string[] | undefined;
  /** How old a delivery may be, or how far in the future, in seconds. 300 by default. */
  readonly toleranceSeconds?: number | undefined;
}

/** What signing a delivery needs. */
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
    if (value === undefined || value === "") throw refused(name, `The delivery has no header ${name}.`);
    return value;
  };
  const [id, timestamp, signatures] = [header(ID), header(TIMESTAMP), header(SIGNATURE)];
  if (!/^\d{1,15}$/.test(timestamp)) throw refused(TIMESTAMP, `The header ${TIMESTAMP} is not a number of seconds.`);
  const seconds = Math.floor(Date.now() / 1000) - Number(timestamp);
  if (Math.abs(seconds) > toleranceSeconds) {
    const age = seconds > 0 ? `${seconds} seconds old` : `${-seconds} seconds in the future`;
    throw refused(
      TIMESTAMP,
      `The delivery is ${age}, and ${toleranceSeconds} are allowed. If it was not held back, check the clock.`,
    );
  }
  const content = signedContent(id, timestamp, body);
  const given = signatures.split(" ").flatMap(signatureIn).slice(0, MOST_SIGNATURES);
  for (const bytes of keys) {
    const key = await importKey(bytes, "verify");
    for (const signature of given) {
      if (await subtle().verify("HMAC", key, signature, content)) return { id, body };
    }
  }
  const reason =
    body.length === 0
      ? "The body is empty: did something read it before?"
      : "Check that the body is the raw bytes as received, not JSON that was parsed and written again.";
  throw refused(SIGNATURE, `No signature matches the ${body.length} bytes of the body under any secret. ${reason}`);
}

/** Makes the headers of a delivery, for tests of a shop. */
export async function sign(body: RawBody, options: SignOptions): Promise<Record<string, string>> {
  const { id, timestamp = new Date() } = options;
  if (typeof id !== "string" || id === "") throw parameter("id", "must be text: the id of the event");
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const content = signedContent(id, seconds, bodyOf(body));
  const signatures: string[] = [];
  for (const bytes of keysOf(options.secrets)) {
    const signature = await subtle().sign("HMAC", await importKey(bytes, "sign"), content);
    signatures.push(`v1,${base64(new Uint8Array(signature))}`);
  }
  return {
    "content-type": "application/json",
    [ID]: id,
    [TIMESTAMP]: seconds,
    [SIGNATURE]: signatures.join(" "),
  };
}

function refused(field: string, message: string): CitrnError {
  const details = { executed: "no", retryable: false, fromGateway: false } as const;
  return errorOf({ code: "invalid_signature", message, field, ...details });
}

/** Returns the bytes of a body, copied: a caller may change its buffer while the signature is checked. */
function bodyOf(rawBody: unknown): Bytes {
  if (typeof rawBody === "string") return new TextEncoder().encode(rawBody);
  const bytes = reading(parameter, "rawBody", () => bytesIn(rawBody));
  if (bytes) return Uint8Array.from(bytes);
  throw parameter(
    "rawBody",
    "must be the raw body, as text or bytes: read it with request.arrayBuffer() before a JSON parser does",
  );
}

function keysOf(secrets: unknown): Bytes[] {
  if (secrets === undefined) throw configuration("secrets", "is undefined; is MERCHANT_WEBHOOK_SECRET set?");
  const given: unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  const texts = given.flatMap((secret) => (typeof secret === "string" ? secret.split(/[\s,]+/) : [undefined]));
  const keys = texts.filter((text) => text !== "").map((text, index) => keyOf(text, index + 1));
  if (keys.length === 0) throw configuration("secrets", `holds no secret such as ${PREFIX}...`);
  return keys;
}

/** Decodes a secret. Its error says which of them is wrong, and nothing of it. */
function keyOf(secret: string | undefined, number: number): Bytes {
  const wrong = (problem: string) => configuration("secrets", `has an entry ${number} that ${problem}`);
  if (secret === undefined) throw wrong("is not text");
  if (!secret.startsWith(PREFIX)) throw wrong(`does not begin with ${PREFIX}`);
  const bytes = decoded(secret.slice(PREFIX.length));
  if (!bytes) throw wrong(`is not base64 after ${PREFIX}`);
  if (bytes.length >= SHORTEST && bytes.length <= LONGEST) return bytes;
  throw wrong(`has ${bytes.length} bytes: it must have ${SHORTEST} to ${LONGEST}`);
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
