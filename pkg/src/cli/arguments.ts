import { readFileSync } from "node:fs";
import * as util from "node:util";
import { Exit, Problem } from "./exit.js";

/** What a person might try, and what is refused: anyone on the machine sees the arguments of a process. */
const SECRET_OPTIONS = /^--?(secret|api-?key|key|token)(=|$)/i;

/** The settings from the environment, and from a file that is named on the command line. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Arguments {
  baseUrl: string | undefined;
  positionals: string[];
  environment: Environment;
}

/** Reads the arguments behind a command's name. */
export function readArguments(argv: string[], env: Environment, most: number): Arguments {
  const secret = argv.find((argument) => SECRET_OPTIONS.test(argument));
  if (secret !== undefined) {
    const name = secret.split("=")[0];
    throw new Problem(
      Exit.usage,
      `${name} is refused: whatever stands there shows in the list of processes. Set CITRN_SECRET and CITRN_API_KEY in the environment, or give --env-file FILE.`,
    );
  }
  const { values, positionals } = parse(argv);
  if (positionals.length > most) throw new Problem(Exit.usage, `"${positionals[most]}" is one argument too many.`);
  const file = values["env-file"];
  return {
    baseUrl: values["base-url"],
    positionals,
    // As with Node's own --env-file, what is set already wins.
    environment: file === undefined ? env : { ...readEnvFile(file), ...env },
  };
}

function parse(argv: string[]) {
  try {
    return util.parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        "env-file": { type: "string" },
        "base-url": { type: "string" },
      },
    });
  } catch (error) {
    throw new Problem(Exit.usage, (error as Error).message);
  }
}

function readEnvFile(file: string): Environment {
  if (typeof util.parseEnv !== "function") throw new Problem(Exit.usage, "--env-file needs Node 20.12 or newer.");
  return util.parseEnv(new TextDecoder().decode(read(file)));
}

/** The bytes of a file, or of standard input when none is named. */
export async function readInput(file: string | undefined): Promise<Uint8Array> {
  if (file !== undefined && file !== "-") return read(file);
  if (process.stdin.isTTY) console.error("Reading the body from the terminal; end it with Ctrl-D.");
  // Not readFileSync(0), which throws EAGAIN when the other end of a pipe has not written yet.
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Problem(Exit.usage, `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** A setting that the command cannot do without. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value)
    throw new Problem(
      Exit.settings,
      `${name} is not set: put it into the environment, or into a file and name that with --env-file.`,
    );
  return value;
}
