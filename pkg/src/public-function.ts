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

/** The stack of the caller of a public function. The engine formats it when it is read. */
interface Caller {
  readonly stack?: unknown;
}

/**
 * Captures the stack of the caller of a public function, if the engine has `captureStackTrace`. JavaScriptCore finds no
 * caller of an async function, nor of one that calls this last.
 */
export function callerOf(method: Function): Caller {
  const caller: Caller = {};
  Error.captureStackTrace?.(caller, method);
  return caller;
}

/** Lets the stack of an error of this package begin at the caller. */
export function atCaller(error: unknown, { stack }: Caller): unknown {
  if (!(error instanceof CitrnError) || typeof stack !== "string") return error;
  const frames = /\n\s+at [^]*$/.exec(stack)?.[0];
  if (frames !== undefined) error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}

/** Runs the body of an asynchronous public function. */
export async function fromCaller<T>(caller: Caller, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw atCaller(error, caller);
  }
}

/** Makes a synchronous public method. */
export function publicMethod<Arguments extends unknown[], T>(
  name: string,
  takes: readonly string[],
  body: (...given: Arguments) => T,
): (...given: Arguments) => T {
  const method = (...given: Arguments): T => {
    try {
      refuseSurplus(name, takes, given);
      return body(...given);
    } catch (error) {
      throw atCaller(error, callerOf(method));
    }
  };
  return method;
}
