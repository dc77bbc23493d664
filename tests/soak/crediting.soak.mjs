// 10,000 concurrent deliveries of 1,000 events to a shop that is killed ten times at random, and once at each moment of
// a transaction: each is credited exactly once. A short version is in tests/crediting.
import { test } from "node:test";
import { openPostgres, openSqlite } from "../crediting/databases.mjs";
import { makeShop } from "../crediting/shop.mjs";
import { storm } from "../crediting/storm.mjs";

const DELIVERIES = Number(process.env.SOAK_DELIVERIES ?? 10_000);

for (const [database, open] of /** @type {const} */ ([
  ["postgres", openPostgres],
  ["sqlite", openSqlite],
])) {
  test(`${database}: ${DELIVERIES} deliveries credit each transaction once`, { timeout: 900_000 }, async () => {
    const { env, read, close } = await open();
    const shop = makeShop(database, env);
    try {
      const began = performance.now();
      await storm({ shop, deliveries: DELIVERIES, events: DELIVERIES / 10, kills: 10, read });
      console.log(`${database}: ${DELIVERIES} deliveries in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    } finally {
      await shop.close();
      await close();
    }
  });
}
