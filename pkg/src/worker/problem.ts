// Turns answers of the Worker into the errors that callers catch.
import * as errors from "../error.js";
import type { CitrnError, CitrnErrorDetails } from "../error.js";
import { CLASSES } from "../failure.js";
import { type ErrorClass, WORKER_CLASSES } from "./codes.js";
import { parseJson, readFields, UnreadableReply } from "./reply.js";

/** The details that all errors of a call share. */
export interface CallDetails {
  /** Whether the call only reads, so that it executes nothing whatever its outcome. */
  readonly isRead: boolean;
  /** Redacted in every text of an error. */
  readonly token: string;
  readonly foreign_id: string | undefined;
  readonly requestId: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** An answer, as the transport read it. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Returns the class of a code. A code without a class is a reason of the gateway, or of a later Worker. */
function classOf(code: string, httpStatus: number | undefined): ErrorClass {
  const known = new Map<string, ErrorClass>(Object.entries({ ...CLASSES, ...WORKER_CLASSES }));
  const found = known.get(code);
  if (found) return found;
  return httpStatus !== undefined && httpStatus >= 500 ? errors.CitrnGatewayError : errors.CitrnRefusalError;
}

const REPEAT = " It may have been carried out: repeat it with the idempotencyKey of this error.";

/** Returns the error of a call. */
export function errorOfCall(call: CallDetails, details: CitrnErrorDetails): CitrnError {
  const { foreign_id, requestId, idempotencyKey } = call;
  const Type = classOf(details.code, details.httpStatus);
  const executed = call.isRead ? "no" : details.executed;
  const mayRepeat = executed === "unknown" && details.retryable && idempotencyKey !== undefined;
  const message = redacted(details.message, call.token) + (mayRepeat ? REPEAT : "");
  return new Type({
    ...details,
    executed,
    foreign_id,
    message,
    requestId: details.requestId ?? requestId,
    idempotencyKey,
  });
}

/** Returns the error of an answer whose status is not 2xx. */
export function errorOfAnswer(call: CallDetails, answer: Answer, retryAfter: number | undefined): CitrnError {
  const { status: httpStatus } = answer;
  const details = { httpStatus, retryAfter, raw: rawOf(answer, call.token) };
  if (httpStatus === 0 || (httpStatus >= 300 && httpStatus < 400)) {
    const message =
      `The Worker's host answered with a redirect (HTTP ${httpStatus}), which is never followed, since the token ` +
      "would go to another host. Check the setting url.";
    return errorOfCall(call, {
      ...details,
      code: "unexpected_redirect",
      message,
      executed: "unknown",
      retryable: false,
    });
  }
  try {
    return errorOfCall(call, { ...details, ...readProblem(parseJson(answer.body), call.token) });
  } catch (reason) {
    if (!(reason instanceof UnreadableReply)) throw reason;
    const code = httpStatus === 429 ? "too_many_requests" : "worker_unavailable";
    const message =
      `The Worker's host answered HTTP ${httpStatus}, but ${reason.message}, so the answer is not the Worker's. ` +
      "Check the setting url; a firewall or a proxy may have stopped the call.";
    const retryable = httpStatus === 429 || httpStatus >= 500;
    return errorOfCall(call, { ...details, code, message, executed: "unknown", retryable });
  }
}

/** Returns the error of a 2xx answer whose body is not the reply. */
export function errorOfReply(call: CallDetails, answer: Answer, reason: UnreadableReply): CitrnError {
  return errorOfCall(call, {
    code: "unreadable_reply",
    message: `The Worker answered HTTP ${answer.status}, but ${reason.message}.`,
    executed: "unknown",
    retryable: reason.isBroken,
    httpStatus: answer.status,
    raw: rawOf(answer, call.token),
  });
}

/** Reads the body of a problem (RFC 9457). */
function readProblem(
  body: unknown,
  token: string,
): Pick<CitrnErrorDetails, "code" | "message" | "executed" | "retryable" | "field"> & { requestId?: string } {
  const problem = readFields<{ code: string; detail: string; executed: string; retryable: boolean }>(body, {
    code: "text",
    detail: "text",
    executed: "text",
    retryable: "true or false",
  });
  const { field, request_id } = body as Record<string, unknown>;
  return {
    code: redacted(problem.code, token),
    message: redacted(problem.detail, token),
    executed: problem.executed === "no" ? "no" : "unknown",
    retryable: problem.retryable,
    ...(typeof field === "string" && { field: redacted(field, token) }),
    ...(typeof request_id === "string" && request_id !== "" && { requestId: redacted(request_id, token) }),
  };
}

/** Replaces the token in a text, as it is and as JSON writes it. */
export function redacted(text: string, token: string): string {
  const written = JSON.stringify(token).slice(1, -1);
  return text.replaceAll(token, "[redacted]").replaceAll(written, "[redacted]");
}

function rawOf({ body }: Answer, token: string): string {
  return redacted(new TextDecoder().decode(body), token);
}
