/** Any `AbortSignal`, declared here so that these types need no DOM or Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Options of one call: the last argument of every method that only reads, and of `request`. */
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

/** Options of a call that creates or moves something: {@link CallOptions}, and fields for the gateway. */
export interface CreationCallOptions extends CallOptions {
  /**
   * Fields that Citron demands of your account in addition to the parameters, such as `end_user_reference`. They follow
   * the parameters in the same signed body, written as `JSON.stringify` writes them: write amounts and long ids as
   * strings, because numbers lose digits.
   *
   * Refused with `invalid_parameter`, whose `field` is the path of the value: names that repeat or contradict a
   * parameter, such as `tag` beside `memo`; values without JSON, such as `undefined` and `NaN`; the API secret; more
   * than 16 levels or 16 KB. Errors contain none of the values.
   */
  extra?: Readonly<Record<string, unknown>> | undefined;
}
