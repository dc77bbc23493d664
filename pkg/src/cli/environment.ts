import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import * as util from "node:util";
import { Exit, Problem } from "./exit.js";

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
 * Returns a key, secret or token: from the environment or its file, or else from a prompt without echo, if standard
 * input and standard error are a terminal.
 *
 * @param advice what to do if it is missing
 */
export async function requireSecret(environment: Environment, name: string, advice?: string): Promise<string> {
  const value = environment[name] || (process.stdin.isTTY && process.stderr.isTTY ? await prompt(name) : "");
  if (value) return value;
  const remedy = advice ?? "set it in the environment, or in a file that you give with --env-file.";
  throw new Problem(Exit.settings, `${name} is not set: ${remedy}`);
}

/** Reads a line of the terminal without showing it. */
async function prompt(name: string): Promise<string> {
  process.stderr.write(`${name} (not shown): `);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden, terminal: true, historySize: 0 });
  const cancelled = new AbortController();
  // Readline takes Ctrl-C from the terminal, and ends at Ctrl-D without an answer.
  terminal.on("SIGINT", () => cancelled.abort()).on("close", () => cancelled.abort());
  try {
    return await terminal.question("", { signal: cancelled.signal });
  } catch {
    throw new Problem(Exit.settings, `${name} was not given.`);
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
