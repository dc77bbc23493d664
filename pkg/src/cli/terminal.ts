import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Whether a person can be asked: standard input and standard error are a terminal. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks a question on standard error and returns the answer, without echo if `hidden`; `undefined` after Ctrl-C or Ctrl-D. */
export async function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (hidden) process.stderr.write(question);
  const output = hidden ? silent : process.stderr;
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  const cancelled = new AbortController();
  // Readline takes Ctrl-C from the terminal, and closes at Ctrl-D without an answer.
  terminal.on("SIGINT", () => cancelled.abort()).on("close", () => cancelled.abort());
  try {
    return await terminal.question(hidden ? "" : question, { signal: cancelled.signal });
  } catch {
    return undefined;
  } finally {
    terminal.close();
    if (hidden) process.stderr.write("\n");
  }
}
