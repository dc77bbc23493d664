import * as util from "node:util";
import { type Arguments, type Command, COMMON_OPTIONS } from "./command.js";
import { type Environment, readBytes, withEnvFile } from "./environment.js";
import { Exit, Problem } from "./exit.js";

/** Options that would hold a secret. They are refused: every user of the machine can list a process's arguments. */
const SECRET_OPTIONS = /^--?([\w-]+-)?(secret|api-?key|key|token)(=|$)/i;

/** Reads the arguments that follow a command's name. */
export function readArguments(argv: string[], env: Environment, command: Command): Arguments {
  const secret = argv.find((argument) => SECRET_OPTIONS.test(argument));
  if (secret !== undefined) {
    const name = secret.split("=")[0];
    throw new Problem(
      Exit.usage,
      `${name} is not accepted: other users of this machine can list arguments. Set CITRN_SECRET and CITRN_API_KEY ` +
        "in the environment, or give --env-file FILE.",
    );
  }
  const { values, positionals } = parse(argv, command);
  const surplus = positionals[command.positionals ?? 0];
  if (surplus !== undefined) throw new Problem(Exit.usage, `Unexpected argument "${surplus}".`);
  return { options: values, positionals, environment: withEnvFile(textOption(values, "env-file"), env) };
}

function parse(args: string[], { options }: Command) {
  try {
    return util.parseArgs({ args, allowPositionals: true, options: { ...options, ...COMMON_OPTIONS } });
  } catch (error) {
    throw new Problem(Exit.usage, (error as Error).message);
  }
}

/** Returns the value of an option, or `undefined` if it is missing or empty. */
export function textOption(options: Arguments["options"], name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Returns the values of an option that may be given several times. */
export function listOption(options: Arguments["options"], name: string): string[] {
  const values = options[name];
  return Array.isArray(values) ? values.map(String) : [];
}

/** Returns the URL in an option. Its user name and password would be a secret in the arguments. */
export function urlOption(options: Arguments["options"], name: string): URL | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new Problem(Exit.usage, `--${name} must be an http or https URL without user name and password.`);
  }
  return url;
}

/** Returns the bytes of a file, or of standard input if no file is given. */
export async function readInput(file: string | undefined): Promise<Uint8Array> {
  if (file !== undefined && file !== "-") return readBytes(file);
  if (process.stdin.isTTY) console.error("Reading the body from the terminal; end it with Ctrl-D.");
  // Not readFileSync(0), which throws EAGAIN if the other end of a pipe has not written yet.
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
