// Calls the Worker: attempts and retries, until there is a reply or an error.
import { reasonOfAbort } from "../call.js";
import type { CitrnError } from "../error.js";
import { configuration, withDigest } from "../failure.js";
import { memberOf, reasonOf } from "../input.js";
import { type Channel, subscribed, traceAttempt } from "../tracing.js";
import type { Settings } from "./configuration.js";
import { type Interruption, limitsOf } from "./limits.js";
import type { CreationOptions } from "./options.js";
import type { Body } from "./parameters.js";
import { type CallDetails, errorOfAnswer, errorOfCall, errorOfReply, redacted } from "./problem.js";
import { parseJson, UnreadableReply } from "./reply.js";
import { retryAfterSeconds, waitBeforeRetry } from "./retry.js";

/** A request to the Worker, and how its reply is read. */
export interface Operation<T> {
  /** The method, such as `payments.create`, for spans. */
  readonly endpoint: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** The path and query, such as `/v1/currencies`. */
  readonly path: string;
  /** The parameters, unless they are in the path. */
  readonly body?: Body;
  /** Whether it is sent with an `Idempotency-Key`. */
  readonly isCreation?: boolean;
  /** Largest reply in bytes, after decompression. */
  readonly maxReplyBytes: number;
  /** Checks the parsed body. Throws an {@link UnreadableReply}. */
  read(body: unknown): T;
}

/** Most causes of a transport error that are copied. */
const MAX_CAUSES = 5;

/** Most characters of a transport error that a message shows. */
const MAX_SHOWN_CHARACTERS = 200;

/** Sends a request, with retries. Throws the error of the call. */
export async function send<T>(operation: Operation<T>, settings: Settings, options: CreationOptions): Promise<T> {
  const { signal, timeoutMs = settings.timeoutMs, maxRetries = settings.maxRetries } = options;
  const call = detailsOf(operation, settings, options);
  const request = requestOf(operation, settings, call);
  /** Aborts the running request. */
  let controller: AbortController | undefined;
  /** Sends the request once; returns the reply or the error. */
  const attempt = async (): Promise<{ reply: T; httpStatus: number } | CitrnError> => {
    controller = new AbortController();
    const answer = await settings.transport(request, controller.signal);
    if ("kind" in answer) {
      // A `fetch` may reject while its request still runs. That request must not overlap the next attempt.
      controller.abort();
      return errorOfTransport(call, answer);
    }
    if (answer.status < 200 || answer.status > 299) {
      return errorOfAnswer(call, answer, retryAfterSeconds(answer.retryAfter, Date.now()));
    }
    try {
      return { reply: operation.read(parseJson(answer.body)), httpStatus: answer.status };
    } catch (reason) {
      if (!(reason instanceof UnreadableReply)) throw reason;
      return errorOfReply(call, answer, reason);
    }
  };

  /** Whether one of the attempts may have been carried out. */
  let executed: "no" | "unknown" = "no";
  const interrupted = (code: Interruption): CitrnError => {
    const message = code === "timeout" ? `The call timed out after ${timeoutMs} ms.` : "The caller cancelled the call.";
    const cause = code === "aborted" ? reasonOfAbort(signal) : undefined;
    return errorOfCall(call, { code, message, executed, retryable: true, cause });
  };

  const limits = limitsOf(timeoutMs, signal);
  const attemptOrInterruption = () => Promise.race([attempt(), limits.interruption]);
  /** Sends the request in a span, which ends with the attempt or with the call. */
  const traced = (channel: Channel, number: number) =>
    traceAttempt(
      channel,
      operation.endpoint,
      number,
      settings.traceForeignId && call.foreign_id,
      attemptOrInterruption,
      (outcome) =>
        typeof outcome === "string" ? { code: outcome, executed: call.isRead ? "no" : "unknown" } : outcome,
    );
  try {
    if (limits.isAborted) throw interrupted("aborted");
    for (let failures = 0; ; failures++) {
      const channel = subscribed("request");
      const outcome = await (channel ? traced(channel, failures + 1) : attemptOrInterruption());
      if (typeof outcome === "string") {
        executed = "unknown";
        throw interrupted(outcome);
      }
      if ("reply" in outcome) return outcome.reply;
      if (outcome.executed === "unknown") executed = "unknown";
      const wait = waitBeforeRetry(outcome, failures, limits.remaining(), Math.random());
      // If an earlier attempt's outcome is unknown, a later refusal does not make it "no".
      if (wait === undefined || failures >= maxRetries) throw Object.assign(outcome, { executed });
      const interruption = await Promise.race([limits.sleep(wait), limits.interruption]);
      if (interruption !== undefined) throw interrupted(interruption);
    }
  } catch (error) {
    // A call that times out or is aborted may still have a running request.
    controller?.abort();
    throw error;
  } finally {
    limits.end();
  }
}

