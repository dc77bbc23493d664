// Answers deliveries of callbacks. `callbackHandler` and `webhookHandler` share this code.
import type { CitrnError } from "./error.js";
import type { CallbackHeaders } from "./headers.js";
import { configuration, parameter } from "./failure.js";
import type { Bytes } from "./settings.js";
import { type CallbackSpan, subscribed, trace } from "./tracing.js";

/** The data of an event, with the field names of the Worker. */
export interface CallbackEventData {
  /** The transaction; null if the callback could not be read. */
  readonly callback_id: string | null;
  /** The status of the transaction, such as `confirmed`; null if the callback could not be read. */
  readonly status: string | null;
  /** Whose deposit it is: your `foreign_id` of the customer. */
  readonly customer_id: string | null;
  /** Whether nothing more comes after this status. */
  readonly is_final: boolean;
  /** Whether this is about money that comes in. */
  readonly is_deposit: boolean;
  /**
   * Whether a deposit arrived in another currency than that of its address: `credit.currency`, if there is a credit.
   * Missing behind a Worker that does not know it yet.
   */
  readonly is_unexpected_currency?: boolean;
  /** The credit, and its customer. The amount is decimal text, after fees. Null if there is nothing to credit. */
  readonly credit: { readonly customer_id: string; readonly currency: string; readonly amount: string } | null;
  /** Why a person must look at this, such as `amount_unreadable`, or null. Never set together with `credit`. */
  readonly review: string | null;
  /** The gateway's callback; null if it could not be read, or is no longer stored. */
  readonly callback: unknown;
}

/** An event of a transaction, as `process` and `review` get it, with the Worker or without. */
export interface CallbackEvent {
  /** Identifies the event: the same when it is delivered again. */
  readonly id: string;
  /** The key to insert under a unique constraint, in the transaction that credits. */
  readonly key: string;
  /** `callback.received`, `callback.amended`, `callback.conflict` or `callback.unreadable`. */
  readonly type: string;
  readonly data: CallbackEventData;
  /** The bytes of the body, which were signed. Not enumerable. */
  readonly rawBody: Uint8Array;
}

/** Your side of a handler. */
export interface EventHandlers<Event> {
  /**
   * Runs one database transaction that inserts `event.key` under a unique constraint, and credits if there is
   * `event.data.credit`. Returns `"done"` once it has committed, or `"duplicate"` if the key was there already. Both
   * are answered with 200. If it throws, the answer is 500, and the event comes again.
   */
  readonly process: (event: Event) => Promise<"done" | "duplicate">;
  /**
   * Stores an event for a person to look at: `event.data.review` says why. Among them are signed bodies that cannot be
   * read, with the type `callback.unreadable`. Answered with 200 once it has settled; if it throws, with 500.
   */
  readonly review: (event: Event) => unknown;
  /** Receives errors thrown while an event was handled. Default: `console.error`, also for errors of `onError`. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
  /**
   * Adds the customer to spans on the diagnostics channel `citrn:callback`. By default no span has data of a payer.
   */
  readonly traceForeignId?: boolean | undefined;
}

/** A `Request` of any runtime. */
export interface RequestLike {
  readonly method: string;
  readonly headers: CallbackHeaders;
  readonly bodyUsed: boolean;
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): Promise<unknown>;
    };
  } | null;
}

/** The platform's `Response`, where its types are known. */
type HostResponse = typeof globalThis extends { Response: { prototype: infer T } } ? T : object;

/** Answers a delivery. Takes the `Request` of any runtime. */
export type Handler = (request: RequestLike) => Promise<HostResponse>;

/** Largest body in bytes: four times the limit of the Worker for a callback. */
const MAX_BODY = 2 ** 20;

/**
 * Makes a handler.
 *
 * @param read checks who sent a body and makes its event. Its `invalid_signature` is answered with 401.
 * @internal
 */
export function makeHandler<Event extends CallbackEvent>(
  { process, review, onError = console.error, traceForeignId }: EventHandlers<Event>,
  read: (body: Bytes, headers: CallbackHeaders) => Promise<Event>,
): Handler {
  for (const [name, given] of Object.entries({ process, review, onError })) {
    if (typeof given !== "function") throw configuration(name, "must be a function of the event");
  }

  const handle = async (request: RequestLike, fields: CallbackSpan): Promise<HostResponse> => {
    if (request.method !== "POST") return answer(405, "only POST", { Allow: "POST" });
    if (request.bodyUsed) {
      throw parameter("request", "was read already; call the handler before anything reads its body");
    }
    const body = await readBody(request);
    if (!body) return answer(413, `more than ${MAX_BODY} bytes`);
    let event: Event;
    try {
      event = await read(body, request.headers);
    } catch (error) {
      const { code, message } = error as CitrnError;
      fields.code = code;
      if (code === "invalid_signature") return answer(401, message);
      throw error;
    }
    fields.type = event.type;
    if (traceForeignId && event.data.customer_id !== null) fields.foreign_id = event.data.customer_id;
    if (event.data.review !== null) {
      await review(event);
      return answer(200, "review");
    }
    const outcome: unknown = await process(event);
    if (outcome === "done" || outcome === "duplicate") return answer(200, outcome);
    throw configuration("process", 'must return "done" or "duplicate", after its transaction has committed');
  };

  const respond = async (request: RequestLike, fields: CallbackSpan): Promise<HostResponse> => {
    try {
      return await handle(request, fields);
    } catch (error) {
      // If reporting fails too, the sender still gets its answer.
      await Promise.reject(error).catch(onError).catch(console.error);
      return answer(500, "not handled");
    }
  };

  return async (request) => {
    const fields: CallbackSpan = {};
    const handled = () => respond(request, fields);
    const channel = subscribed("callback");
    if (!channel) return handled();
    return trace(channel, {}, handled, (response) => ({ ...fields, status: (response as Response).status }));
  };
}

function answer(status: number, text: string, headers: Record<string, string> = {}): HostResponse {
  return new Response(`${text}\n`, { status, headers });
}

/** Reads a body; `undefined` if it is too long. */
async function readBody({ body }: RequestLike): Promise<Bytes | undefined> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const value = (await reader?.read())?.value;
    if (!value) return new Uint8Array(await new Blob(chunks as Bytes[]).arrayBuffer());
    chunks.push(value);
    size += value.length;
    if (size > MAX_BODY) return void (await reader?.cancel());
  }
}

/**
 * Makes an event.
 *
 * @internal
 */
export function eventOf<T extends object>(fields: T, rawBody: Uint8Array): T & { readonly rawBody: Uint8Array } {
  return Object.defineProperty(fields as T & { rawBody: Uint8Array }, "rawBody", { value: rawBody });
}

/** The data of a signed body that cannot be read. */
export const UNREADABLE: CallbackEventData = {
  callback_id: null,
  status: null,
  customer_id: null,
  is_final: false,
  is_deposit: false,
  credit: null,
  review: "unreadable",
  callback: null,
};
