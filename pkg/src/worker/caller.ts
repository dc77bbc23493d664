// The stacks of errors begin at the caller of a public function.
import { CitrnError } from "../error.js";
import { type Caller, callerOf, withStackOf } from "../stack.js";

/** Returns a function that rethrows an error, with the caller's stack if it is an error of this package. */
export function rethrowAt(caller: Caller): (error: unknown) => never {
  return (error) => {
    throw error instanceof CitrnError ? withStackOf(error, caller) : error;
  };
}

/** Returns an asynchronous public method. */
export function publicMethod<Given extends unknown[], T>(
  body: (...given: Given) => Promise<T>,
): (...given: Given) => Promise<T> {
  const method = (...given: Given): Promise<T> => {
    const caller = callerOf(method);
    return body(...given).catch(rethrowAt(caller));
  };
  return method;
}
