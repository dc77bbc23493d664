// The settings of a client: their types, and the table by which they are read.
import type { AbortSignalLike } from "./options.js";

/** Bytes in an ordinary `ArrayBuffer`, never in shared memory, as the platform's functions require. */
export type Bytes = ReturnType<typeof Uint8Array.from>;

/** The platform's `AbortSignal`, if the program has its types. */
type HostAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : AbortSignalLike;

/** The second argument of your own `fetch`. */
export interface FetchInit {
  /** `DELETE` only for the client of the Worker, `citrn/worker`. */
  method: "GET" | "POST" | "DELETE";
  headers: Record<string, string>;
  /** Redirects must not be followed: the signed request would go to another host. */
  redirect: "manual";
  /** No reply may come from a cache. Absent if the runtime does not support it. */
  cache?: "no-store";
  signal: HostAbortSignal;
  body?: Bytes;
}

/**
 * The response of your own `fetch`: any object with these members. If its `body` is a stream with `getReader`, the
 * client reads the stream instead of calling `arrayBuffer()`, and cancels it when the body becomes too large.
 */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body: at most 8 MiB for a list, 1 MiB for anything else. */
  arrayBuffer(): ArrayBuffer | PromiseLike<ArrayBuffer>;
}

/** A transport: the platform's `fetch`, or one that adds a proxy or instrumentation, or a mock. */
export type Fetch = (url: string, init: FetchInit) => ResponseLike | PromiseLike<ResponseLike>;

/** Signs bytes elsewhere, such as in a vault. Returns their HMAC-SHA512 under the secret, as 128 hex digits. */
export type Signer = (bytes: Bytes) => string | PromiseLike<string>;

/** The settings of a {@link Citrn}. */
export interface CitrnOptions {
  /** The public key of your account, from Citron's back office. All calls except `ping` and `rates.list` need it. */
  apiKey?: string | undefined;
  /** The secret key of your account: signs calls and verifies callbacks. Keep it on a server. */
  secret?: string | undefined;
  /** Signs calls instead of `secret`, so that the secret can stay in a vault or on your server. */
  signer?: Signer | undefined;
  /** Secrets accepted for callbacks besides `secret`: for a rotation, or for a client with a `signer`. */
  callbackSecrets?: string | readonly string[] | undefined;
  /**
   * The base URL of the gateway, with its path: `"http://127.0.0.1:8788/api"` for the sandbox, or the URL from your
   * onboarding. It must be https, except on this machine: requests carry your key and signature.
   *
   * The gateway's documentation lists two hosts: `https://app.citrn.io/api` for nine endpoints and
   * `https://app.citrn.com/api` for `exchange.createQuota`, `exchange.makeExchange` and `payments.create`. By default
   * each call goes to its documented host. A string replaces both hosts; `{ io, com }` replaces each of them.
   */
  baseUrl?: string | { readonly io: string; readonly com: string } | undefined;
  /** Timeout of a call in milliseconds, over all its attempts. 30,000 by default. */
  timeoutMs?: number | undefined;
  /** Retries of reads and of `addresses.take`, on network faults, 429 and 5xx. 2 by default. */
  maxRetries?: number | undefined;
  /** Sends the requests, instead of the global `fetch`. */
  fetch?: Fetch | undefined;
  /** Signs `ping` and `rates.list` too. The gateway's documentation lists no authentication headers for them. */
  signGets?: boolean | undefined;
  /**
   * Allows the API secret as a withdrawal's `key`. Its documentation says only "Secret key", which invites a mistake.
   */
  allowSecretInBody?: boolean | undefined;
  /**
   * Accepts a reply whose `foreign_id` or currency differs from the request's (`USDT` counts as the same as `USDTT`).
   * Otherwise such a reply is the error `unreadable_reply`: it could show a payer the address of another customer or
   * coin.
   */
  allowOtherCurrency?: boolean | undefined;
  /**
   * The allowed origins of a payment's `redirect_url`, such as `"https://pay.example"`. By default any https origin.
   */
  redirectOrigins?: readonly string[] | undefined;
  /**
   * Allows plain http to another machine, such as `http://sandbox:8788/api` in a container network. Anyone on that
   * network can read the requests and change the replies.
   */
  allowInsecureBaseUrl?: boolean | undefined;
  /**
   * Adds the call's `foreign_id` to its spans on the diagnostics channel `citrn:request`. By default no span has data
   * of a payer.
   */
  traceForeignId?: boolean | undefined;
  /** Allows a secret in a web page. Any visitor of the page can then read it and take your money. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/**
 * All settings, each with its type. The core has them in snake_case, except functions, `traceForeignId` and
 * `dangerouslyAllowBrowser`.
 *
 * @internal
 */
export const SETTINGS: Readonly<Record<keyof CitrnOptions, string>> = {
  apiKey: "string",
  secret: "string",
  signer: "function",
  callbackSecrets: "strings",
  baseUrl: "URLs",
  timeoutMs: "number",
  maxRetries: "number",
  fetch: "function",
  signGets: "boolean",
  allowSecretInBody: "boolean",
  allowOtherCurrency: "boolean",
  redirectOrigins: "strings",
  allowInsecureBaseUrl: "boolean",
  traceForeignId: "boolean",
  dangerouslyAllowBrowser: "boolean",
};
