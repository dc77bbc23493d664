// Drives a call: signs, sends and waits as the core requests, in the caller's async context, until there is an outcome.
import type { Call } from "../wasm/citrn.js";
import type { Configuration } from "./configuration.js";
import { type Action, core, type Outcome, type Parameters, type Request } from "./core.js";
import { configuration, errorOf, withDigest } from "./failure.js";
import { requireGlobals } from "./globals.js";
import { memberOf, reading, reasonOf, writeExtra } from "./input.js";
import type { AbortSignalLike, CreationCallOptions } from "./options.js";
import type { Reply } from "./reply.js";
import type { Bytes, Signer } from "./settings.js";
import { type Channel, subscribed, traceAttempt } from "./tracing.js";
import { withVariable } from "./unset.js";

/** A successful reply. */
interface Success {
  readonly httpStatus: number;
  readonly raw: string;
  /** The reply's JSON text in its canonical form. */
  readonly value: string;
}

/** Passes an event to the core. Only the winner of a race runs, so a finished call gets no events. */
type Report = () => Action;

/** The longest delay of a timer in milliseconds: a longer one would fire immediately. */
export const LONGEST_DELAY = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

/** Calls an endpoint by its name, or by a path, which begins with a slash. Throws the error of the call. */
export async function call(
  endpoint: string,
  parameters: Parameters | string | undefined,
  { settings, signer, transport, unset, callbackSecrets, traceForeignId }: Configuration,
  { signal, timeoutMs, maxRetries, extra }: CreationCallOptions,
): Promise<Success> {
  if (typeof AbortController === "undefined" || typeof setTimeout === "undefined") {
    requireGlobals(["AbortController", "setTimeout"]);
  }
  const added = extra === undefined ? undefined : writeExtra(extra, callbackSecrets);
  const machine = new (core().Call)(settings, endpoint, parameters, timeoutMs, maxRetries, added);
  const timers: Timer[] = [];
  const schedule = (milliseconds: number, work: () => void) => {
    timers.push(setTimeout(work, Math.min(milliseconds, LONGEST_DELAY)));
  };

  let body: Uint8Array = new Uint8Array();
  let failure: unknown;
  /** Aborts the running request. */
  let controller: AbortController | undefined;
  const send = async (request: Request): Promise<Report> => {
    try {
      controller = new AbortController();
    } catch (error) {
      return () =>
        machine.failed("not_configured", `needs an AbortController, but creating one failed: ${reasonOf(error)}`);
    }
    const answer = await transport(request, controller.signal);
    // A `fetch` may reject while its request still runs. That request must not overlap the next attempt.
    if ("kind" in answer) controller.abort();
    controller = undefined;
    return () => {
      if ("kind" in answer) return machine.failed(answer.kind, reasonOf((failure = answer.error)));
      return machine.answered(answer.status, answer.retryAfter, (body = answer.body));
    };
  };
  const perform = (action: Exclude<Action, Outcome>): Promise<Report> => {
    if (action.type === "sign") return sign(machine, signer, action.bytes);
    if (action.type === "send") return send(action);
    return new Promise((resolve) => schedule(action.milliseconds, () => resolve(() => machine.woken())));
  };

  let stop!: (report: Report) => void;
  const stopped = new Promise<Report>((resolve) => (stop = resolve));
  let isAborted = false;
  const abort = () => {
    isAborted = true;
    stop(() => machine.cancelled());
  };
  const reportOf = (action: Exclude<Action, Outcome>) => Promise.race([perform(action), stopped]);
  /** Sends the request in a span, which ends with the attempt or with the call. */
  const traced = (channel: Channel, attempt: number, action: Exclude<Action, Outcome>): Promise<Action> =>
    traceAttempt(
      channel,
      endpoint,
      attempt,
      traceForeignId && memberOf(parameters, "foreign_id"),
      async () => (await reportOf(action))(),
      (next) => (next.type === "wait" ? machine.last_failure() : next),
    );
  try {
    listen(signal, abort);
    schedule(machine.timeout_ms(), () => stop(() => machine.timed_out()));
    let action: Action = isAborted ? machine.cancelled() : machine.start();
    let attempt = 0;
    while (action.type !== "reply" && action.type !== "error") {
      if (action.type === "send") attempt++;
      const channel = action.type === "send" && subscribed("request");
      action = channel ? await traced(channel, attempt, action) : (await reportOf(action))();
    }
    if (action.type === "reply") return { httpStatus: action.httpStatus, value: action.value, raw: textOf(body) };
    const { code } = action;
    const cause = code === "aborted" ? reasonOfAbort(signal) : code === "network_error" ? failure : undefined;
    throw withDigest(errorOf(withVariable(action, unset), cause));
  } catch (error) {
    // A call that times out or is aborted may still have a running request.
    controller?.abort();
    throw error;
  } finally {
    clear(timers);
    ignore(signal, abort);
    free(machine);
  }
}

function free(machine: Call): void {
  try {
    machine.free();
  } catch {
    // The wasm trapped inside one of its methods, which still borrows it. The call throws the error of that trap.
  }
}

/** Calls the application's signer. */
async function sign(machine: Call, signer: Signer | undefined, bytes: Bytes): Promise<Report> {
  if (!signer) return () => machine.no_signer();
  try {
    const signature: unknown = await signer(bytes);
    if (typeof signature === "string") return () => machine.signed(signature);
    return () => machine.signer_failed("it must return 128 hex digits as a string");
  } catch (thrown) {
    const reason = reasonOf(thrown);
    return () => machine.signer_failed(reason);
  }
}

/** Listens to the caller's signal, which may be any object. */
export function listen(signal: AbortSignalLike | undefined, abort: () => void): void {
  if (signal === undefined) return;
  const subscribe = () => {
    const aborted: unknown = signal.aborted;
    const isSignal = typeof aborted === "boolean" && typeof signal.removeEventListener === "function";
    if (!isSignal) throw new Error("it has no aborted or no removeEventListener");
    if (aborted) abort();
    else signal.addEventListener("abort", abort);
  };
  reading(configuration, "signal", subscribe, "must be an AbortSignal");
}

export function ignore(signal: AbortSignalLike | undefined, abort: () => void): void {
  try {
    signal?.removeEventListener("abort", abort);
  } catch {
    // The listener stays on the signal, where it has no effect: the call has finished.
  }
}

export function clear(timers: readonly Timer[]): void {
  try {
    for (const timer of timers) clearTimeout(timer);
  } catch {
    // The remaining timers fire without effect: the call has finished.
  }
}

export function reasonOfAbort(signal: AbortSignalLike | undefined): unknown {
  try {
    return signal?.reason;
  } catch (cause) {
    return cause;
  }
}

/** Created on first use: importing must not fail where the runtime has no TextDecoder. */
let decoder: TextDecoder | undefined;

/** Decodes a body, without a byte-order mark. The core has checked that it is UTF-8. */
function textOf(body: Uint8Array): string {
  return (decoder ??= new TextDecoder()).decode(body);
}

/** Adds status and text to a reply's fields. They come from `JSON.parse`, so `__proto__` is an ordinary field. */
export function replyOf<T extends object>(fields: T, { httpStatus, raw }: Success): Reply<T> {
  Object.defineProperty(fields, "httpStatus", { value: httpStatus, enumerable: true });
  return Object.defineProperty(fields, "raw", { value: raw, enumerable: false }) as Reply<T>;
}
