// Inserts rows into the databases of Durable Objects, by copying a row of the Worker. Needs a Node with node:sqlite.
// node seed.mjs '{"directory":"...","table":"keys","rows":1000,"own":["scope"]}'
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const { directory, table, rows, own } = JSON.parse(process.argv[2]);
const files = readdirSync(directory).filter((file) => file.endsWith(".sqlite") && !file.startsWith("metadata"));
let left = rows;
for (const [index, file] of files.entries()) {
  const database = new DatabaseSync(path.join(directory, file));
  const template = database.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
  if (!template) throw new Error(`The Worker has written nothing to ${table} in ${file}.`);
  const columns = Object.keys(template).filter((name) => name !== "seq");
  const insert = database.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  const share = Math.round(left / (files.length - index));
  left -= share;
  database.exec("BEGIN");
  for (let row = 0; row < share; row++) {
    // Values that differ between rows keep their length and type, since they are in indexes.
    const fresh = createHash("sha256").update(randomBytes(16)).digest("hex");
    insert.run(
      ...columns.map((name) =>
        own.includes(name) && template[name] !== null
          ? fresh.repeat(2).slice(0, String(template[name]).length)
          : template[name],
      ),
    );
  }
  database.exec("COMMIT");
  database.close();
}
console.log(files.length);
