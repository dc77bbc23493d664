import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";

/**
 * Reads the options of a command, and `--help`. A mistake is reported in one sentence, with exit code 2.
 * @template {import("node:util").ParseArgsOptionsConfig} T
 * @param {string} text the help, which begins with the command, as in `npm start [-- options]`
 * @param {T} options
 */
export function readOptions(text, options, allowPositionals = false) {
  try {
    const help = { type: /** @type {const} */ ("boolean"), short: "h" };
    return parseArgs({ options: { ...options, help }, allowPositionals });
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(". ");
    throw new Failure(`${sentence}. \`${text.split(" [")[0]} -- --help\` lists the options.`, { exitCode: 2 });
  }
}
