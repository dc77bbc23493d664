// The stacks of errors begin at the caller of a public function, instead of inside this package.

/** The stack of the caller of a public function. The engine formats it on first access. */
export interface Caller {
  readonly stack?: unknown;
}

/**
 * Captures the stack of the caller of a public function, if the engine has `captureStackTrace`. JavaScriptCore loses
 * the caller in an async function, and in one that calls this as its last step.
 */
export function callerOf(method: CallableFunction | NewableFunction): Caller {
  // The prototype makes it an error, as an application's `Error.prepareStackTrace` may expect.
  const caller = Object.create(Error.prototype) as Caller;
  Error.captureStackTrace?.(caller, method);
  return caller;
}

/** Replaces the stack of an error by the caller's; returns the error. */
export function withStackOf<E extends Error>(error: E, { stack }: Caller): E {
  const frames = typeof stack === "string" ? /\n\s+at [\s\S]*$/.exec(stack)?.[0] : undefined;
  if (frames !== undefined) error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}
