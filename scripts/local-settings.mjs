import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./root.mjs";

/**
 * Creates the settings of one local run: new secrets, in a file that only this user can read and that is deleted
 * at exit. `wrangler dev --env-file` reads it instead of .dev.vars, which belongs to the user.
 */
export function makeLocalSettings() {
  const directory = inRoot(".wrangler", `start-${process.pid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

  const [apiKey, secret, bearer] = [16, 32, 24].map((bytes) => randomBytes(bytes).toString("hex"));
  const secrets = {
    CITRN_API_KEY: apiKey,
    CITRN_SECRET: secret,
    CHECKOUT_SECRETS: `start:${randomBytes(32).toString("base64")}`,
    WORKER_TOKENS: JSON.stringify([{ name: "start", token: bearer }]),
  };
  const envFile = path.join(directory, "worker.env");
  const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  // The state of the Durable Objects is deleted too, since it refers to this run's sandbox.
  return { apiKey, secret, bearer, envFile, stateDirectory: path.join(directory, "state") };
}
