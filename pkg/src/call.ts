// Drives a call: signs, sends and waits as the core says, in the caller's async context, until there is an outcome.
import type { Call } from "../wasm/citrn.js";
import type { Configuration } from "./configuration.js";
import { type Action, core, type Outcome, type Parameters, type Request } from "./core.js";
import { configuration, errorOf, withDigest } from "./failure.js";
import { requireGlobals } from "./globals.js";
import { reading, reasonOf } from "./input.js";
import type { AbortSignalLike, CallOptions } from "./options.js";
import type { Reply } from "./reply.js";
import type { Bytes, Signer } from "./settings.js";
import { withVariable } from "./unset.js";

/** A reply, as the core read it. */
interface Success {
  readonly httpStatus: number;
  readonly raw: string;
  /** The reply's JSON text in its canonical form. */
  readonly value: string;
}

/** Reports to the core what happened. Only the winner of a race runs, so that nothing reports to a finished call. */
type Report = () => Action;

/** Longest time of a timer in milliseconds: a longer one would fire immediately. */
const LONGEST_TIMER = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

/** Calls an endpoint by its name, or any path, which begins with a slash. Throws the error of the call. */
export async function call(
  endpoint: string,
  parameters: Parameters | string | undefined,
  { settings, signer, transport, unset }: Configuration,
  { signal, timeoutMs, maxRetries }: CallOptions,
): Promise<Success> {
  if (typeof AbortController === "undefined" || typeof setTimeout === "undefined") {
    requireGlobals(["AbortController", "setTimeout"]);
  }
  const machine = new (core().Call)(settings, endpoint, parameters, { timeoutMs, maxRetries });
  const timers: Timer[] = [];
  const schedule = (milliseconds: number, work: () => void) => {
    timers.push(setTimeout(work, Math.min(milliseconds, LONGEST_TIMER)));
  };

  let body: Uint8Array = new Uint8Array();
  let failure: unknown;
  /** Aborts the request that runs. */
  let controller: AbortController | undefined;
  const send = async (request: Request): Promise<Report> => {
    try {
      controller = new AbortController();
    } catch (error) {
      return () => machine.failed("not_configured", `needs an AbortController, and none was made: ${reasonOf(error)}`);
    }
    const answer = await transport(request, controller.signal);
    // A `fetch` may reject while its request still runs, which must not run beside the next attempt.
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
  try {
    listen(signal, abort);
    schedule(machine.timeout_ms(), () => stop(() => machine.timed_out()));
    let action: Action = isAborted ? machine.cancelled() : machine.start();
    while (action.type !== "reply" && action.type !== "error") {
      const report = await Promise.race([perform(action), stopped]);
      action = report();
    }
    if (action.type === "reply") return { httpStatus: action.httpStatus, value: action.value, raw: textOf(body) };
    const { code } = action;
    const cause = code === "aborted" ? reasonOfAbort(signal) : code === "network_error" ? failure : undefined;
    throw withDigest(errorOf(withVariable(action, unset), cause));
  } catch (error) {
    // Nothing of a failed call runs on.
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
    // wasm trapped in a method of it, and never returned it. The error of the trap is the call's.
  }
}

/** Calls the caller's signer. */
async function sign(machine: Call, signer: Signer | undefined, bytes: Bytes): Promise<Report> {
  if (!signer) return () => machine.no_signer();
  try {
    const signature: unknown = await signer(bytes);
    if (typeof signature === "string") return () => machine.signed(signature);
    return () => machine.signer_failed("it did not give text");
  } catch (thrown) {
    const isReason = typeof thrown === "string" || (typeof thrown === "object" && thrown !== null);
    const reason = isReason ? reasonOf(thrown) : "the signer gave no reason";
    return () => machine.signer_failed(reason);
  }
}

/** Listens to the caller's signal, which may be any object. */
export function listen(signal: AbortSignalLike | undefined, abort: () => void): void {
  if (signal === undefined) return;
  const begin = () => {
    const aborted: unknown = signal.aborted;
    const isSignal = typeof aborted === "boolean" && typeof signal.removeEventListener === "function";
    if (!isSignal) throw new Error("it lacks what one has");
    if (aborted) abort();
    else signal.addEventListener("abort", abort);
  };
  reading(configuration, "signal", begin, "must be an AbortSignal");
}

export function ignore(signal: AbortSignalLike | undefined, abort: () => void): void {
  try {
    signal?.removeEventListener("abort", abort);
  } catch {
    // The listener stays on the signal; the call has its outcome.
  }
}

export function clear(timers: readonly Timer[]): void {
  try {
    for (const timer of timers) clearTimeout(timer);
  } catch {
    // They fire without effect; the call has its outcome.
  }
}

export function reasonOfAbort(signal: AbortSignalLike | undefined): unknown {
  try {
    return signal?.reason;
  } catch (cause) {
    return cause;
  }
}

/** Made on first use: importing must not fail where the runtime has none. */
let decoder: TextDecoder | undefined;

/** Decodes a body, without a byte-order mark. The core has checked that it is UTF-8. */
function textOf(body: Uint8Array): string {
  return (decoder ??= new TextDecoder()).decode(body);
}

/** Adds to the fields of a reply how it came. They come from `JSON.parse`, so one named `__proto__` does no harm. */
export function replyOf<T extends object>(fields: T, { httpStatus, raw }: Success): Reply<T> {
  Object.defineProperty(fields, "httpStatus", { value: httpStatus, enumerable: true });
  return Object.defineProperty(fields, "raw", { value: raw, enumerable: false }) as Reply<T>;
}
