// Reads a source again and again, and forwards its events until it is stopped.
import { setTimeout } from "node:timers/promises";
import { CitrnError } from "../../index.js";
import { Exit, exitOf } from "../exit.js";
import type { ListedEvent, Source } from "./event.js";
import { type Attempt, Forwarder, type Outcome } from "./forwarder.js";
import type { OpenEvent, Position } from "./position.js";

/** The longest wait after the source failed, in milliseconds. */
const LONGEST_WAIT_MS = 30_000;

/** What `citrn listen` needs to run. */
export interface Settings {
  readonly source: Source;
  readonly position: Position;
  /** Sends an event once. */
  readonly deliver: (event: ListedEvent) => Promise<Outcome>;
  /** The wait between two reads, in milliseconds. */
  readonly intervalMs: number;
  /** Stops it. If the position cannot be stored, it is aborted with that error. */
  readonly stop: AbortController;
  readonly report: (attempt: Attempt) => void;
  /** Prints a line about anything else. */
  readonly note: (line: string) => void;
}

/** Forwards events until it is stopped. Throws the error of the first read, and any error that does not pass. */
export async function forwardAll(settings: Settings): Promise<void> {
  const { source, position, intervalMs, stop, note } = settings;
  const { signal } = stop;
  const forwarder = new Forwarder(settings);
  try {
    await resume(settings, forwarder);
    let hasAnswered = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const event of source.read(position.after, signal)) {
          await take(settings, forwarder, event, position.add(event));
          if (signal.aborted) break;
        }
        if (failures > 0) note(`${source.name} answers again.`);
        failures = 0;
        hasAnswered = true;
      } catch (error) {
        if (signal.aborted) break;
        if (!hasAnswered || !isTemporary(error)) throw error;
        const waitMs = Math.min(1000 * 2 ** failures, LONGEST_WAIT_MS);
        note(`${exitOf(error).message} Reading again in ${waitMs / 1000} s.`);
        failures += 1;
        await pause(waitMs, signal);
        continue;
      }
      await pause(intervalMs, signal);
    }
  } catch (error) {
    stop.abort(error);
  }
  await forwarder.stopped();
  // A stop without an error has the platform's reason.
  if (!(signal.reason instanceof DOMException)) throw signal.reason;
}

/** Forwards the events that an earlier run left open. */
async function resume(settings: Settings, forwarder: Forwarder): Promise<void> {
  const { source, position, stop, note } = settings;
  const left = new Map<string, OpenEvent>();
  for (const open of position.open) {
    // The same event twice, because it was queued again: the Worker lists it only in its later place.
    const earlier = left.get(open.id);
    if (earlier) position.settle(earlier);
    left.delete(open.id);
    left.set(open.id, open);
  }
  for (const [id, { after }] of left) {
    for (const event of await source.find(new Set(left.keys()), after, stop.signal)) {
      const open = left.get(event.id);
      left.delete(event.id);
      if (open) await take(settings, forwarder, event, open);
    }
    const missing = left.get(id);
    if (!missing) continue;
    note(`${id}: left out here, since it was queued again, and so comes later, or was erased`);
    position.settle(missing);
    left.delete(id);
  }
}

/** Forwards an event, and waits until there is room for another. */
async function take({ position, note }: Settings, forwarder: Forwarder, event: ListedEvent, open: OpenEvent) {
  if (event.body === undefined) {
    note(`${event.label}  ${event.id}: left out, since the Worker has erased or dropped its body`);
    position.settle(open);
    return;
  }
  forwarder.add(event, open);
  if (!forwarder.isFull) return;
  const { length } = position.open;
  // Not for each event of a long list, while the handler keeps up.
  const notice = globalThis.setTimeout(() => note(`${length} events wait for the handler: reading pauses.`), 1000);
  await forwarder.capacity();
  clearTimeout(notice);
}

/** Waits, or returns early if it is stopped. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

/** Whether a failure of the source may pass, as one of the network, or too many requests. */
function isTemporary(error: unknown): boolean {
  const { exit } = exitOf(error);
  return exit === Exit.unreachable || exit === Exit.gateway || (error instanceof CitrnError && error.retryable);
}
