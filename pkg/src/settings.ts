import { core } from "./core.js";
import type { Bytes } from "./bytes.js";
import { type CitrnError, errorOf, reading, unsent } from "./error.js";
import { type AbortSignalLike, checkType, configuration, readNames } from "./options.js";
import { plainSigner, type Transport, transport } from "./transport.js";
import { type Unset, unsetIn } from "./unset.js";

/** The platform's `AbortSignal`, where its types are known. */
type HostAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : AbortSignalLike;

/** What a `fetch` of your own gets. */
export interface FetchInit {
  method: "GET" | "POST";
  headers: Record<string, string>;
  /** Redirects must not be followed: the signed request would go to another host. */
  redirect: "manual";
  /** Each call must be a request. Missing where the runtime does not know it. */
  cache?: "no-store";
  signal: HostAbortSignal;
  body?: Bytes;
}

/**
 * The answer of your own `fetch`: any object with these members. If its `body` is a stream with `getReader`, that is read
 * instead of `arrayBuffer()`, and is cancelled when the answer becomes too large.
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
  /** The public key that names your account, from the gateway's back office. Needed by all calls but `ping` and `rates.list`. */
  apiKey?: string | undefined;
  /** The secret key, from the gateway's back office. Keep it on a server. */
  secret?: string | undefined;
  /** Signs instead of `secret`, so that the key can stay in a vault or on your server. */
  signer?: Signer | undefined;
  /** Further secrets under which a callback is accepted, for the time of a rotation; or the only ones of a client with a `signer`. */
  callbackSecrets?: string | readonly string[] | undefined;
  /**
   * Where requests go, with the path: `"http://127.0.0.1:8788/api"` for the sandbox, or the URL from your onboarding. It must be
   * https, except on this machine: requests carry your key and signature.
   *
   * The gateway's documentation prints two hosts, and both are in use: `https://app.citrn.io/api` for nine endpoints and
   * `https://app.citrn.com/api` for `exchange.createQuota`, `exchange.makeExchange` and `payments.create`. By default each call
   * goes to the host that is printed for it. One text replaces both; `{ io, com }` replaces them separately.
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
  /** Lets a withdrawal's `key` be the API secret. The documentation's words for that field invite this mistake, so it is refused. */
  allowSecretInBody?: boolean | undefined;
  /**
   * Takes a reply whose `foreign_id` or currency is another than the request's (`USDT` counts as the same as `USDTT`).
   * Otherwise it is `unreadable_reply`: it could show a payer the address of another customer or coin.
   */
  allowOtherCurrency?: boolean | undefined;
  /** The only origins, such as `"https://pay.example"`, that a payment's `redirect_url` may have. Any https origin by default. */
  redirectOrigins?: readonly string[] | undefined;
  /**
   * Lets `baseUrl` be plain http to another machine, such as `http://sandbox:8788/api` in a container network. Anyone on
   * that network can read the requests and change the replies.
   */
  allowInsecureBaseUrl?: boolean | undefined;
  /** Lets a web page hold a `secret`. Whoever opens the page can then read it and take your money. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

const NAMES: readonly string[] = [
  "apiKey",
  "secret",
  "signer",
  "callbackSecrets",
  "baseUrl",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "signGets",
  "allowSecretInBody",
  "allowOtherCurrency",
  "redirectOrigins",
  "allowInsecureBaseUrl",
  "dangerouslyAllowBrowser",
] satisfies (keyof CitrnOptions)[];

/**
 * What the core takes with every call.
 *
 * @internal
 */
export type Settings = Readonly<
  Pick<
    CitrnOptions,
    | "apiKey"
    | "secret"
    | "signer"
    | "baseUrl"
    | "timeoutMs"
    | "maxRetries"
    | "signGets"
    | "allowSecretInBody"
    | "allowOtherCurrency"
    | "allowInsecureBaseUrl"
  > & { fetch: Transport; callbackSecrets?: readonly string[]; redirectOrigins?: readonly string[] }
>;

/**
 * A client's checked settings, and the secrets that callbacks are verified with.
 *
 * @internal
 */
