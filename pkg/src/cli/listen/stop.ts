// Ends `citrn listen` in steps, so that one Ctrl-C is prompt and a running attempt may still finish.
import { setMaxListeners } from "node:events";

/** How long attempts that are running may take after a stop, in milliseconds. */
const GRACE_MS = 1000;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The two steps of a stop. */
export interface Stop {
  /** Ends reading and waits. */
  readonly stop: AbortController;
  /** Ends the attempts that are running, a second later or at the second signal. */
  readonly attempts: AbortSignal;
}

/** Stops at Ctrl-C or `kill`. A third signal ends the process in the platform's way. */
export function stopOnSignals(): Stop {
  const stop = new AbortController();
  const attempts = new AbortController();
  // Each wait and each request listens to one of them.
  setMaxListeners(0, stop.signal, attempts.signal);
  stop.signal.addEventListener("abort", () => setTimeout(() => attempts.abort(), GRACE_MS).unref());
  const end = () => {
    if (!stop.signal.aborted) {
      stop.abort();
      return;
    }
    attempts.abort();
    for (const name of SIGNALS) process.off(name, end);
  };
  for (const name of SIGNALS) process.on(name, end);
  return { stop, attempts: attempts.signal };
}
