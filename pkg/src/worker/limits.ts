// What ends a call before it has an outcome: its deadline, and the caller's signal.
import { clear, ignore, listen } from "../call.js";
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
  /** Waits for so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** Leaves no timer and no listener behind. */
  end(): void;
}

/** Longest time of a timer in milliseconds: a longer one would fire immediately. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Starts the time of a call.
 *
 * @throws {CitrnConfigurationError} if the signal is none
 */
export function limitsOf(timeoutMs: number, signal: AbortSignalLike | undefined): Limits {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const deadline = Date.now() + timeoutMs;
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => timers.push(setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER))));

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