export interface ReadSettings {
  readonly settings: Settings;
  readonly callbackSecrets: readonly string[];
  readonly unset: readonly Unset[];
}

/**
 * Checks a client's settings.
 *
 * @internal
 */
export function readSettings(options: CitrnOptions): ReadSettings {
  const given: CitrnOptions & Record<string, unknown> = readNames("settings", options, NAMES);
  for (const name of ["apiKey", "secret"] as const) checkType(name, given[name], "string");
  for (const name of ["signer", "fetch"] as const) checkType(name, given[name], "function");
  for (const name of ["timeoutMs", "maxRetries"] as const) checkType(name, given[name], "number");
  const switches = ["signGets", "allowSecretInBody", "allowOtherCurrency", "allowInsecureBaseUrl", "dangerouslyAllowBrowser"] as const;
  for (const name of switches) checkType(name, given[name], "boolean");
  const { dangerouslyAllowBrowser, callbackSecrets: further = [], redirectOrigins = [], baseUrl, signer, fetch, ...rest } = given;
  // As an object that inherits nothing, so that nothing is taken for a setting that was not given.
  const settings: Settings = Object.assign(Object.create(null) as Settings, rest, {
    baseUrl: readBaseUrl(baseUrl),
    signer: signer && plainSigner(signer),
    fetch: transport(fetch),
  });
  if (settings.secret !== undefined && settings.signer) throw configuration("signer", "and secret exclude each other: give one");
  const callbackSecrets = settings.secret === undefined ? [] : [settings.secret];
  for (const secret of typeof further === "string" ? [further] : readList("callbackSecrets", further)) {
    if (typeof secret !== "string") throw configuration("callbackSecrets", "must hold only texts");
    callbackSecrets.push(secret);
  }
  if (callbackSecrets.length > 0 && !dangerouslyAllowBrowser && isPage()) throw inPage(settings.secret === undefined);
  Object.assign(settings, { callbackSecrets, redirectOrigins: readList("redirectOrigins", redirectOrigins) });
  const failure = core().check(settings);
  if (failure) throw errorOf(failure);
  return { settings, callbackSecrets, unset: unsetIn(given) };
}

function readList(name: "callbackSecrets" | "redirectOrigins", given: unknown): readonly unknown[] {
  const list = reading(configuration, name, () => Array.isArray(given) && [...(given as unknown[])]);
  if (!list) throw configuration(name, name === "callbackSecrets" ? "must be a text or a list of texts" : "must be a list of texts");
  return list;
}

function readBaseUrl(given: unknown): CitrnOptions["baseUrl"] {
  if (given === undefined || typeof given === "string") return given;
  const { io, com } = readNames("baseUrl", given, ["io", "com"]);
  if (typeof io !== "string" || typeof com !== "string") {
    throw configuration("baseUrl", "must be a URL as text, or an object with both io and com");
  }
  return { io, com };
}

/** What of the surroundings tells a page from a server; not every runtime has it. */
interface Surroundings {
  window?: { document?: unknown };
  importScripts?: unknown;
  navigator?: { userAgent?: string };
  process?: { type?: string; versions?: { node?: string } };
}

/**
 * Whether this is a web page or a worker of one. A server's tests under jsdom have a window too, but run on Node; Electron's
 * pages have a process too, but are pages.
 */
function isPage(): boolean {
  const { window, importScripts, navigator, process } = globalThis as Surroundings;
  if (process?.versions?.node !== undefined && process.type !== "renderer") return false;
  const inWorker = typeof importScripts === "function" && navigator?.userAgent?.startsWith("Mozilla/") === true;
  return window?.document !== undefined || inWorker;
}

function inPage(ofCallbacks: boolean): CitrnError {
  return unsent(
    "invalid_configuration",
    "A secret must not be in a web page: whoever opens the page can read it and take your money. Call the gateway from your " +
      "server, or give a signer that asks your server. dangerouslyAllowBrowser: true switches this check off.",
    ofCallbacks ? "callbackSecrets" : "secret",
  );
}
