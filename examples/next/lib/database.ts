import "server-only";
import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
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
`;

let opened: DatabaseSync | undefined;

/** Opens the database on first use: `next build` loads this module too. */
export function openDatabase(): DatabaseSync {
  if (opened) return opened;
  const database = new DatabaseSync(process.env.DATABASE_FILE ?? "shop.db", { timeout: 5000 });
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  database.exec(SCHEMA);
  opened = database;
  return database;
}

/** Returns what was credited to a customer, or for an order. */
export function creditsOf(customerId: string) {
  const find = openDatabase().prepare("select transaction_id, currency, amount from credits where customer_id = ?");
  return find.all(customerId) as { transaction_id: string; currency: string; amount: string }[];
}
