import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./root.mjs";

/** The origin that the examples return to after paying; it exists nowhere. */
export const SHOP_ORIGIN = "https://shop.example";

/**
 * Makes the settings of one local run: fresh secrets, in a file that only this user can read and that goes away with
 * the run. `wrangler dev --env-file` reads it in place of .dev.vars, which stays the user's own.
 */
export function makeLocalSettings() {
  const directory = inRoot(".wrangler", `start-${process.pid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

  const apiKey = randomBytes(16).toString("hex");
  const secret = randomBytes(32).toString("hex");
  const bearer = randomBytes(24).toString("hex");
  const envFile = path.join(directory, "worker.env");
  const secrets = {
    CITRN_API_KEY: apiKey,
    CITRN_SECRET: secret,
    CHECKOUT_SECRETS: `start:${randomBytes(32).toString("base64")}`,
    WORKER_TOKENS: JSON.stringify([{ name: "start", token: bearer }]),
  };
  const text = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(envFile, text.join(""), { mode: 0o600 });

  return {
    apiKey,
    secret,
    bearer,
    envFile,
    /** The state of the Durable Objects: as short-lived as the sandbox that it refers to. */
    stateDirectory: path.join(directory, "state"),
  };
}
