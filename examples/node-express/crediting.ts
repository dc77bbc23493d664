// Credits each deposit once: https://github.com/citrn/citrn/blob/main/docs/crediting.md
import type { CallbackEvent } from "citrn";
import { database } from "./database.ts";

const insertKey = database.prepare("insert into citrn_events (key, event_id) values (?, ?) on conflict do nothing");
const findEvent = database.prepare("select event_id from citrn_events where key = ?");
const insertReview = database.prepare(
  "insert into citrn_reviews (event_id, reason, body) values (?, ?, ?) on conflict do nothing",
);
const insertCredit = database.prepare(
  "insert into credits (transaction_id, customer_id, currency, amount) values (?, ?, ?, ?)",
);

export async function processEvent(event: CallbackEvent): Promise<"done" | "duplicate"> {
  const { id, key, rawBody, data } = event;
  return transaction(() => {
    if (insertKey.run(key, id).changes === 0) {
      // Another event took the key: a person must look at this one.
      if (findEvent.get(key)?.event_id !== id) insertReview.run(id, "key_taken", rawBody);
      return "duplicate";
    }
    if (data.credit) insertCredit.run(key, data.credit.customer_id, data.credit.currency, data.credit.amount);
    return "done";
  });
}

export async function reviewEvent({ id, key, rawBody, data }: CallbackEvent): Promise<void> {
  transaction(() => {
    insertKey.run(key, id);
    insertReview.run(id, data.review ?? "none", rawBody);
  });
}

/** Runs the statements of a function in one transaction. The function must not be asynchronous. */
function transaction<T>(work: () => T): T {
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}
