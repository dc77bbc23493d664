// Prints the bytes of a row in the databases of Durable Objects, its share of the indexes included, before and after a
// statement, and the milliseconds of others, for a row. Needs a Node with node:sqlite.
// node bytes.mjs '{"directory":"...","table":"keys","statement":"...","timed":["REINDEX keys_by_end"]}'
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const { directory, table, statement, timed = [] } = JSON.parse(process.argv[2]);
const sum = { rows: 0, before: 0, after: 0, milliseconds: 0 };
for (const file of readdirSync(directory).filter((file) => file.endsWith(".sqlite") && !file.startsWith("metadata"))) {
  const database = new DatabaseSync(path.join(directory, file));
  const value = (/** @type {string} */ query) => Number(Object.values(database.prepare(query).get() ?? {})[0]);
  const size = () => (value("PRAGMA page_count") - value("PRAGMA freelist_count")) * value("PRAGMA page_size");
  sum.rows += value(`SELECT count(*) FROM ${table}`);
  sum.before += size();
  const began = performance.now();
  for (const one of timed) database.exec(one);
  sum.milliseconds += performance.now() - began;
  if (statement) database.exec(statement);
  sum.after += size();
  database.close();
}
const { rows, ...sums } = sum;
console.log(JSON.stringify(Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value / rows]))));
