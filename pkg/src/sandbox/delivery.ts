import type { Effect, Outcome } from "./engine.js";

/** Begins the reason of an attempt that timed out. */
export const TIMED_OUT = "no answer within";

/** Timeout for the merchant's answer to a callback. */
const TIMEOUT_MS = 10_000;

/** POSTs a callback once, without following redirects. */
export async function deliver(
  { url, headers, body }: Pick<Extract<Effect, { type: "deliver" }>, "url" | "headers" | "body">,
  stop: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Outcome> {
  const giveUp = new AbortController();
  const abort = () => giveUp.abort();
  const timer = setTimeout(abort, timeoutMs);
  stop.addEventListener("abort", abort);
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: giveUp.signal });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { error: giveUp.signal.aborted ? `${TIMED_OUT} ${timeoutMs / 1000} s` : reason(error) };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}

/** Returns the reason of an error. Node puts the system's error code, such as ECONNREFUSED, into the cause. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: unknown; message?: unknown } | undefined;
  return String(cause?.code ?? cause?.message ?? error.message);
}
