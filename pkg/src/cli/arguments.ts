import { readFileSync } from "node:fs";
import * as util from "node:util";
import { Exit, Problem } from "./exit.js";

/** Options that would hold a secret. They are refused: every user of the machine can list a process's arguments. */
const SECRET_OPTIONS = /^--?(secret|api-?key|key|token)(=|$)/i;

/** Environment variables, including those from the file that `--env-file` names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The options of a command, as `util.parseArgs` takes them. */
export type Options = NonNullable<util.ParseArgsConfig["options"]>;

/** The arguments that a command accepts. */
export interface Accepted {
  /** The number of arguments, not counting options. */
  readonly positionals: number;
  /** Its options, besides those of all commands. */
  readonly options?: Options;
}

export interface Arguments {
  baseUrl: string | undefined;
  /** The values of the command's options. */
  options: Readonly<Record<string, unknown>>;
  positionals: string[];
  environment: Environment;
}

/** Reads the arguments that follow a command's name. */
export function readArguments(argv: string[], env: Environment, accepted: Accepted): Arguments {
  const secret = argv.find((argument) => SECRET_OPTIONS.test(argument));
  if (secret !== undefined) {
    const name = secret.split("=")[0];
    throw new Problem(
      Exit.usage,
      `${name} is not accepted: other users of this machine can list arguments. Set CITRN_SECRET and CITRN_API_KEY ` +
        "in the environment, or give --env-file FILE.",
    );
  }
  const { values, positionals } = parse(argv, accepted.options ?? {});
  const surplus = positionals[accepted.positionals];
  if (surplus !== undefined) throw new Problem(Exit.usage, `Unexpected argument "${surplus}".`);
  const file = values["env-file"];
  return {
    baseUrl: values["base-url"],
    options: values,
    positionals,
    // As with Node's own --env-file, the environment takes precedence.
    environment: file === undefined ? env : { ...readEnvFile(file), ...env },
  };
}

function parse(argv: string[], options: Options) {
  try {
    return util.parseArgs({
      args: argv,
      allowPositionals: true,
      options: { ...options, "env-file": { type: "string" }, "base-url": { type: "string" } },
    });
  } catch (error) {
    throw new Problem(Exit.usage, (error as Error).message);
  }
}

function readEnvFile(file: string): Environment {
  if (typeof util.parseEnv !== "function") throw new Problem(Exit.usage, "--env-file needs Node 20.12 or newer.");
  return util.parseEnv(new TextDecoder().decode(read(file)));
}

/** Returns the bytes of a file, or of standard input if no file is given. */
export async function readInput(file: string | undefined): Promise<Uint8Array> {
  if (file !== undefined && file !== "-") return read(file);
  if (process.stdin.isTTY) console.error("Reading the body from the terminal; end it with Ctrl-D.");
  // Not readFileSync(0), which throws EAGAIN if the other end of a pipe has not written yet.
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Problem(Exit.usage, `Cannot read ${file}: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Returns a variable that the command requires. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value)
    throw new Problem(
      Exit.settings,
      `${name} is not set: set it in the environment, or in a file that you give with --env-file.`,
    );
  return value;
}
