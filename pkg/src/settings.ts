// The settings of a client: their types, and the table from which they are read.
import type { AbortSignalLike } from "./options.js";

/** Bytes on a buffer of their own, as the platform's functions require them. */
export type Bytes = ReturnType<typeof Uint8Array.from>;

/** The platform's `AbortSignal`, where its types are known. */
type HostAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : AbortSignalLike;

/** What a `fetch` of your own gets. */
export interface FetchInit {
  /** `DELETE` only for the client of the Worker, `citrn/worker`. */
  method: "GET" | "POST" | "DELETE";
  headers: Record<string, string>;
  /** Redirects must not be followed: the signed request would go to another host. */
  redirect: "manual";
  /** Each call must be a request. Missing where the runtime does not know it. */
  cache?: "no-store";
  signal: HostAbortSignal;
  body?: Bytes;
}

/**
 * The answer of your own `fetch`: any object with these members. If its `body` is a stream with `getReader`, that is
 * read instead of `arrayBuffer()`, and is cancelled when the answer becomes too large.
 */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body: at most 8 MiB for a list, 1 MiB for anything else. */
  arrayBuffer(): ArrayBuffer | PromiseLike<ArrayBuffer>;
}

/** A transport: the platform's `fetch`, or one with a proxy, instrumentation, a mock. */
export type Fetch = (url: string, init: FetchInit) => ResponseLike | PromiseLike<ResponseLike>;

/** Signs bytes elsewhere, such as in a vault: 128 hex digits, the HMAC-SHA512 of the bytes under the secret. */
export type Signer = (bytes: Bytes) => string | PromiseLike<string>;

/** The settings of a {@link Citrn}. */
export interface CitrnOptions {
  /** The public key of your account, from the gateway's back office. All calls but `ping` and `rates.list` need it. */
  apiKey?: string | undefined;
  /** The secret key, from the gateway's back office. Keep it on a server. */
  secret?: string | undefined;
  /** Signs instead of `secret`, so that the key can stay in a vault or on your server. */
  signer?: Signer | undefined;
  /** Further secrets under which a callback is accepted: during a rotation, or for a client with a `signer`. */
  callbackSecrets?: string | readonly string[] | undefined;
  /**
   * Where requests go, with the path: `"http://127.0.0.1:8788/api"` for the sandbox, or the URL from your onboarding.
   * It must be https, except on this machine: requests carry your key and signature.
   *
   * The gateway's documentation prints two hosts, and both are in use: `https://app.citrn.io/api` for nine endpoints
   * and `https://app.citrn.com/api` for `exchange.createQuota`, `exchange.makeExchange` and `payments.create`. By
   * default each call goes to the host that is printed for it. One text replaces both; `{ io, com }` replaces them
   * separately.
   */
  baseUrl?: string | { readonly io: string; readonly com: string } | undefined;
  /** Deadline of a call in milliseconds, over all its attempts. 30,000 by default. */
  timeoutMs?: number | undefined;
  /** Retries of reads and of `addresses.take`, on network faults, 429 and 5xx. 2 by default. */
  maxRetries?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: Fetch | undefined;
  /** Sends the auth headers on `ping` and `rates.list` too. The documentation lists none for them. */
  signGets?: boolean | undefined;
  /** Lets a withdrawal's `key` be the API secret, a mistake that the documentation's words for that field invite. */
  allowSecretInBody?: boolean | undefined;
  /**
   * Takes a reply whose `foreign_id` or currency is another than the request's (`USDT` counts as the same as `USDTT`).
   * Otherwise it is `unreadable_reply`: it could show a payer the address of another customer or coin.
   */
  allowOtherCurrency?: boolean | undefined;
  /** The only origins of a payment's `redirect_url`, such as `"https://pay.example"`. Any https origin by default. */
  redirectOrigins?: readonly string[] | undefined;
  /**
   * Lets `baseUrl` be plain http to another machine, such as `http://sandbox:8788/api` in a container network. Anyone
   * on that network can read the requests and change the replies.
   */
  allowInsecureBaseUrl?: boolean | undefined;
  /** Lets a web page hold a `secret`. Whoever opens the page can then read it and take your money. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** How a setting is read, and the environment variable that the documentation gives it. */
interface Setting {
  readonly type: "string" | "number" | "boolean" | "function" | "texts" | "URLs";
  readonly variable?: string;
}

/**
 * Every setting. The core knows them in snake_case, but for functions and `dangerouslyAllowBrowser`.
 *
 * @internal
 */
export const SETTINGS: Readonly<Record<keyof CitrnOptions, Setting>> = {
  apiKey: { type: "string", variable: "CITRN_API_KEY" },
  secret: { type: "string", variable: "CITRN_SECRET" },
  signer: { type: "function" },
  callbackSecrets: { type: "texts", variable: "CITRN_SECRET" },
  baseUrl: { type: "URLs" },
  timeoutMs: { type: "number" },
  maxRetries: { type: "number" },
  fetch: { type: "function" },
  signGets: { type: "boolean" },
  allowSecretInBody: { type: "boolean" },
  allowOtherCurrency: { type: "boolean" },
  redirectOrigins: { type: "texts" },
  allowInsecureBaseUrl: { type: "boolean" },
  dangerouslyAllowBrowser: { type: "boolean" },
};
