import { CitrnError, parameter } from "./error.js";

/**
 * Refuses surplus arguments: options among them would be ignored.
 *
 * @internal
 */
export function refuseSurplus(name: string, takes: readonly string[], given: ArrayLike<unknown>): void {
  for (let at = takes.length; at < given.length; at++) {
    if (given[at] === undefined) continue;
    const problem = `are too many: ${name} takes (${takes.join(", ")}), and argument ${at + 1} would be ignored`;
    throw parameter("arguments", problem);
  }
}

/**
 * Runs the body of a public function; an error's stack then begins where that function was called.
 *
 * @internal
 */
export function fromCaller<T>(ours: Function, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw atCaller(ours, error);
  }
}

/**
 * Lets the stack of an error of this package begin where its function was called.
 *
 * @internal
 */
export function atCaller(ours: Function, error: unknown): unknown {
  if (!(error instanceof CitrnError) || typeof Error.captureStackTrace !== "function") return error;
  const { stack } = error;
  Error.captureStackTrace(error, ours);
  // The stack is empty if the caller does not await the call, and in engines that do not follow `await`.
  if (!/\n\s+at /.test(error.stack ?? "")) error.stack = stack;
  return error;
}
