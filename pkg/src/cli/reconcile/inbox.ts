// Reads the events of the Worker's inbox, with amounts to the last digit.
import { setTimeout } from "node:timers/promises";
import { type Citrn, CitrnError } from "../../index.js";
import type { InboxEvent } from "../../worker/index.js";
import { Exit, Problem } from "../exit.js";
import { workerClient } from "../worker-client.js";
import { type Day, dateOf } from "./day.js";
import { type Effect, effectOf } from "./effect.js";
import type { ReadEvent } from "./transactions.js";

/** The Worker's largest page. */
const PAGE = 100;
/** A larger page is refused by the client: its limit is 360 KiB for an event. */
const MAX_CHARACTERS = PAGE * 360 * 1024;
/** Between requests: 500 a minute, since the Worker may allow 600 for a token (`TOKEN_LIMIT` in wrangler.toml). */
const GAP_MS = 120;

/** Reads the inbox. */
export interface Inbox {
  /** Returns all events that were received since the beginning of a day, in order. */
  since(day: Day): Promise<ReadEvent[]>;
  /** Returns all events of a transaction, in order. */
  ofTransaction(id: string): Promise<ReadEvent[]>;
}

/** Returns the inbox of a Worker. `citrn` reads the bodies. */
export function inboxOf(url: string, token: string, citrn: Citrn): Inbox {
  const worker = workerClient({ url, token, fetch: pacedFetch() });
  const read = async (query: { since?: string; callback_id?: string }) => {
    const events = new Map<string, ReadEvent>();
    for await (const { data, has_more } of worker.callbacks.list({ ...query, limit: PAGE }).pages()) {
      // Every page must bring new events, so that a faulty cursor cannot lead in circles.
      if (has_more && data.length === 0) throw faulty("a page without events is followed by another");
      for (const event of data) {
        if (events.has(event.id)) throw faulty(`event ${event.id} is listed twice`);
        events.set(event.id, readEvent(event, citrn));
      }
    }
    return [...events.values()];
  };
  return { since: (day) => read({ since: dateOf(day) }), ofTransaction: (id) => read({ callback_id: id }) };
}

/**
 * Returns a `fetch` that stays below the Worker's limit, and returns numbers as text: `JSON.parse` would round the
 * gateway's amounts.
 */
function pacedFetch() {
  let next = 0;
  return async (url: string, init: object) => {
    const now = Date.now();
    next = Math.max(now, next) + GAP_MS;
    await setTimeout(next - GAP_MS - now);
    const response = await fetch(url, init);
    const text = await textOf(response);
    return new Response(text.length > MAX_CHARACTERS ? text : numbersAsText(text), response);
  };
}

/** Returns the text of a body; if it is too large, only enough of it for the client to refuse it. */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_CHARACTERS) return text;
  }
  return text + decoder.decode();
}

/** Puts each number of a JSON text in quotes. */
export function numbersAsText(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) => (part.startsWith('"') ? part : `"${part}"`));
}

function readEvent(event: InboxEvent, citrn: Citrn): ReadEvent {
  const { id, status, callback, body_base64, callback_id, is_final, received_at, review } = event;
  const at = Date.parse(received_at);
  // An event without a time or its finality would be left out silently.
  if (Number.isNaN(at)) throw faulty(`received_at of event ${id} is not a time`);
  if (typeof is_final !== "boolean") throw faulty(`is_final of event ${id} is not true or false`);
  const body = callback ? JSON.stringify(callback) : body_base64 && Buffer.from(body_base64, "base64");
  return {
    ...{ id, status, transaction: callback_id, at },
    ...{ isFinal: is_final, isConflict: review === "conflict", isRepeated: /^(amended|conflict)$/.test(review ?? "") },
    ...{ effect: body ? readBody(body, citrn) : undefined, hasBody: Boolean(body) },
  };
}

function faulty(problem: string): Problem {
  return new Problem(Exit.gateway, `The Worker's list of events is invalid: ${problem}.`);
}

/** Reads a body as the package reads callbacks. The Worker verified it, so it is signed again. */
function readBody(body: string | Uint8Array, citrn: Citrn): Effect | undefined {
  try {
    return effectOf(citrn.callbacks.verify(body, citrn.callbacks.sign(body)));
  } catch (error) {
    if (error instanceof CitrnError && error.code === "invalid_callback") return undefined;
    throw error;
  }
}
