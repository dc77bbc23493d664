// Checks the types of a client's settings and of a call's options. The core checks their values.
import { neverConnected, onNewConnection } from "./connection.js";
import { core } from "./core.js";
import type { CitrnError } from "./error.js";
import { configuration, errorOf, type Failure } from "./failure.js";
import { checkType, reading, readNames } from "./input.js";
import type { CallOptions, CreationCallOptions } from "./options.js";
import { type CitrnOptions, type Signer, SETTINGS } from "./settings.js";
import { type Transport, transport } from "./transport.js";
import { type Unset, unsetIn } from "./unset.js";

/** The checked settings of a client. */
export interface Configuration {
  /** The settings for the core: see `Settings` in `pkg/bridge`. */
  readonly settings: object;
  readonly apiKey: string | undefined;
  /** The secrets that callbacks are verified with. */
  readonly callbackSecrets: readonly string[];
  readonly signer: Signer | undefined;
  readonly transport: Transport;
  readonly traceForeignId: boolean | undefined;
  readonly unset: readonly Unset[];
}

/** Reads the settings of a client. */
export function readSettings(options: CitrnOptions): Configuration {
  const given: CitrnOptions = readNames("settings", options, Object.keys(SETTINGS));
  for (const [name, type] of Object.entries(SETTINGS)) {
    if (type !== "strings" && type !== "URLs") checkType(name, given[name as keyof CitrnOptions], type);
  }
  const { apiKey, secret, signer, callbackSecrets: further = [], redirectOrigins = [] } = given;
  if (secret !== undefined && signer) throw configuration("signer", "and secret exclude each other: give one");
  const listed = typeof further === "string" ? [further] : further;
  const callbackSecrets = [
    ...(secret === undefined ? [] : [secret]),
    ...readStrings("callbackSecrets", listed, "must be a string or an array of strings"),
  ];
  if (callbackSecrets.length > 0 && !given.dangerouslyAllowBrowser && isPage()) {
    throw inPage(secret === undefined ? "callbackSecrets" : "secret");
  }
  // Without a prototype, so that the core reads no inherited value as a setting.
  const settings = Object.assign(Object.create(null) as object, given, {
    baseUrl: readBaseUrl(given.baseUrl),
    callbackSecrets,
    redirectOrigins: readStrings("redirectOrigins", redirectOrigins, "must be an array of strings"),
  });
  const failure: Failure | undefined = core().check_settings(settings);
  if (failure) throw errorOf(failure);
  return {
    settings,
    apiKey,
    callbackSecrets,
    signer,
    transport: transport(given.fetch, { neverConnected, onNewConnection }),
    traceForeignId: given.traceForeignId,
    unset: unsetIn(given),
  };
}

function readStrings(name: string, given: unknown, problem: string): string[] {
  const list = reading(configuration, name, () => (Array.isArray(given) ? [...(given as unknown[])] : undefined));
  if (!list?.every((item) => typeof item === "string")) throw configuration(name, problem);
  return list;
}

function readBaseUrl(given: unknown): { io: string; com: string } | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return { io: given, com: given };
  const { io, com } = readNames("baseUrl", given, ["io", "com"]);
  if (typeof io !== "string" || typeof com !== "string") {
    throw configuration("baseUrl", "must be a URL as a string, or an object with both io and com");
  }
  return { io, com };
}

/** The globals that distinguish a web page from a server; no runtime has all of them. */
interface Runtime {
  window?: { document?: unknown };
  importScripts?: unknown;
  navigator?: { userAgent?: string };
  process?: { type?: string; versions?: { node?: string } };
}

/**
 * Whether this is a web page or a page's worker. Tests under jsdom have a `window` but run on Node; Electron's pages
 * have a `process` but are pages.
 */
function isPage(): boolean {
  const { window, importScripts, navigator, process } = globalThis as Runtime;
  if (process?.versions?.node !== undefined && process.type !== "renderer") return false;
  const inWorker = typeof importScripts === "function" && navigator?.userAgent?.startsWith("Mozilla/") === true;
  return window?.document !== undefined || inWorker;
}

function inPage(name: string): CitrnError {
  return configuration(
    name,
    "must not be in a web page: any visitor can read it and take your money. Call the gateway from your server, or " +
      "give a signer that calls your server. dangerouslyAllowBrowser: true disables this check",
  );
}

const OPTIONS: readonly string[] = [
  "signal",
  "timeoutMs",
  "maxRetries",
  "extra",
] satisfies (keyof CreationCallOptions)[];

/** The options of most calls: none, and none inherited. */
export const NO_OPTIONS = Object.create(null) as CallOptions;

/** Copies the options of a call, and refuses unknown ones. The signal is checked when the call begins. */
export function readOptions(given: unknown): CreationCallOptions {
  const options = readNames("options", given, OPTIONS);
  for (const name of ["timeoutMs", "maxRetries"]) checkType(name, options[name], "number");
  return options;
}
