// Checks the settings of the Worker's client, and the options of a call.
import { configuration } from "../failure.js";
import { checkType, readNames } from "../input.js";
import type { Fetch } from "../settings.js";
import { type Transport, transport } from "../transport.js";
import type { CitrnWorkerOptions, CreationOptions, WorkerCallOptions } from "./options.js";
import { readUrl } from "./url.js";

/** The checked settings of a client. */
export interface Settings {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** The caller's `fetch`. */
  readonly fetch: Fetch | undefined;
  readonly transport: Transport;
  readonly traceForeignId: boolean | undefined;
}

const SETTINGS: Readonly<Record<keyof CitrnWorkerOptions, string>> = {
  url: "string",
  token: "string",
  timeoutMs: "number",
  maxRetries: "number",
  fetch: "function",
  allowInsecureUrl: "boolean",
  traceForeignId: "boolean",
};

/** Reads the settings of a client. */
export function readSettings(options: CitrnWorkerOptions): Settings {
  const given = readNames("settings", options, Object.keys(SETTINGS)) as Partial<CitrnWorkerOptions>;
  for (const [name, type] of Object.entries(SETTINGS)) checkType(name, given[name as keyof CitrnWorkerOptions], type);
  const { url, token, fetch, allowInsecureUrl = false, traceForeignId } = given;
  if (url === undefined) throw configuration("url", "is required: the URL of your Worker");
  if (token === undefined) throw configuration("token", "is required: one of the Worker's setting WORKER_TOKENS");
  if (!/^[!-~]+$/.test(token)) throw configuration("token", "must be visible ASCII characters without spaces");
  const { timeoutMs = 30_000, maxRetries = 2 } = checkedLimits(given);
  return {
    url: readUrl(url, allowInsecureUrl),
    token,
    timeoutMs,
    maxRetries,
    fetch,
    transport: transport(fetch),
    traceForeignId,
  };
}

const OPTIONS: Readonly<Record<keyof CreationOptions, string>> = {
  signal: "object",
  timeoutMs: "number",
  maxRetries: "number",
  idempotencyKey: "string",
};

/** Names of the options of a call. */
export const CALL_OPTIONS: readonly (keyof CreationOptions)[] = ["signal", "timeoutMs", "maxRetries"];

/** Names of the options of a call that creates something. */
export const CREATION_OPTIONS: readonly (keyof CreationOptions)[] = [...CALL_OPTIONS, "idempotencyKey"];

/** Copies the options of a call, and refuses unknown ones. */
export function readOptions(given: unknown, names: readonly (keyof CreationOptions)[]): CreationOptions {
  if (given === undefined) return {};
  const options = readNames("options", given, names) as CreationOptions;
  for (const name of names) checkType(name, options[name], OPTIONS[name]);
  const { idempotencyKey } = options;
  if (idempotencyKey !== undefined && !/^[!-~]{1,128}$/.test(idempotencyKey)) {
    throw configuration("idempotencyKey", "must be 1 to 128 visible ASCII characters without spaces");
  }
  return checkedLimits(options);
}

function checkedLimits<T extends WorkerCallOptions>(options: T): T {
  const { timeoutMs, maxRetries } = options;
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs < Infinity)) {
    throw configuration("timeoutMs", "must be a number of milliseconds above zero");
  }
  if (maxRetries !== undefined && !(Number.isSafeInteger(maxRetries) && maxRetries >= 0)) {
    throw configuration("maxRetries", "must be a whole number, 0 or more");
  }
  return options;
}
