// Writes the databases of earlier versions of the inbox.
import { executeSql } from "./object-sql.mjs";

/** The class of the inbox objects. */
export const CLASS = "InboxShard";
const OBJECTS = 8;

/** The object that stores a transaction. This never changes, or stored events would not be found again. */
export const objectOf = (event) => `shard-${parseInt(event.transaction_key.slice(0, 2), 16) % OBJECTS}`;

/** Writes the database of an earlier version. @param {string} disk */
export async function store(disk, { schema, events }) {
  const now = Date.now();
  const statements = Object.fromEntries(
    Array.from({ length: OBJECTS }, (_, number) => [`shard-${number}`, schema.map((statement) => [statement])]),
  );
  for (const event of events) {
    const { body, received_ms_ago: received, next_ms_ago: next, ...columns } = event;
    const row = { ...columns, received_at: now - received, next_at: now - next };
    const names = [...Object.keys(row), "body"];
    const insert = `INSERT INTO events (${names.join(", ")}) VALUES (${names.map((name) => (name === "body" ? "CAST(? AS BLOB)" : "?")).join(", ")})`;
    statements[objectOf(event)].push([insert, ...Object.values(row), body]);
  }
  await executeSql(disk, CLASS, statements);
}
