// Ends `citrn listen` in steps, so that one Ctrl-C is prompt and a running attempt may still finish.
import { setMaxListeners } from "node:events";

/** How long attempts that are running may take after a stop, in milliseconds. */
const GRACE_MS = 1000;
/** `npx` forwards a Ctrl-C that the terminal may have sent too: signals this many milliseconds apart are one. */
const FORWARDED_MS = 100;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The two steps of a stop. */
export interface Stop {
  /** Ends reading and waits. */
  readonly stop: AbortController;
  /** Ends the attempts that are running, a second later or at the second signal. */
  readonly attempts: AbortSignal;
}

/** Stops at Ctrl-C or `kill`. Once attempts are aborted, another signal ends the process in the platform's way. */
export function stopOnSignals(): Stop {
  const stop = new AbortController();
  const attempts = new AbortController();
  // Each wait and each request listens to one of them.
  setMaxListeners(0, stop.signal, attempts.signal);
  stop.signal.addEventListener("abort", () => setTimeout(() => attempts.abort(), GRACE_MS).unref());
  let last = Number.NEGATIVE_INFINITY;
  const end = (signal: NodeJS.Signals) => {
    const now = performance.now();
    const isForwarded = now - last < FORWARDED_MS;
    last = now;
    if (isForwarded) return;
    if (!stop.signal.aborted) stop.abort();
    else if (!attempts.signal.aborted) attempts.abort();
    else {
      for (const name of SIGNALS) process.off(name, end);
      process.kill(process.pid, signal);
    }
  };
  for (const name of SIGNALS) process.on(name, end);
  return { stop, attempts: attempts.signal };
}
