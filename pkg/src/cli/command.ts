import type { Environment } from "./environment.js";

/** An option of a command, as `util.parseArgs` reads it, with its text for `--help` and completion. */
export interface Option {
  readonly type: "string" | "boolean";
  /** What it does, in one sentence without a full stop. */
  readonly about: string;
  /** The placeholder of its value, such as `URL`. `FILE` is completed with the names of files. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  /** The values that completion offers. */
  readonly choices?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

/** A command of `citrn`: its arguments, and the texts from which `--help`, the usage and completion are made. */
export interface Command {
  readonly name: string;
  /** Its line in `citrn --help`. */
  readonly summary: string;
  /** Its arguments besides options, such as `SIGNATURE [FILE]`. */
  readonly arguments?: string;
  /** The number of those arguments: none by default. */
  readonly positionals?: number;
  /** The values of its first argument that completion offers; without them, it offers files. */
  readonly choices?: readonly string[];
  /** Its options, besides `--env-file` and `--help`. */
  readonly options?: Options;
  /** Paragraphs under the usage: what it does. Long lines are broken. */
  readonly about: readonly string[];
  /** A table under `about`. */
  readonly topics?: ReadonlyMap<string, string>;
  /** The environment variables that it reads, besides those that only it explains in `about`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes, if they mean more than in `citrn --help`. */
  readonly exits?: string;
  /** A command line that works when its URLs and files exist. A test runs it. */
  readonly example: string;
  /** Runs the command. Returns the exit code. */
  run(given: Arguments, commands: readonly Command[]): number | Promise<number>;
}

/** The arguments of a command. */
export interface Arguments {
  /** The values of its options, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
  readonly environment: Environment;
}

/** The options of all commands. */
export const COMMON_OPTIONS = {
  "env-file": { type: "string", value: "FILE", about: "read variables from a file, unless the environment has them" },
  help: { type: "boolean", about: "show this text" },
} as const satisfies Options;

/** The option of commands that call the gateway. */
export const BASE_URL = {
  "base-url": {
    type: "string",
    value: "URL",
    about: "the gateway; by default CITRN_BASE_URL, or the documented hosts",
  },
} as const satisfies Options;
