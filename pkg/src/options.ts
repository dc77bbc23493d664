/** Any `AbortSignal`, declared here so that these types need no DOM or Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Options of one call: the last argument of every method. */
export interface CallOptions {
  /** Aborts the call immediately, at any stage. The call then throws a {@link CitrnAbortError}. */
  signal?: AbortSignalLike | undefined;
  /** Timeout in milliseconds over all attempts, including reading the body. The client's `timeoutMs` by default. */
  timeoutMs?: number | undefined;
  /**
   * Retries of this call. Reads and `addresses.take` use the client's `maxRetries` by default. A call that creates
   * something (`payments.create`, `exchange.createQuota`) is retried only if you set this. A call that moves money is
   * never retried, even if you set this.
   */
  maxRetries?: number | undefined;
}
