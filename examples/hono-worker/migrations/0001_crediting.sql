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
