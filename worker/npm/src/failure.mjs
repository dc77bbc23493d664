/** A failure that the user can act on: one sentence, and maybe lines that show the cause. */
export class Failure extends Error {
  /** @param {string} sentence @param {{ exitCode?: number, lines?: string[] }} [details] */
  constructor(sentence, { exitCode = 1, lines = [] } = {}) {
    super([sentence, ...lines.map((line) => `  ${line}`)].join("\n"));
    this.exitCode = exitCode;
  }
}
