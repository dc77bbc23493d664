// What every public function does: it refuses surplus arguments, and the stacks of its errors begin at its caller.
import { CitrnError } from "./error.js";
import { parameter } from "./failure.js";

/** Refuses surplus arguments: options among them would be ignored. */
export function refuseSurplus(name: string, takes: readonly string[], given: ArrayLike<unknown>): void {
  for (let at = takes.length; at < given.length; at++) {
    if (given[at] === undefined) continue;
    const problem = `are too many: ${name} takes (${takes.join(", ")}), and argument ${at + 1} would be ignored`;
    throw parameter("arguments", problem);
  }
}

/** Runs the body of a public function; the stack of an error then begins at its caller. */
export function fromCaller<T>(method: Function, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw atCaller(method, error);
  }
}

/** Lets the stack of an error of this package begin at the caller. */
export function atCaller(method: Function, error: unknown): unknown {
  if (!(error instanceof CitrnError) || typeof Error.captureStackTrace !== "function") return error;
  const { stack } = error;
  Error.captureStackTrace(error, method);
  // The stack is empty if the caller does not await the call, and in engines that do not follow `await`.
  if (!/\n\s+at /.test(error.stack ?? "")) error.stack = stack;
  return error;
}

/** Makes a synchronous public method. */
export function publicMethod<Arguments extends unknown[], T>(
  name: string,
  takes: readonly string[],
  body: (...given: Arguments) => T,
): (...given: Arguments) => T {
  const method = (...given: Arguments): T =>
    fromCaller(method, () => {
      refuseSurplus(name, takes, given);
      return body(...given);
    });
  return method;
}
