// When to retry, and after which wait: the rules of src/policy/retry.rs.
import type { CitrnError } from "../error.js";

/** Longest wait before the first retry in milliseconds; it doubles with each. */
const FIRST_CEILING = 500;

/** Longest wait before any retry in milliseconds. */
const CEILING = 8_000;

/** Longest `Retry-After` in seconds: a day. */
const MAX_RETRY_AFTER = 86_400;

/**
 * Returns the wait before the next attempt in milliseconds, or `undefined` if a retry cannot help or would
 * start after the deadline.
 *
 * The wait has full jitter: anything between nothing and a ceiling that doubles. A `Retry-After` is waited for whole.
 *
 * @param failures how many attempts failed before this one
 * @param remainingMs the time until the deadline
 * @param random at least 0 and less than 1
 */
export function waitBeforeRetry(
  error: CitrnError,
  failures: number,
  remainingMs: number,
  random: number,
): number | undefined {
  if (!error.retryable) return undefined;
  const jitter = Math.min(FIRST_CEILING * 2 ** failures, CEILING) * random;
  const wait = error.retryAfter === undefined ? jitter : error.retryAfter * 1000;
  return wait < remainingMs ? wait : undefined;
}

/** Reads a `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3). Never more than a day. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER);
  // Every HTTP date begins with the name of a day; `Date.parse` alone would accept much more.
  const date = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, (date - now) / 1000), MAX_RETRY_AFTER);
}
