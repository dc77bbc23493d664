/** Any `AbortSignal`; written out so that these types need no DOM or Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What holds for one call: the last argument of every method. */
export interface CallOptions {
  /** Stops the call immediately, at any stage, and leaves nothing running. It then throws a {@link CitrnAbortError}. */
  signal?: AbortSignalLike | undefined;
  /** Deadline in milliseconds over all attempts, reading the body included. The client's by default. */
  timeoutMs?: number | undefined;
  /**
   * Retries of this call. Reads and `addresses.take` follow the client's setting by default. A call that creates
   * something (`payments.create`, `exchange.createQuota`) is repeated only if you say so here. One that moves money is
   * never repeated, whatever you say.
   */
  maxRetries?: number | undefined;
}
