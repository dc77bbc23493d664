// The settings of the Worker's client, and the options of a call.
import type { AbortSignalLike } from "../options.js";
import type { Fetch } from "../settings.js";

/** The settings of a {@link CitrnWorker}. */
export interface CitrnWorkerOptions {
  /** Where your Worker is: `"https://pay.example.com"`. It must be https, except on this machine. */
  url: string;
  /** A token of the Worker's setting `WORKER_TOKENS`. Keep it on a server. */
  token: string;
  /** Deadline of a call in milliseconds, over all its attempts. 30,000 by default. */
  timeoutMs?: number | undefined;
  /** Retries of a call on network faults, 429 and 5xx. 2 by default. */
  maxRetries?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: Fetch | undefined;
  /**
   * Lets `url` be plain http to another machine, such as `http://worker:8787` in a container network. Anyone on that
   * network can read the token.
   */
  allowInsecureUrl?: boolean | undefined;
  /**
   * Adds the call's `foreign_id` to its spans on the diagnostics channel `citrn:request`. By default no span has data
   * of a payer.
   */
  traceForeignId?: boolean | undefined;
}

/** Options of one call: the last argument of every method. */
export interface WorkerCallOptions {
  /** Stops the call immediately, at any stage, and leaves nothing running. It then throws a {@link CitrnAbortError}. */
  signal?: AbortSignalLike | undefined;
  /** Deadline in milliseconds over all attempts, reading the body included. The client's by default. */
  timeoutMs?: number | undefined;
  /** Retries of this call. The client's by default. */
  maxRetries?: number | undefined;
}

/** Options of one call that creates something. */
export interface CreationOptions extends WorkerCallOptions {
  /**
   * Calls with the same key and parameters within 24 hours create one thing: 1 to 128 visible ASCII characters, such as
   * an order's id. By default each call gets a new key, which its retries share.
   */
  idempotencyKey?: string | undefined;
}
