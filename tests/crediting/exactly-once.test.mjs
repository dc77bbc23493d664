// The recipes of docs/crediting.md under concurrent deliveries, while the shop is killed. The long version is a soak.
import { test } from "node:test";
import { openPostgres, openSqlite } from "./databases.mjs";
import { withoutPostgres } from "./postgres.mjs";
import { makeShop } from "./shop.mjs";
import { storm } from "./storm.mjs";

for (const [database, open, skip] of /** @type {const} */ ([
  ["postgres", openPostgres, withoutPostgres],
  ["sqlite", openSqlite, false],
])) {
  test(`${database}: each transaction is credited exactly once`, { skip, timeout: 60_000 }, async () => {
    const { env, read, close } = await open();
    const shop = makeShop(database, env);
    try {
      await storm({ shop, deliveries: 1_000, events: 100, kills: 3, read });
    } finally {
      await shop.close();
      await close();
    }
  });
}
