import type { Success } from "./core.js";

/** What a call gives: the reply's fields, and how it came. */
export type Reply<T> = T & {
  /** The HTTP status: any 2xx is a success. `status` is only ever the gateway's own field. */
  readonly httpStatus: number;
  /** The exact text of the body. Not enumerable, so that it is not logged or stored by accident. */
  readonly raw: string;
};

/**
 * Adds to a reply how it came. The value is the core's own object, so a field named `__proto__` does no harm.
 *
 * @internal
 */
export function replyOf<T extends object>(value: T, { httpStatus, raw }: Success): Reply<T> {
  Object.defineProperty(value, "httpStatus", { value: httpStatus, enumerable: true });
  return Object.defineProperty(value, "raw", { value: raw, enumerable: false }) as Reply<T>;
}
