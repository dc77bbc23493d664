// Reads and writes the databases of Durable Objects while the Worker is stopped. This runs on workerd, where only the
// objects can open their databases.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compatibilityDate, quoted, start } from "./workerd.mjs";

const MODULE = `
import { DurableObject } from "cloudflare:workers";
export class Database extends DurableObject {
  async fetch(request) {
    const sql = this.ctx.storage.sql;
    const results = (await request.json()).map(([statement, ...values]) => sql.exec(statement, ...values).toArray());
    await this.ctx.storage.sync();
    return Response.json(results);
  }
}
export default {
  fetch(request, env) {
    return env.OBJECTS.get(env.OBJECTS.idFromName(new URL(request.url).pathname.slice(1))).fetch(request);
  }
};
`;

/**
 * Executes statements in objects.
 * @param {string} disk the directory of the objects
 * @param {string} className the objects' class
 * @param {Record<string, [statement: string, ...values: (string | number | null)[]][]>} statements by object name
 * @returns {Promise<Record<string, Record<string, unknown>[][]>>} the rows of each statement, by the name of the object
 */
export async function executeSql(disk, className, statements) {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-sql-"));
  const config = path.join(directory, "workerd.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "disk", disk = (path = ${quoted(disk)}, writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "index.js", esModule = ${quoted(MODULE)})],
  compatibilityDate = ${quoted(compatibilityDate())},
  bindings = [(name = "OBJECTS", durableObjectNamespace = "Database")],
  durableObjectNamespaces = [(className = "Database", uniqueKey = ${quoted(className)}, enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
);
`,
  );
  const { port, stop } = await start(config);
  try {
    /** @type {Record<string, Record<string, unknown>[][]>} */
    const results = {};
    for (const [name, list] of Object.entries(statements)) {
      const response = await fetch(`http://127.0.0.1:${port}/${name}`, { method: "POST", body: JSON.stringify(list) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
      results[name] = JSON.parse(text);
    }
    return results;
  } finally {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
