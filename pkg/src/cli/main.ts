#!/usr/bin/env node
import { readArguments } from "./arguments.js";
import { COMMANDS } from "./commands.js";
import { Exit, exitOf, Problem } from "./exit.js";
import { helpOf, usageOf } from "./help.js";
import { printable } from "./output.js";

declare const CITRN_VERSION: string;

async function main([name, ...argv]: string[]): Promise<number> {
  if (name === "--version" || name === "-v") {
    console.log(CITRN_VERSION);
    return Exit.ok;
  }
  // `citrn help COMMAND` is another spelling of `citrn COMMAND --help`.
  if (name === "help" && argv[0] !== undefined) return main([argv[0], "--help"]);
  const usage = usageOf(COMMANDS, CITRN_VERSION);
  if (name === "--help" || name === "-h" || name === "help") {
    console.log(usage);
    return Exit.ok;
  }
  const command = COMMANDS.find((command) => command.name === name);
  if (!command) {
    const names = COMMANDS.map((command) => command.name).join(", ");
    const unknown = `Unknown command "${printable(name ?? "")}"; choose from ${names}. See citrn --help.`;
    console.error(name === undefined ? usage : unknown);
    return Exit.usage;
  }
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(helpOf(command));
    return Exit.ok;
  }
  try {
    return await command.run(readArguments(argv, process.env, command), COMMANDS);
  } catch (error) {
    const { exit, message } = exitOf(error);
    console.error(
      printable(error instanceof Problem && exit === Exit.usage ? `${message} See citrn ${name} --help.` : message),
    );
    return exit;
  }
}

process.exitCode = await main(process.argv.slice(2));
