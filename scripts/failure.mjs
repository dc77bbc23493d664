import { readFileSync } from "node:fs";

const TAIL_LINES = 25;

/** A failure the user can act on: one sentence, and the log of the command behind it. */
export class Failure extends Error {
  /** @param {string} sentence what is wrong and what to do @param {{ log?: string, exitCode?: number }} [details] */
  constructor(sentence, { log, exitCode = 1 } = {}) {
    super(sentence);
    // Our own call stack says nothing to the user, wherever this is printed.
    this.stack = `Failure: ${sentence}`;
    this.log = log;
    this.exitCode = exitCode;
  }

  /** The sentence, the end of the log and its path, as the user reads it. */
  report() {
    if (!this.log) return this.message;
    const tail = readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES);
    return `${this.message}\n\n${tail.map((line) => `    ${line}`).join("\n")}\n\nThe whole log: ${this.log}`;
  }
}
