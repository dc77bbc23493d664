// Posts a callback or a delivery to a handler, and describes its answer.
import { Exit, Problem } from "./exit.js";
import { printable, redacted } from "./output.js";
import { reason, TIMED_OUT } from "../sandbox/delivery.js";

/** The timeout of the gateway and of the Worker. */
const TIMEOUT_MS = 10_000;
/** Characters of an answer that are printed, and among which secrets are looked for. */
const [MAX_PRINTED, MAX_TEXT] = [500, 10_000];

/** An answer of a handler. */
export interface HandlerAnswer {
  readonly status: number;
  readonly ms: number;
  /** The beginning of its text. */
  readonly text: string;
}

/**
 * Posts a body once, without following redirects.
 *
 * @param stop aborts the request
 * @throws {Problem} if there is no answer
 */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  stop?: AbortSignal,
): Promise<HandlerAnswer> {
  const before = performance.now();
  const giveUp = new AbortController();
  const abort = () => giveUp.abort();
  const timer = setTimeout(abort, TIMEOUT_MS);
  stop?.addEventListener("abort", abort);
  try {
    stop?.throwIfAborted();
    const init = { method: "POST", headers, body, redirect: "manual", signal: giveUp.signal } as const;
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, ms: Math.round(performance.now() - before), text: text.slice(0, MAX_TEXT) };
  } catch (error) {
    const timeout = giveUp.signal.aborted && `${TIMED_OUT} ${TIMEOUT_MS / 1000} s`;
    const why = stop?.aborted ? "citrn was stopped" : timeout || reason(error);
    throw new Problem(Exit.unreachable, `${url.origin} did not answer: ${why}.`);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", abort);
  }
}

/** Describes an answer in one line, with its text unless it is a success. A handler may repeat what it was sent. */
export function describeAnswer(
  { status, ms, text }: HandlerAnswer,
  isSuccess: boolean,
  secrets: readonly (string | undefined)[],
): string {
  const shown = printable(redacted(text.trim(), secrets).slice(0, MAX_PRINTED));
  return `${status} in ${ms} ms${isSuccess || shown === "" ? "" : `: ${shown}`}`;
}
