import { createHash } from "node:crypto";
import { homedir } from "node:os";
import path from "node:path";
import type { Environment } from "../environment.js";
import type { Filters } from "./worker.js";

/**
 * Returns the file of the position, in the user's directory for state: one for each Worker, handler and filters, since
 * a cursor belongs to its list, and each handler gets all events.
 */
export function cursorFileOf(environment: Environment, worker: URL, handler: URL, filters: Filters): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment;
  const directory = XDG_STATE_HOME || LOCALAPPDATA || path.join(homedir(), ".local", "state");
  const identity = JSON.stringify([worker.href, handler.href, Object.entries(filters).sort()]);
  const digest = createHash("sha256").update(identity).digest("hex").slice(0, 12);
  return path.join(directory, "citrn", "listen", `${worker.hostname}-${digest}.json`);
}
