// Lists the events or deposits of the inbox: over all pages, page by page, or as a stream.
import { parameter } from "../failure.js";
import { entriesOf } from "../input.js";
import { type Transport, transport } from "../transport.js";
import type { Settings } from "./configuration.js";
import type { Deposit, InboxEvent } from "./contract.js";
import type { EntryList, Streamed } from "./methods.js";
import { readQuery } from "./parameters.js";
import { type Fields, readFields, UnreadableReply } from "./reply.js";
import type { Operation } from "./request.js";
import { openStream } from "./stream.js";

/** Most bytes of one event: a callback of 256 KiB in base64, and the other fields. */
const MAX_EVENT_BYTES = 360 * 1024;

/** The fields that a shop decides by. An older Worker has no `credit` and no `review`. */
export const EVENT: Fields<Pick<InboxEvent, "id" | "type" | "callback_id" | "status" | "credit" | "review">> = {
  id: "text",
  type: "text",
  callback_id: "text or null",
  status: "text or null",
  credit: "an object or null",
  review: "text or null",
};

export const DEPOSIT: Fields<Pick<Deposit, "id" | "state" | "currency" | "amount_after_fees">> = {
  id: "text",
  state: "text",
  currency: "text or null",
  amount_after_fees: "text or null",
};

/** Entries on a page: by default, and at most. */
const LIMIT = { byDefault: 50, most: 100 };

/** The fields of a page of any list. */
export interface Page<Entry> {
  readonly data: readonly Entry[];
  readonly has_more: boolean;
  readonly next: string;
}

const NEXT: Fields<Pick<Line, "next">> = { next: "text" };

/** The last line of a part of a stream: an entry, or the end. */
interface Line {
  readonly next: string;
  readonly end?: true;
  readonly has_more?: boolean;
}

/**
 * Returns a list. Each iteration starts at its beginning.
 *
 * @param fields the fields of an entry
 * @param call requests a page, or reads a part of a stream with its transport
 */
export function entryList<Entry extends object, P extends Page<Entry>>(
  path: string,
  fields: Fields<object>,
  parameters: { readonly after?: string | null | undefined; readonly limit?: number | null | undefined },
  { fetch }: Settings,
  call: <T>(operation: Omit<Operation<T>, "endpoint">, transport?: Transport) => Promise<T>,
): EntryList<Entry, P> {
  // Copied once, so that a change by the caller does not mix two lists.
  const { after: first, ...rest } = Object.fromEntries(entriesOf("parameters", parameters, parameter));
  const { limit } = rest;
  const count = typeof limit === "number" && limit > 0 ? Math.min(limit, LIMIT.most) : LIMIT.byDefault;
  const pathAt = (after: unknown) => path + readQuery({ ...rest, after });
  // Invalid parameters are refused immediately.
  pathAt(first);

  async function* each<T extends Page<unknown>>(read: (body: unknown, after: unknown) => T, own?: Transport) {
    for (let after = first; ; ) {
      const at = after;
      const page: T = await call(
        { method: "GET", path: pathAt(at), maxReplyBytes: count * MAX_EVENT_BYTES, read: (body) => read(body, at) },
        own,
      );
      yield page;
      if (!page.has_more) return;
      after = page.next;
    }
  }
  const pages = () =>
    each((body, after) => {
      const page = readFields<Page<Entry>>(body, { data: "a list", has_more: "true or false", next: "text" });
      for (const [at, entry] of page.data.entries()) readFields(entry, fields, `data[${at}]`);
      checkProgress(page, after);
      return page as P;
    });
  async function* events() {
    for await (const { data } of pages()) yield* data;
  }
  async function* stream() {
    const { fetch: part, close } = openStream(fetch, MAX_EVENT_BYTES);
    /** Where the stream begins. */
    let beginning: unknown = first;
    const read = (body: unknown): Page<Streamed<Entry>> => {
      const lines = body as unknown[];
      const {
        next,
        end,
        has_more = true,
      } = readFields<Pick<Line, "next">>(lines.at(-1), NEXT, "the last line") as Line;
      if (end) {
        lines.pop();
        close();
        checkProgress({ next, has_more }, beginning);
        beginning = next;
      }
      const data = lines.map((line) => readFields<object>(line, { ...fields, ...NEXT }, "a line") as Streamed<Entry>);
      return { data, next, has_more };
    };
    try {
      for await (const { data } of each(read, transport(part))) yield* data;
    } finally {
      close();
    }
  }
  return { pages, stream, [Symbol.asyncIterator]: events };
}

/** Refuses a page, or a stream, that would be followed by itself without end. */
function checkProgress({ next, has_more }: Omit<Page<unknown>, "data">, after: unknown): void {
  if (has_more && next === after) throw new UnreadableReply("next leads to the same page again");
}
