import { readFileSync } from "node:fs";
import * as util from "node:util";
import { Exit, Problem } from "./exit.js";
import { ask, isInteractive } from "./terminal.js";

/** Environment variables, including those from the file that `--env-file` names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the variables of a file and of the environment, which takes precedence as with Node's own `--env-file`. */
export function withEnvFile(file: string | undefined, environment: Environment): Environment {
  if (file === undefined) return environment;
  if (typeof util.parseEnv !== "function") throw new Problem(Exit.usage, "--env-file needs Node 20.12 or newer.");
  return { ...util.parseEnv(new TextDecoder().decode(readBytes(file))), ...environment };
}

/** Returns the bytes of a file that the command line names. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Problem(Exit.usage, `Cannot read ${file}: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/**
 * Returns a key, secret or token: from the environment or its file, or else from a prompt without echo, if there is a
 * terminal.
 *
 * @param advice what to do if it is missing
 */
export async function requireSecret(
  environment: Environment,
  name: string,
  advice = "set it in the environment, or in a file that you give with --env-file.",
): Promise<string> {
  const value = environment[name];
  if (value) return value;
  const problem = `${name} is not set: ${advice}`;
  if (!isInteractive()) throw new Problem(Exit.settings, problem);
  const typed = await ask(`${problem}\n${name} (not shown): `, { hidden: true });
  if (typed) return typed;
  throw new Problem(Exit.settings, `${name} is missing.`);
}
