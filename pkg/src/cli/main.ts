#!/usr/bin/env node
import { type Accepted, type Arguments, readArguments } from "./arguments.js";
import { Exit, exitOf, Problem } from "./exit.js";
import { printable } from "./output.js";
import { ping, PING_USAGE } from "./ping.js";
import { reconcile, RECONCILE_OPTIONS, RECONCILE_USAGE } from "./reconcile.js";
import { rehearse, REHEARSE_OPTIONS, REHEARSE_USAGE } from "./rehearse.js";
import { sign, SIGN_USAGE } from "./sign.js";
import { verify, VERIFY_USAGE } from "./verify.js";

declare const CITRN_VERSION: string;

interface Command extends Accepted {
  usage: string;
  run(given: Arguments): number | Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  sign: { usage: SIGN_USAGE, positionals: 1, run: sign },
  verify: { usage: VERIFY_USAGE, positionals: 2, run: verify },
  ping: { usage: PING_USAGE, positionals: 0, run: ping },
  reconcile: { usage: RECONCILE_USAGE, positionals: 0, options: RECONCILE_OPTIONS, run: reconcile },
  rehearse: { usage: REHEARSE_USAGE, positionals: 0, options: REHEARSE_OPTIONS, run: rehearse },
};

const USAGE = `Usage: citrn COMMAND [options]

Commands:
  sandbox            run a gateway that behaves like Citron on this machine, for development and tests
  sign [FILE]        print the signature of a body
  verify SIG [FILE]  check the signature of a body, and explain a mismatch
  ping               check that the gateway answers and accepts the key
  reconcile          compare the Worker's inbox with the gateway's balances and a shop's ledger
  rehearse           check that a shop's handler of callbacks credits each deposit once

  citrn COMMAND --help   show the usage of a command
  citrn --version        show the version, ${CITRN_VERSION}

The key and the secret are read from CITRN_API_KEY and CITRN_SECRET in the environment; all commands but sandbox also
read them from a file with --env-file FILE. They are never arguments, since other users of the machine can list those.

Exit codes: 0 success; 1 the signature does not match, the gateway refused the call, a rehearsal failed, or reconcile
found a difference; 2 invalid command line or file; 3 missing or invalid setting; 4 the gateway, the Worker or the shop
could not be reached; 5 the gateway or the Worker failed, or the shop's ledger is malformed; 6 the gateway refused the
key or the signature, or the Worker the token.`;

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
    // Loaded only here: it is large, and the other commands do not need it.
    const { runSandboxCommand } = await import("../sandbox/command.js");
    return runSandboxCommand(argv, process.env);
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    console.error(name === undefined ? USAGE : `Unknown command "${printable(name)}".\n\n${USAGE}`);
    return Exit.usage;
  }
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(command.usage);
    return Exit.ok;
  }
  try {
    return await command.run(readArguments(argv, process.env, command));
  } catch (error) {
    const { exit, message } = exitOf(error);
    console.error(
      printable(error instanceof Problem && exit === Exit.usage ? `${message} See citrn ${name} --help.` : message),
    );
    return exit;
  }
}

process.exitCode = await main(process.argv.slice(2));
