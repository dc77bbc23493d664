// Spans on the diagnostics channels of the runtime. Without a subscriber, nothing is measured or published.

/** The span of an attempt to send a request, on the channel `citrn:request`. The last fields are set when it ends. */
export interface RequestSpan {
  /** The method, such as `payments.create`, or the path of a `request`. */
  readonly endpoint: string;
  /** The number of the attempt in its call, from 1. */
  readonly attempt: number;
  /** The call's `foreign_id`. Only with the setting `traceForeignId`. */
  readonly foreign_id?: string;
  /** The HTTP status, if there was a response. */
  status?: number | undefined;
  /** The code of the error, such as `timeout`. Missing if the attempt succeeded. */
  code?: string | undefined;
  /** Whether the call was executed, as far as known after this attempt. */
  executed?: "yes" | "no" | "unknown";
  /** Milliseconds. */
  duration?: number;
}

/** The span of a delivery to a handler, on the channel `citrn:callback`. All fields but `duration` may stay missing. */
export interface CallbackSpan {
  /** The type of the event, such as `callback.received`. */
  type?: string;
  /** The customer of the event, your `foreign_id`. Only with the option `traceForeignId`. */
  foreign_id?: string;
  /** The HTTP status of the answer. */
  status?: number;
  /** Why the delivery failed, such as `invalid_signature`. */
  code?: string;
  /** Milliseconds. */
  duration?: number;
}

/** The part of Node's `TracingChannel` that is used. */
export interface Channel {
  readonly start: { readonly hasSubscribers: boolean };
  readonly asyncEnd: { readonly hasSubscribers: boolean };
  tracePromise(work: () => Promise<void>, span: object): Promise<void>;
}

interface Runtime {
  process?: { getBuiltinModule?: (name: string) => { tracingChannel(name: string): Channel } | undefined };
}

/** The channels by name, once the runtime has returned them. */
const channels: Record<string, Channel | undefined> = {};

/** Returns a channel if it has subscribers. */
export function subscribed(name: "request" | "callback"): Channel | undefined {
  try {
    const { process } = globalThis as Runtime;
    const channel = (channels[name] ??= process
      ?.getBuiltinModule?.("node:diagnostics_channel")
      ?.tracingChannel(`citrn:${name}`));
    // Not its own `hasSubscribers`, which Bun lacks.
    return channel?.start.hasSubscribers || channel?.asyncEnd.hasSubscribers ? channel : undefined;
  } catch {
    // An incomplete replacement of `process` or of the module costs the span, not the call.
    return undefined;
  }
}

/** The outcome of an attempt: a reply, which has no code, or an error. */
interface AttemptOutcome {
  readonly httpStatus?: number | undefined;
  readonly code?: string;
  readonly executed?: "no" | "unknown";
}

/** Runs an attempt in a span. */
export function traceAttempt<T>(
  channel: Channel,
  endpoint: string,
  attempt: number,
  foreign_id: unknown,
  work: () => Promise<T>,
  outcomeOf: (result: T) => AttemptOutcome,
): Promise<T> {
  const span: RequestSpan = { endpoint, attempt, ...(typeof foreign_id === "string" && { foreign_id }) };
  return trace(channel, span, work, (result) => {
    const { httpStatus, code, executed = "yes" } = outcomeOf(result);
    return { status: httpStatus, code, executed };
  });
}

/**
 * Runs work in a span, which is active in its async context, and adds fields at the end. Neither the result of the work
 * nor its error is published, since they may hold secrets, and no subscriber can change them.
 */
export async function trace<T>(
  channel: Channel,
  span: object,
  work: () => Promise<T>,
  fieldsOf: (result: T) => object,
): Promise<T> {
  let running: Promise<T> | undefined;
  try {
    await channel.tracePromise(async () => {
      const start = performance.now();
      const fields = await (running = work()).then(fieldsOf).catch(() => undefined);
      Object.assign(span, fields, { duration: performance.now() - start });
    }, span);
  } catch {
    // For example, a subscriber has frozen the span.
  }
  return running ?? work();
}
