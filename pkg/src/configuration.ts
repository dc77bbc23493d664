// Checks the settings of a client and the options of a call. What the core can check, it checks.
import { neverConnected, onNewConnection } from "./connection.js";
import { core } from "./core.js";
import type { CitrnError } from "./error.js";
import { configuration, errorOf, type Failure, unsent } from "./failure.js";
import { checkType, reading, readNames } from "./input.js";
import type { CallOptions } from "./options.js";
import { type CitrnOptions, type Signer, SETTINGS } from "./settings.js";
import { type Transport, transport } from "./transport.js";
import { type Unset, unsetIn } from "./unset.js";

/** The checked settings of a client. */
export interface Configuration {
  /** The settings as the core reads them: see `Settings` in `pkg/bridge`. */
  readonly settings: object;
  readonly apiKey: string | undefined;
  /** The secrets that callbacks are verified with. */
  readonly callbackSecrets: readonly string[];
  readonly signer: Signer | undefined;
  readonly transport: Transport;
  readonly unset: readonly Unset[];
}

/** Reads the settings of a client. */
export function readSettings(options: CitrnOptions): Configuration {
  const given: CitrnOptions = readNames("settings", options, Object.keys(SETTINGS));
  for (const [name, { type }] of Object.entries(SETTINGS)) {
    if (type !== "texts" && type !== "URLs") checkType(name, given[name as keyof CitrnOptions], type);
  }
  const { apiKey, secret, signer, callbackSecrets: further = [], redirectOrigins = [] } = given;
  if (secret !== undefined && signer) throw configuration("signer", "and secret exclude each other: give one");
  const listed = typeof further === "string" ? [further] : further;
  const callbackSecrets = [
    ...(secret === undefined ? [] : [secret]),
    ...readTexts("callbackSecrets", listed, "must be a text or a list of texts", "must hold only texts"),
  ];
  if (callbackSecrets.length > 0 && !given.dangerouslyAllowBrowser && isPage()) throw inPage(secret === undefined);
  // Without a prototype, so that the core takes no inherited value for a setting.
  const settings = Object.assign(Object.create(null) as object, given, {
    baseUrl: readBaseUrl(given.baseUrl),
    callbackSecrets,
    redirectOrigins: readTexts("redirectOrigins", redirectOrigins, "must be a list of texts", "must be text"),
  });
  const failure: Failure | undefined = core().check_settings(settings);
  if (failure) throw errorOf(failure);
  return {
    settings,
    apiKey,
    callbackSecrets,
    signer,
    transport: transport(given.fetch, { neverConnected, onNewConnection }),
    unset: unsetIn(given),
  };
}

function readTexts(name: string, given: unknown, wrongType: string, wrongItem: string): string[] {
  const list = reading(configuration, name, () => Array.isArray(given) && [...(given as unknown[])]);
  if (!list) throw configuration(name, wrongType);
  if (!list.every((item) => typeof item === "string")) throw configuration(name, wrongItem);
  return list;
}

function readBaseUrl(given: unknown): { io: string; com: string } | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return { io: given, com: given };
  const { io, com } = readNames("baseUrl", given, ["io", "com"]);
  if (typeof io !== "string" || typeof com !== "string") {
    throw configuration("baseUrl", "must be a URL as text, or an object with both io and com");
  }
  return { io, com };
}

/** The globals that tell a web page from a server; no runtime has all of them. */
interface Runtime {
  window?: { document?: unknown };
  importScripts?: unknown;
  navigator?: { userAgent?: string };
  process?: { type?: string; versions?: { node?: string } };
}

/**
 * Whether this is a web page or a worker of one. A server's tests under jsdom have a window too, but run on Node;
 * Electron's pages have a process too, but are pages.
 */
function isPage(): boolean {
  const { window, importScripts, navigator, process } = globalThis as Runtime;
  if (process?.versions?.node !== undefined && process.type !== "renderer") return false;
  const inWorker = typeof importScripts === "function" && navigator?.userAgent?.startsWith("Mozilla/") === true;
  return window?.document !== undefined || inWorker;
}

function inPage(ofCallbacks: boolean): CitrnError {
  return unsent(
    "invalid_configuration",
    "A secret must not be in a web page: whoever opens the page can read it and take your money. Call the gateway " +
      "from your server, or give a signer that asks your server. dangerouslyAllowBrowser: true switches this check " +
      "off.",
    ofCallbacks ? "callbackSecrets" : "secret",
  );
}

const OPTIONS: readonly string[] = ["signal", "timeoutMs", "maxRetries"] satisfies (keyof CallOptions)[];

/** No options, as most calls have them. It inherits none either. */
export const NO_OPTIONS = Object.create(null) as CallOptions;

/** Copies the options of a call, and refuses unknown ones. The signal is checked when the call begins. */
export function readOptions(given: unknown): CallOptions {
  const options = readNames("options", given, OPTIONS);
  for (const name of ["timeoutMs", "maxRetries"]) checkType(name, options[name], "number");
  return options;
}
