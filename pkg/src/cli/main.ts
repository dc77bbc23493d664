#!/usr/bin/env node
import { type Arguments, readArguments } from "./arguments.js";
import { ending, Exit, Problem } from "./exit.js";
import { printable } from "./output.js";
import { ping, PING_USAGE } from "./ping.js";
import { sign, SIGN_USAGE } from "./sign.js";
import { verify, VERIFY_USAGE } from "./verify.js";

declare const CITRN_VERSION: string;

interface Command {
  usage: string;
  /** How many arguments it takes that are no options. */
  positionals: number;
  run(given: Arguments): number | Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  sign: { usage: SIGN_USAGE, positionals: 1, run: sign },
  verify: { usage: VERIFY_USAGE, positionals: 2, run: verify },
  ping: { usage: PING_USAGE, positionals: 0, run: ping },
};

const USAGE = `citrn COMMAND [options]

  sandbox            runs a gateway that behaves like Citron on this machine, for development and tests
  sign [FILE]        prints the signature of a body
  verify SIG [FILE]  says whether a signature is that of a body, and what may be wrong if it is not
  ping               says whether the gateway answers and accepts the key

  citrn COMMAND --help   teaches the command
  citrn --version        ${CITRN_VERSION}

Key and secret come from CITRN_API_KEY and CITRN_SECRET, in the environment or in the file that --env-file names; never from
an argument, since arguments show in the list of processes.

Exit codes: 0 fine; 1 the answer is no; 2 the command line is wrong; 3 a setting is missing or wrong; 4 the gateway was not
reached; 5 the gateway failed; 6 the gateway refused the key or the signature.`;

async function main([name, ...argv]: string[]): Promise<number> {
  if (name === "--version" || name === "-v") {
    console.log(CITRN_VERSION);
    return Exit.ok;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    console.log(USAGE);
    return Exit.ok;
  }
  if (name === "sandbox") {
    // Only now: it is large, and the other commands do without it.
    const { runSandboxCommand } = await import("../sandbox/command.js");
    return runSandboxCommand(argv, process.env);
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    console.error(name === undefined ? USAGE : `"${printable(name)}" is no command of citrn.\n\n${USAGE}`);
    return Exit.usage;
  }
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(command.usage);
    return Exit.ok;
  }
  try {
    return await command.run(readArguments(argv, process.env, command.positionals));
  } catch (error) {
    const { exit, message } = ending(error);
    console.error(
      printable(error instanceof Problem && exit === Exit.usage ? `${message} See citrn ${name} --help.` : message),
    );
    return exit;
  }
}

process.exitCode = await main(process.argv.slice(2));
