import type { Command } from "../command.js";

/** Returns the completion of bash. It completes files where it offers no words, which is bash's default. */
export function bashCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  return `_citrn() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=
  case "$COMP_CWORD:\${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD-1]}" in
    1:*) words="${[...names, "--help", "--version"].join(" ")}" ;;
${commands.flatMap(casesOf).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _citrn citrn`;
}

/** Returns the cases of a command by position and previous word: an option's value, the first argument, or options. */
function casesOf({ name, options = {}, choices }: Command): string[] {
  const flags = Object.keys(options).map((option) => `--${option}`);
  const values = Object.entries(options).flatMap(([option, { type, choices = [] }]) =>
    type === "boolean" ? [] : [caseOf(`*:${name}:--${option}`, choices)],
  );
  return [...values, ...(choices ? [caseOf(`2:${name}:*`, [...choices, ...flags])] : []), caseOf(`*:${name}:*`, flags)];
}

function caseOf(pattern: string, words: readonly string[]): string {
  return `    ${pattern}) words="${words.join(" ")}" ;;`;
}
