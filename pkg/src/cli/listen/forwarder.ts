// Forwards events to a handler: those of one transaction in their order, several transactions concurrently.
import { setTimeout } from "node:timers/promises";
import type { ListedEvent } from "./event.js";
import type { OpenEvent, Position } from "./position.js";
import { Slots } from "./slots.js";

/** The maximum number of concurrent attempts, as of the Worker. */
const CONCURRENT = 8;
/** The number of open events at which reading pauses. */
const MAX_OPEN = 200;
/** The longest wait after a failed attempt, in milliseconds. */
const LONGEST_WAIT_MS = 30_000;

/** The outcome of an attempt. */
export interface Outcome {
  readonly isAccepted: boolean;
  /** Status, duration and, after a failure, the handler's response. */
  readonly description: string;
}

/** An attempt to report. */
export interface Attempt extends Outcome {
  readonly event: ListedEvent;
  /** Whether the handler may have had the event before. */
  readonly isRepeat: boolean;
  /** When it is sent again, in milliseconds; `undefined` if it was accepted, or the forwarder is stopped. */
  readonly waitMs: number | undefined;
}

/** The parts of a forwarder. */
export interface Parts {
  readonly position: Position;
  /** Sends an event once. */
  readonly deliver: (event: ListedEvent) => Promise<Outcome>;
  readonly report: (attempt: Attempt) => void;
  /** Stops it: attempts that run are still awaited. If the position cannot be stored, it is aborted with the error. */
  readonly stop: AbortController;
}

interface Item {
  readonly event: ListedEvent;
  readonly open: OpenEvent;
}

export class Forwarder {
  readonly #parts: Parts;
  readonly #slots = new Slots(CONCURRENT);
  /** The open events of each transaction. */
  readonly #queues = new Map<string, Item[]>();
  readonly #running = new Set<Promise<void>>();
  #wake = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.stop.signal.addEventListener("abort", () => this.#wake());
  }

  /** Whether so many events are open that `capacity` waits. */
  get isFull(): boolean {
    return this.#parts.position.open.length >= MAX_OPEN;
  }

  /** Adds an event, after those of its transaction that were added before. */
  add(event: ListedEvent, open: OpenEvent): void {
    const { transaction } = event;
    const queue = this.#queues.get(transaction);
    if (queue) {
      queue.push({ event, open });
      return;
    }
    this.#queues.set(transaction, [{ event, open }]);
    const work = this.#forwardAll(transaction)
      .catch((error: unknown) => this.#parts.stop.abort(error))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  /** Resolves when another event may be added, or when it is stopped. */
  async capacity(): Promise<void> {
    while (this.isFull && !this.#parts.stop.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when no attempt is running. */
  async stopped(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #forwardAll(transaction: string): Promise<void> {
    const queue = this.#queues.get(transaction) ?? [];
    for (let item = queue[0]; item !== undefined; item = queue[0]) {
      if (!(await this.#forward(item))) return;
      queue.shift();
      this.#wake();
    }
    this.#queues.delete(transaction);
  }

  /** Sends an event until it is accepted. Returns false if it was stopped before. */
  async #forward({ event, open }: Item): Promise<boolean> {
    const { position, deliver, report, stop } = this.#parts;
    const isRepeat = position.isRepeat(open);
    for (let waitMs = 1000; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const outcome = await this.#slots.run(async () => {
        if (stop.signal.aborted) return undefined;
        position.attempt(open);
        return deliver(event);
      });
      if (!outcome) return false;
      const { isAccepted } = outcome;
      if (isAccepted) position.settle(open);
      report({ ...outcome, event, isRepeat, waitMs: isAccepted || stop.signal.aborted ? undefined : waitMs });
      if (isAccepted) return true;
      // Rejects if the signal is aborted: then the next attempt is not made.
      await setTimeout(waitMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
}
