// The databases of the recipes, with their schemas and contents.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connect, startPostgres } from "./postgres.mjs";
import { samplesOf } from "./samples.mjs";

const samples = samplesOf("docs/crediting.md");
/** The schema of a recipe. @param {string} name */
const schemaOf = (name) => /** @type {string} */ (samples.get(`${name}-schema`));

const CREDITS = "select transaction_id, amount from credits";
const REVIEWS = "select event_id, reason, body from citrn_reviews";
const KEYS = "select key from citrn_events";

/** @param {any[]} credits @param {any[]} reviews @param {any[]} keys */
const held = (credits, reviews, keys) => ({
  credits: credits.map(({ transaction_id, amount }) => /** @type {[string, string]} */ ([transaction_id, amount])),
  reviews: reviews.map(({ event_id }) => event_id),
  reasons: reviews.map(({ reason }) => reason),
  bodies: reviews.map(({ body }) => Buffer.from(body).toString()),
  keys: keys.map(({ key }) => key),
});

/** Starts a Postgres that has the schema. */
export async function openPostgres() {
  const server = await startPostgres();
  const sql = connect(server.url);
  await sql.unsafe(schemaOf("postgres"));
  return {
    env: { DATABASE_URL: server.url },
    async read() {
      const [credits, reviews, keys] = [await sql.unsafe(CREDITS), await sql.unsafe(REVIEWS), await sql.unsafe(KEYS)];
      return held(credits, reviews, keys);
    },
    async close() {
      await sql.end();
      await server.stop();
    },
  };
}

/** Makes a SQLite file that has the schema. */
export async function openSqlite() {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-sqlite-"));
  const file = path.join(directory, "shop.db");
  const database = new DatabaseSync(file);
  database.exec(schemaOf("sqlite"));
  return {
    env: { DATABASE_FILE: file },
    async read() {
      const all = (/** @type {string} */ query) => database.prepare(query).all();
      return held(all(CREDITS), all(REVIEWS), all(KEYS));
    },
    async close() {
      database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Gives a D1 database the schema. @param {any} database */
export async function openD1(database) {
  const statements = schemaOf("sqlite")
    .split(";")
    .filter((statement) => statement.trim() !== "");
  await database.batch(statements.map((statement) => database.prepare(statement)));
  const all = async (/** @type {string} */ query) => (await database.prepare(query).all()).results;
  return { read: async () => held(await all(CREDITS), await all(REVIEWS), await all(KEYS)) };
}
