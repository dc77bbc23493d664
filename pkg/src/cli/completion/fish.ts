import type { Command, Option } from "../command.js";

/** Returns the completion of fish: a line for each command, argument and option. */
export function fishCompletion(commands: readonly Command[]): string {
  return [
    "complete -c citrn -f",
    ...commands.map(
      ({ name, summary }) => `complete -c citrn -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap(linesOf),
  ].join("\n");
}

function linesOf({ name, options = {}, positionals = 0, choices }: Command): string[] {
  const line = `complete -c citrn -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  const first = choices ? [`${line} -a ${quoted(choices.join(" "))}`] : [];
  const files = positionals > first.length ? [`${line} -F`] : [];
  return [...first, ...files, ...Object.entries(options).map((option) => `${line} ${optionOf(option)}`)];
}

function optionOf([name, { type, about, value, choices }]: [string, Option]): string {
  const option = `-l ${name} -d ${quoted(about)}`;
  if (type === "boolean") return option;
  if (choices) return `${option} -x -a ${quoted(choices.join(" "))}`;
  return value === "FILE" ? `${option} -r -F` : `${option} -x`;
}

/** Quotes text for fish, where a backslash escapes a quote. */
const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
