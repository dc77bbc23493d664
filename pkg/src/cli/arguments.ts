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
    // The rest is about positional arguments that begin with a hyphen. No command has any.
    const [what = ""] = (error as Error).message.replaceAll("\n", " ").split(". To specify a positional");
    throw new Problem(Exit.usage, what.endsWith(".") ? what : `${what}.`);
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

/**
 * Returns the URL in an option. On this machine, `localhost:3000/path` is enough. A user name and a password would be a
 * secret in the arguments.
 */
export function urlOption(options: Arguments["options"], name: string): URL | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  if (url && url.username === "" && url.password === "") return url;
  const example = "such as https://shop.example/path or localhost:3000";
  throw new Problem(Exit.usage, `--${name} must be an http or https URL without user name and password, ${example}.`);
}

/** Parses an http or https URL, whose scheme may be missing if it is of this machine. */
export function parseUrl(text: string): URL | undefined {
  const trimmed = text.trim();
  const whole = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/i.test(trimmed) ? `http://${trimmed}` : trimmed;
  return /^https?:/i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
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
