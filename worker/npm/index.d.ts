/**
 * The Worker: payments, deposit addresses, the checkout and callbacks of the Citron gateway.
 *
 * @packageDocumentation
 */

type HostRequest = typeof globalThis extends { Request: { prototype: infer T } } ? T : object;
type HostResponse = typeof globalThis extends { Response: { prototype: infer T } } ? T : object;

/** The part of `ExecutionContext` that the Worker uses. */
export interface CitrnContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** A binding of `ratelimits`. */
export interface CitrnRateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/**
 * The bindings, secrets and variables of the Worker. If a secret or variable is missing or malformed, the routes that
 * need it answer 503 and name it.
 */
export interface CitrnEnv {
  /** The Durable Objects of the class `IdempotencyShard`: the outcomes of requests with an `Idempotency-Key`. */
  readonly IDEMPOTENCY: object;
  /** The Durable Objects of the class `InboxShard`: callbacks and their deliveries. */
  readonly INBOX: object;
  /** The Durable Objects of the class `CheckoutShard`: checkout links and sessions of payers. */
  readonly CHECKOUT: object;
  /** Limits the requests of a token. */
  readonly TOKEN_LIMIT: CitrnRateLimit;
  /** Limits requests of an address without a valid token, signature or link, and requests with one link. */
  readonly ADDRESS_LIMIT: CitrnRateLimit;

  /** Secret: the merchant's key at Citron. */
  readonly CITRN_API_KEY: string;
  /** Secret: signs requests to the gateway and verifies its callbacks. */
  readonly CITRN_SECRET: string;
  /** Secret: the previous `CITRN_SECRET` during a rotation. Callbacks signed with it are still accepted. */
  readonly CITRN_SECRET_PREVIOUS?: string | undefined;
  /** Secret: who may call, as JSON: `[{"name":"shop","token":"..."}]`, with tokens of at least 32 characters. */
  readonly WORKER_TOKENS: string | readonly object[];
  /** Secret: signs deliveries, `whsec_` and 24 to 64 bytes in base64. Of several, separated by commas, all sign. */
  readonly MERCHANT_WEBHOOK_SECRET?: string | undefined;
  /** Secret: signs checkout links, an id, a colon, and 32 to 64 bytes in base64. Without it there is no checkout. */
  readonly CHECKOUT_SECRETS?: string | undefined;

  /** The gateway's URL, or `documented` for the two hosts of Citron's documentation. */
  readonly CITRN_BASE_URL: string;
  /** `"true"` allows plain http to another machine. Refused in production. */
  readonly CITRN_ALLOW_INSECURE_BASE_URL?: string | boolean | undefined;
  /** `"production"` in the production environment. */
  readonly ENVIRONMENT?: string | undefined;
  /** Origins that payers may return to, separated by commas. If it is empty, every payment and link is refused. */
  readonly ALLOWED_RETURN_ORIGINS: string;
  /** Names that requests may send in `extra`, separated by commas. */
  readonly CITRN_EXTRA_FIELDS?: string | undefined;
  /** Constant extra fields of every payment and address: a JSON object. */
  readonly CITRN_EXTRA?: string | object | undefined;
  /** Where callbacks are delivered. Without it, events wait until they are listed. */
  readonly MERCHANT_WEBHOOK_URL?: string | undefined;
  /** The origin of the Worker, such as `https://pay.shop.example`, for checkout links. */
  readonly PUBLIC_ORIGIN?: string | undefined;
  /** The shop's name on the checkout's pages: at most 64 characters in one line. */
  readonly MERCHANT_NAME?: string | undefined;
  /** Origins whose pages may frame the checkout and read the status of a link, separated by commas. By default none. */
  readonly CHECKOUT_FRAME_ORIGINS?: string | undefined;
  /** The language of the checkout's pages for payers who select none: `en` (default), `ar`, `de`, `es`, `fr`, `pt`, `ru`, `tr` or `zh`. */
  readonly CHECKOUT_LANGUAGE?: string | undefined;
  /** How many seconds the same choice of a payer gives the same session: 1 to 86400, by default 600. */
  readonly CHECKOUT_SESSION_SECONDS?: string | number | undefined;
  /** How many days the bodies of callbacks are kept, by default 30. */
  readonly INBOX_RETENTION_DAYS?: string | number | undefined;
  /** After how many hours with a creation but no callback `/readyz` warns: 1 to 720, by default 24. */
  readonly CALLBACK_SILENCE_HOURS?: string | number | undefined;
  /** Multiplies the waits between delivery attempts, by default 1. */
  readonly DELIVERY_BACKOFF_SCALE?: string | number | undefined;
  /** The longest wait for the gateway in milliseconds, retries included: 1 to 60000, by default 10000. */
  readonly UPSTREAM_DEADLINE_MS?: string | number | undefined;
}

/** The Worker's handler of requests. */
export interface CitrnHandler {
  /**
   * Answers a request. An internal error is an answer too, with the code `internal_error`. Pass `env` itself: for a
   * copy of it, all settings are read again.
   *
   * @example
   * import citrn, { type CitrnEnv } from "citrn-worker";
   * export { CheckoutShard, IdempotencyShard, InboxShard } from "citrn-worker";
   *
   * export default {
   *   async fetch(request: Request, env: CitrnEnv, ctx: { waitUntil(promise: Promise<unknown>): void }) {
   *     if (new URL(request.url).pathname === "/hello") return new Response("Hello");
   *     return citrn.fetch(request, env, ctx);
   *   },
   * };
   */
  fetch(request: HostRequest, env: CitrnEnv, ctx: CitrnContext): Promise<HostResponse>;
}

declare const citrn: CitrnHandler;
export default citrn;

/** A Durable Object of the Worker. Re-export its class from the entry module; the runtime creates the objects. */
declare class Shard {
  /** Marks a class of Durable Objects in the types of the platform. */
  readonly __DURABLE_OBJECT_BRAND: never;
  constructor(state: object, env: CitrnEnv);
  fetch(request: HostRequest): Promise<HostResponse>;
  alarm(): Promise<void>;
}

/** Stores the links of the checkout, and the sessions of payers. */
export declare class CheckoutShard extends Shard {}

/** Stores the outcomes of requests with an `Idempotency-Key`. */
export declare class IdempotencyShard extends Shard {}

/** Stores callbacks and delivers them. */
export declare class InboxShard extends Shard {}
