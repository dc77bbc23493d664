// Credits each deposit once: https://github.com/citrn/citrn/blob/main/docs/crediting.md
import type { CallbackEvent } from "citrn";

/** Makes the functions for a handler, for the database of a request: `creditingIn(env.DB)`. */
export function creditingIn(database: D1Database) {
  return {
    async process(event: CallbackEvent): Promise<"done" | "duplicate"> {
      const { id, key, data } = event;
      const statements = [database.prepare("insert into citrn_events (key, event_id) values (?, ?)").bind(key, id)];
      if (data.credit) {
        const { customer_id, currency, amount } = data.credit;
        const insert = "insert into credits (transaction_id, customer_id, currency, amount) values (?, ?, ?, ?)";
        statements.push(database.prepare(insert).bind(key, customer_id, currency, amount));
      }
      try {
        await database.batch(statements);
        return "done";
      } catch (error) {
        const find = database.prepare("select event_id from citrn_events where key = ?").bind(key);
        const first = await find.first<string>("event_id");
        if (first === null) throw error;
        // Another event took the key: a person must look at this one.
        if (first !== id) await review(event, "key_taken").run();
        return "duplicate";
      }
    },
    async review(event: CallbackEvent): Promise<void> {
      const insert = "insert into citrn_events (key, event_id) values (?, ?) on conflict do nothing";
      await database.batch([
        database.prepare(insert).bind(event.key, event.id),
        review(event, event.data.review ?? "none"),
      ]);
    },
  };

  function review({ id, rawBody }: CallbackEvent, reason: string): D1PreparedStatement {
    const insert = "insert into citrn_reviews (event_id, reason, body) values (?, ?, ?) on conflict do nothing";
    return database.prepare(insert).bind(id, reason, rawBody);
  }
}
