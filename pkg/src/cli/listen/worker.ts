// The events of a Worker's inbox, in the order in which they were queued for delivery.
import type { InboxEvent } from "../../worker/index.js";
import { workerClient } from "../worker-client.js";
import { labelOf, type ListedEvent, type Source } from "./event.js";
import { exactJson, markingFetch, plainText } from "./exact-json.js";

/** The filters with which no event is missed. `state` is none: an event that changes to it later would be missing. */
export const FILTERS = ["type", "foreign_id", "callback_id"] as const;

export type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

/** The Worker's largest page. */
const PAGE = 100;

/** Returns the events of a Worker. */
export function workerSource(url: string, token: string, filters: Filters): Source {
  const worker = workerClient({ url, token, fetch: markingFetch });
  // With this order, a redelivered event appears again after the cursor.
  const list = (after: string, limit: number, signal: AbortSignal) =>
    worker.callbacks.list({ ...(filters as object), order: "delivery", after, limit }, { signal });
  const pageAfter = async (after: string, limit: number, signal: AbortSignal) => {
    for await (const page of list(after, limit, signal).pages()) return page;
    throw new Error("a list has at least one page");
  };
  return {
    name: url,
    end: async (signal) => (await pageAfter("now", 1, signal)).next,
    async *read(after, signal) {
      for await (const event of list(after, PAGE, signal).stream()) yield listed(event, event.next);
    },
    async find(ids, after, signal) {
      const { data, next } = await pageAfter(after, PAGE, signal);
      return data.filter(({ id }) => ids.has(id)).map((event) => listed(event, next));
    },
  };
}

/** Returns an event with the body of its delivery. The fields of the list that a delivery does not have are left out. */
function listed(event: InboxEvent & { next?: string }, next: string): ListedEvent {
  const { id, type, received_at, current_status, delivery, erased_at, next: _, ...data } = event;
  const { callback, body_base64, callback_id, status } = data;
  const hasBody = callback !== null || body_base64 !== undefined;
  const kind = typeof callback?.type === "string" ? callback.type : type;
  return {
    id,
    transaction: plainText(callback_id ?? id),
    label: labelOf(plainText(kind), status === null ? null : plainText(status)),
    body: hasBody ? exactJson({ type, timestamp: received_at, data }) : undefined,
    next,
  };
}