function detailsOf<T>(
  { method, body, isCreation }: Operation<T>,
  { token }: Settings,
  options: CreationOptions,
): CallDetails {
  return {
    isRead: method === "GET",
    token,
    foreign_id: body?.foreign_id,
    requestId: randomId(),
    idempotencyKey: isCreation ? (options.idempotencyKey ?? requiredId()) : undefined,
  };
}

/** Returns a random id. `undefined` in a runtime without `crypto.randomUUID`, such as a web page over plain http. */
function randomId(): string | undefined {
  return (globalThis as { crypto?: Partial<Crypto> }).crypto?.randomUUID?.();
}

function requiredId(): string {
  const id = randomId();
  if (id === undefined) {
    throw configuration("idempotencyKey", "is required here: this runtime has no crypto.randomUUID to make one");
  }
  return id;
}

function requestOf<T>(
  { method, path, body, maxReplyBytes }: Operation<T>,
  { url, token }: Settings,
  call: CallDetails,
) {
  const { requestId, idempotencyKey } = call;
  const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${token}`,
    ...(body && { "Content-Type": "application/json" }),
    ...(requestId && { "X-Request-Id": requestId }),
    ...(idempotencyKey && { "Idempotency-Key": idempotencyKey }),
  };
  return { method, url: url + path, headers, body: body?.json, maxReplyBytes, movesMoney: false };
}

/** Returns the error of an attempt that failed in the transport. */
function errorOfTransport(call: CallDetails, { kind, error }: { kind: string; error: unknown }): CitrnError {
  const reason = shown(reasonOf(error), call.token);
  if (kind === "not_configured") return configuration("fetch", reason);
  const isUnreadable = kind === "unreadable";
  const failure = isUnreadable ? "The Worker's answer cannot be read" : "The connection to the Worker failed";
  const failed = errorOfCall(call, {
    code: "network_error",
    message: `${failure}: ${reason.replace(/\.+$/, "")}.`,
    executed: "unknown",
    retryable: !isUnreadable,
    cause: causeOf(error, call.token),
  });
  return withDigest(failed);
}

/** Returns a foreign text on one line, shortened, with the token redacted. */
function shown(text: string, token: string): string {
  const visible = redacted(text, token).replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");
  return visible.length > MAX_SHOWN_CHARACTERS ? `${visible.slice(0, MAX_SHOWN_CHARACTERS - 1)}…` : visible;
}

/** Copies the texts of an error, and of its causes, with the token redacted: some libraries add the request to it. */
function causeOf(thrown: unknown, token: string, most = MAX_CAUSES): unknown {
  if (typeof thrown === "string") return redacted(thrown, token);
  if (most === 0 || typeof thrown !== "object" || thrown === null) return undefined;
  const copy = new Error();
  for (const name of ["name", "message", "code", "digest", "stack", "cause"]) {
    const value = causeOf(memberOf(thrown, name), token, most - 1);
    if (value) Object.assign(copy, { [name]: value });
  }
  return copy;
}
