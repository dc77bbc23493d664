// Credits each deposit once: https://github.com/citrn/citrn/blob/main/docs/crediting.md
import type { CallbackEvent } from "citrn";
import { openDatabase } from "./database";

export async function processEvent(event: CallbackEvent): Promise<"done" | "duplicate"> {
  return transaction(() => {
    if (!takeKey(event)) {
      // Another event took the key: a person must look at this one.
      if (firstEventOf(event.key) !== event.id) store(event, "key_taken");
      return "duplicate";
    }
    const { credit } = event.data;
    if (credit) {
      const insert = "insert into credits (transaction_id, customer_id, currency, amount) values (?, ?, ?, ?)";
      openDatabase().prepare(insert).run(event.key, credit.customer_id, credit.currency, credit.amount);
    }
    return "done";
  });
}

export async function reviewEvent(event: CallbackEvent): Promise<void> {
  transaction(() => {
    takeKey(event);
    store(event, event.data.review ?? "none");
  });
}

function takeKey({ key, id }: CallbackEvent): boolean {
  const insert = "insert into citrn_events (key, event_id) values (?, ?) on conflict do nothing";
  return openDatabase().prepare(insert).run(key, id).changes === 1;
}

function firstEventOf(key: string) {
  return openDatabase().prepare("select event_id from citrn_events where key = ?").get(key)?.event_id;
}

function store({ id, rawBody }: CallbackEvent, reason: string): void {
  const insert = "insert into citrn_reviews (event_id, reason, body) values (?, ?, ?) on conflict do nothing";
  openDatabase().prepare(insert).run(id, reason, rawBody);
}

/** Runs the statements of a function in one transaction. The function must not be asynchronous. */
function transaction<T>(work: () => T): T {
  const database = openDatabase();
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
