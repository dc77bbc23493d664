// The limits of a call: its deadline and the caller's signal.
import { clear, ignore, LONGEST_DELAY, listen } from "../call.js";
import type { AbortSignalLike } from "../options.js";

/** Why a call ended without an outcome; also its error's code. */
export type Interruption = "timeout" | "aborted";

/** The limits of one call. */
export interface Limits {
  /** Whether the signal was aborted before the call began. */
  readonly isAborted: boolean;
  /** Resolves when the deadline passes or the signal aborts. Never rejects. */
  readonly interruption: Promise<Interruption>;
  /** The time until the deadline in milliseconds. */
  remaining(): number;
  /** Waits. */
  sleep(milliseconds: number): Promise<void>;
  /** Clears the timers and removes the listener. */
  end(): void;
}

/**
 * Starts the deadline of a call, and listens to its signal.
 *
 * @throws {CitrnConfigurationError} if the signal is not an `AbortSignal`
 */
export function limitsOf(timeoutMs: number, signal: AbortSignalLike | undefined): Limits {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const deadline = Date.now() + timeoutMs;
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => timers.push(setTimeout(resolve, Math.min(milliseconds, LONGEST_DELAY))));

  let interrupt!: (by: Interruption) => void;
  const interruption = new Promise<Interruption>((resolve) => (interrupt = resolve));
  let isAborted = false;
  const abort = () => {
    isAborted = true;
    interrupt("aborted");
  };
  listen(signal, abort);
  void sleep(timeoutMs).then(() => interrupt("timeout"));
  const end = () => {
    clear(timers);
    ignore(signal, abort);
  };
  return { isAborted, interruption, remaining: () => deadline - Date.now(), sleep, end };
}
