// The command `npm create citrn-worker`.
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { DEFAULT_NAME, nameOf } from "./name.mjs";
import { createProject } from "./project.mjs";

const HELP = `npm create citrn-worker@latest [DIRECTORY] [-- options]

Creates a project with the citrn Worker: payments through the Citron gateway on Cloudflare Workers.

  --name NAME  name of the Worker (default: the name of the directory)
  --yes        ask nothing; without DIRECTORY, create ${DEFAULT_NAME}
  --help       show this text`;

/** @param {string[]} argv */
function readArguments(argv) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        name: { type: "string" },
        yes: { type: "boolean", short: "y" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message.split(". ")[0]}: --help lists the options.`, 2);
  }
}

/** Asks for the directory at a terminal. @param {boolean} yes */
async function askDirectory(yes) {
  if (yes) return DEFAULT_NAME;
  if (!process.stdin.isTTY) throw new Failure("DIRECTORY is missing: name it, or give --yes to create my-gateway.", 2);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`Directory (${DEFAULT_NAME}): `)).trim() || DEFAULT_NAME;
  } catch {
    // Ctrl-C or Ctrl-D.
    throw new Failure("\nInterrupted: nothing was created.", 130);
  } finally {
    terminal.close();
  }
}

/** Returns a path as an argument of a shell. @param {string} text */
function quoted(text) {
  if (/^[\w./\\:-]+$/.test(text)) return text;
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Runs the command. Returns its exit code: 0 success, 1 nothing was created, 2 invalid command line,
 * 130 interrupted.
 * @param {string[]} argv
 */
export async function main(argv) {
  try {
    const { values, positionals } = readArguments(argv);
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    if (positionals.length > 1) throw new Failure(`Unexpected argument "${positionals[1]}": give one directory.`, 2);
    const target = positionals[0] ?? (await askDirectory(values.yes === true));
    const name = nameOf(values.name, target);
    const directory = path.resolve(target);
    createProject(directory, name);
    const place = path.relative(process.cwd(), directory);
    const enter = place === "" ? "" : `  cd ${quoted(place)}\n`;
    console.log(`Created ${name} in ${directory}\n\nNext:\n${enter}  npm install\n  npm run dev`);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}
