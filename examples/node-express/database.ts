import { DatabaseSync } from "node:sqlite";

export const database = new DatabaseSync(process.env.DATABASE_FILE ?? "shop.db", { timeout: 5000 });
database.exec("pragma journal_mode = wal; pragma synchronous = full");
database.exec(`
create table if not exists citrn_events (
  key text primary key,
  event_id text not null
) strict;
create table if not exists citrn_reviews (
  event_id text primary key,
  reason text not null,
  body blob not null,
  created_at text not null default current_timestamp
) strict;
create table if not exists credits (
  transaction_id text primary key,
  customer_id text not null,
  currency text not null,
  amount text not null
) strict;
`);

const findCredits = database.prepare("select currency, amount from credits where customer_id = ?");

/** Returns what was credited to a customer, or for an order. */
export function creditsOf(customerId: string) {
  return findCredits.all(customerId) as { currency: string; amount: string }[];
}
