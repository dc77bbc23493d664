// Lists the events of the inbox: over all pages, or page by page.
import { parameter } from "../failure.js";
import { entriesOf } from "../input.js";
import type { CallbackPage, CallbacksListParameters, InboxEvent } from "./contract.js";
import type { CallbackList } from "./methods.js";
import { readQuery } from "./parameters.js";
import { type Fields, readFields, UnreadableReply } from "./reply.js";
import type { Operation } from "./request.js";

/** Most bytes of one event: a callback of 256 KiB in base64, and the other fields. */
const MAX_EVENT_BYTES = 360 * 1024;

/** The fields that a shop decides by. An older Worker has no `credit` and no `review`. */
const EVENT: Fields<Pick<InboxEvent, "id" | "type" | "callback_id" | "status" | "credit" | "review">> = {
  id: "text",
  type: "text",
  callback_id: "text or null",
  status: "text or null",
  credit: "an object or null",
  review: "text or null",
};

/** Events on a page: by default, and at most. */
const LIMIT = { byDefault: 50, most: 100 };

/** Returns the list. Each iteration starts at the first page; `call` requests a page. */
export function callbackList(
  parameters: CallbacksListParameters,
  call: (page: Operation<CallbackPage>) => Promise<CallbackPage>,
): CallbackList {
  // Copied once, so that a change by the caller does not mix two lists.
  const own: CallbacksListParameters = Object.fromEntries(entriesOf("parameters", parameters, parameter));
  const { after: first, ...rest } = own;
  const query = readQuery({ ...rest, after: first });
  async function* pages(): AsyncGenerator<CallbackPage> {
    let [path, after] = [`/v1/callbacks${query}`, first];
    for (;;) {
      const page: CallbackPage = await call(pageAt(path, rest.limit, after));
      yield page;
      if (!page.has_more) return;
      after = page.next;
      path = `/v1/callbacks${readQuery({ ...rest, after })}`;
    }
  }
  async function* events(): AsyncGenerator<InboxEvent> {
    for await (const { data } of pages()) yield* data;
  }
  return { pages, [Symbol.asyncIterator]: events };
}

/** @param after the `next` of the page before */
function pageAt(path: string, limit: unknown, after: string | null | undefined): Operation<CallbackPage> {
  const count = typeof limit === "number" && limit > 0 ? Math.min(limit, LIMIT.most) : LIMIT.byDefault;
  return {
    method: "GET",
    path,
    maxReplyBytes: count * MAX_EVENT_BYTES,
    read(body) {
      const page = readFields<CallbackPage>(body, { data: "a list", has_more: "true or false", next: "text" });
      for (const [at, event] of page.data.entries()) {
        readFields(event, EVENT, `data[${at}]`);
      }
      if (page.has_more && page.next === after) throw new UnreadableReply("next leads to the same page again");
      return page;
    },
  };
}
