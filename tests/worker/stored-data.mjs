// The data of all Durable Objects of a stopped Worker: read as SQL, and written into the objects of another one.
import { executeSql } from "./object-sql.mjs";

/** The classes of Durable Objects, and how many objects each has (worker/src/storage/object.rs). */
const CLASSES = { IdempotencyShard: 16, InboxShard: 8, CheckoutShard: 16 };

/**
 * Tables and rows of the objects that have any. The values of a row are SQL literals.
 * @typedef {{ schema: string[], rows: { table: string, values: Record<string, string> }[] }} StoredObject
 * @typedef {Record<string, Record<string, StoredObject>>} StoredData by class and name of the object
 */

/** SQLite's own tables, those of the platform, and indexes that belong to a table. */
const OURS = "sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'";

/** Reads all objects. @param {string} disk their directory @returns {Promise<StoredData>} */
export async function readData(disk) {
  /** @type {StoredData} */
  const data = {};
  for (const [className, count] of Object.entries(CLASSES)) {
    const names = Array.from({ length: count }, (_, number) => `shard-${number}`);
    const query = (/** @type {[string][]} */ ...statements) =>
      executeSql(disk, className, Object.fromEntries(names.map((name) => [name, statements])));
    const schemas = await query([`SELECT type, name, sql FROM sqlite_master WHERE ${OURS} ORDER BY rowid`]);
    const used = names.filter((name) => schemas[name][0].length > 0);
    const [first] = used;
    if (first === undefined) continue;
    // All objects of a class have the same tables.
    const tables = schemas[first][0].filter(({ type }) => type === "table").map(({ name }) => String(name));
    const columns = await query(...tables.map((table) => /** @type {[string]} */ ([`PRAGMA table_info(${table})`])));
    const quoted = tables.map((table, index) => {
      const list = columns[first][index].map(({ name }) => `quote("${name}") AS "${name}"`);
      return /** @type {[string]} */ ([`SELECT ${list.join(", ")} FROM ${table} ORDER BY 1`]);
    });
    const rows = await executeSql(disk, className, Object.fromEntries(used.map((name) => [name, quoted])));
    const object = (/** @type {string} */ name) => ({
      schema: schemas[name][0].map(({ sql }) => String(sql)),
      rows: tables.flatMap((table, index) =>
        rows[name][index].map((values) => ({ table, values: /** @type {Record<string, string>} */ (values) })),
      ),
    });
    data[className] = Object.fromEntries(used.map((name) => [name, object(name)]));
  }
  return data;
}

/**
 * Writes objects into an empty directory, as if they had been stored that much later.
 * @param {string} disk
 * @param {StoredData} data
 * @param {number} later in milliseconds
 */
export async function writeData(disk, data, later) {
  const literal = ([/** @type {string} */ column, /** @type {string} */ value]) =>
    // Times are milliseconds since 1970. Smaller numbers, such as 0, mean none.
    /_(?:at|until)$/.test(column) && /^\d{13,}$/.test(value) ? String(Number(value) + later) : value;
  const insert = ({ table, values }) => {
    const literals = Object.entries(values).map(literal);
    return `INSERT INTO ${table} (${Object.keys(values).join(", ")}) VALUES (${literals.join(", ")})`;
  };
  for (const [className, objects] of Object.entries(data)) {
    const statements = Object.entries(objects).map(([name, { schema, rows }]) => [
      name,
      [...schema, ...rows.map(insert)].map((statement) => /** @type {[string]} */ ([statement])),
    ]);
    await executeSql(disk, className, Object.fromEntries(statements));
  }
}
