import { readFileSync } from "node:fs";

const TAIL_LINES = 25;

/** A failure that the user can act on: one sentence, and the log of the failed command. */
export class Failure extends Error {
  /** @param {string} sentence the problem and its remedy @param {{ log?: string, exitCode?: number }} [details] */
  constructor(sentence, { log, exitCode = 1 } = {}) {
    super(sentence);
    // Our own call stack is of no use to the user.
    this.stack = `Failure: ${sentence}`;
    this.log = log;
    this.exitCode = exitCode;
  }

  /** Returns the sentence, the end of the log and its path. */
  report() {
    if (!this.log) return this.message;
    const tail = readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES);
    return `${this.message}\n\n${tail.map((line) => `    ${line}`).join("\n")}\n\nThe whole log: ${this.log}`;
  }
}
