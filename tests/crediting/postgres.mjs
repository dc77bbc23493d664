// A separate Postgres server for a test.
import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { findProgram } from "../../scripts/chromium.mjs";
import { freePort } from "../../scripts/ports.mjs";

const run = promisify(execFile);

/** Where Debian has the server's programs, which are not on PATH. */
const DEBIAN = "/usr/lib/postgresql";
const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
const initdb = findProgram(
  ["initdb"],
  versions.map((version) => path.join(DEBIAN, version, "bin", "initdb")),
);

/** Why the tests with Postgres are skipped, or false. */
export const withoutPostgres = initdb
  ? false
  : "Postgres is missing: `apt-get install postgresql`, or on macOS `brew install postgresql`";

/** Postgres refuses to run as root. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
  return { uid, gid };
}

/**
 * Starts a server with an empty database.
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startPostgres() {
  if (!initdb) throw new Error(/** @type {string} */ (withoutPostgres));
  const bin = path.dirname(initdb);
  const as = owner();
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-postgres-"));
  if (as.uid !== undefined) chownSync(directory, as.uid, as.gid);
  const data = path.join(directory, "data");
  const program = (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
    run(path.join(bin, name), args, { cwd: directory, env: { PATH: process.env.PATH, LC_ALL: "C" }, ...as });
  await program("initdb", "-D", data, "-A", "trust", "-U", "shop", "-E", "UTF8", "--no-sync");
  const port = await freePort(0, { purpose: "Postgres", flag: "--port" });
  // Without fsync: the tests kill the shop, not the server.
  const options = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c fsync=off`;
  await program("pg_ctl", "-D", data, "-o", options, "-l", path.join(directory, "log"), "-w", "start");
  return {
    url: `postgres://shop@127.0.0.1:${port}/postgres`,
    async stop() {
      await program("pg_ctl", "-D", data, "-m", "fast", "-w", "stop");
      rmSync(directory, { recursive: true });
    },
  };
}

/** A connection to such a server. @param {string} url */
export const connect = (url) => postgres(url, { max: 1, onnotice() {} });
