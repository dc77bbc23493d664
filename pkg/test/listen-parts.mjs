// The parts of `citrn listen` without a process: a list of events, and a handler that a test answers for.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { internals } from "./internals.mjs";

const alias = { "node:timers/promises": "waits.mjs" };
export const { forwardAll } = await internals("src/cli/listen/run.ts", alias);
export const { Forwarder } = await internals("src/cli/listen/forwarder.ts", alias);
export const { Position } = await internals("src/cli/listen/position.ts");
export { waits } from "./waits.mjs";

/** Returns an event. Its number is its place in the list. */
export const event = (number, transaction = `t${number}`, more = {}) => ({
  ...{ id: `evt_${number}`, transaction, label: "deposit confirmed", body: `{"n":${number}}`, next: `${number + 1}` },
  ...more,
});

/** Resolves after everything that can run now has run. */
export const idle = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A position in a new file, and a handler whose attempts wait until the test answers them. */
export function startParts() {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-parts-"));
  const file = path.join(directory, "state", "position.json");
  const stop = new AbortController();
  const parts = {
    ...{ file, stop, attempts: [], reports: [], notes: [] },
    /** The content of the file. */
    stored: () => JSON.parse(readFileSync(file, "utf8")),
    deliver: (sent) =>
      new Promise((resolve, reject) => {
        const end = (isAccepted) => resolve({ isAccepted, description: isAccepted ? "200" : "500" });
        parts.attempts.push({ id: sent.id, stored: parts.stored(), end, fail: reject });
      }),
    report: (attempt) => parts.reports.push(attempt),
    note: (line) => parts.notes.push(line),
    close: () => rmSync(directory, { recursive: true }),
  };
  return parts;
}
