// The events that `citrn listen` forwards, and where they come from.

/** An event to forward. */
export interface ListedEvent {
  /** Its id, which is the `webhook-id` of its deliveries. */
  readonly id: string;
  /** Events of one transaction are forwarded in their order. */
  readonly transaction: string;
  /** Type and status, such as `deposit confirmed`. */
  readonly label: string;
  /** The body of its delivery; `undefined` if the Worker has erased or dropped it. */
  readonly body: string | undefined;
  /** The cursor after it. */
  readonly next: string;
}

/** A list of events that grows. */
export interface Source {
  /** Where it is, for messages. */
  readonly name: string;
  /** Returns the cursor after the events that exist now. */
  end(signal: AbortSignal): Promise<string>;
  /** Yields the events after a cursor that exist now. */
  read(after: string, signal: AbortSignal): AsyncIterable<ListedEvent>;
  /** Returns the events with these ids among the first ones after a cursor. */
  find(ids: ReadonlySet<string>, after: string, signal: AbortSignal): Promise<ListedEvent[]>;
}

/** Returns the label of an event. @param type its transaction's type, if the body has one, or else the event's type */
export function labelOf(type: string, status: string | null): string {
  return status === null ? type : `${type} ${status}`;
}
