// Inserts rows into the databases of Durable Objects, by copying a row of the Worker. Needs a Node with node:sqlite.
// node seed.mjs '{"directory":"...","table":"keys","rows":1000,"own":["scope"],"values":{}}'
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const { directory, table, rows, own, values } = JSON.parse(process.argv[2]);
const files = readdirSync(directory).filter((file) => file.endsWith(".sqlite") && !file.startsWith("metadata"));

/** Returns another value of the same length and type, since it is in an index. */
function another(value, row) {
  if (typeof value === "number") return value - row - 1;
  if (value === null) return null;
  return createHash("sha256").update(randomBytes(16)).digest("hex").repeat(2).slice(0, value.length);
}

let left = rows;
for (const [index, file] of files.entries()) {
  const database = new DatabaseSync(path.join(directory, file));
  const stored = database.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
  for (const [name, value] of Object.entries(values)) database.prepare(`UPDATE ${table} SET ${name} = ?`).run(value);
  const template = stored && { ...stored, ...values };
  if (!template) throw new Error(`The Worker has written nothing to ${table} in ${file}.`);
  const columns = Object.keys(template).filter((name) => name !== "seq");
  const insert = database.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  const share = Math.round(left / (files.length - index));
  left -= share;
  database.exec("BEGIN");
  for (let row = 0; row < share; row++) {
    insert.run(...columns.map((name) => (own.includes(name) ? another(template[name], row) : template[name])));
  }
  database.exec("COMMIT");
  database.close();
}
console.log(files.length);
