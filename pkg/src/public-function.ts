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
interface Origin {
  readonly stack?: unknown;
}

/** Captures the stack of the caller of a public function. Engines without `captureStackTrace` give none. */
export function callerOf(method: Function): Origin {
  const origin: Origin = {};
  Error.captureStackTrace?.(origin, method);
  return origin;
}

/** Lets the stack of an error of this package begin at the caller. */
export function atCaller(error: unknown, { stack }: Origin): unknown {
  if (!(error instanceof CitrnError) || typeof stack !== "string") return error;
  const frames = /\n\s+at [^]*$/.exec(stack)?.[0];
  if (frames !== undefined) error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}

/** Runs the body of a synchronous public function. */
export function fromCaller<T>(method: Function, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw atCaller(error, callerOf(method));
  }
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
