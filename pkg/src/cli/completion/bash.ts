import type { Command } from "../command.js";

/** Returns the completion of bash. It completes files where it offers no words, which is bash's default. */
export function bashCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  return `_citrn() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=
  case "$COMP_CWORD:\${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD-1]}:$word" in
    1:*) words="${[...names, "--help", "--version"].join(" ")}" ;;
${commands.flatMap(casesOf).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _citrn citrn`;
}

/** Returns the cases of a command by position, command, previous word and word: values, options, the first argument. */
function casesOf({ name, options = {}, choices }: Command): string[] {
  const values = Object.entries(options).flatMap(([option, { type, choices = [] }]) =>
    type === "boolean" ? [] : [caseOf(`*:${name}:--${option}:*`, choices)],
  );
  const flags = Object.keys(options).map((option) => `--${option}`);
  return [...values, caseOf(`*:${name}:*:-*`, flags), ...(choices ? [caseOf(`2:${name}:*`, choices)] : [])];
}

function caseOf(pattern: string, words: readonly string[]): string {
  return `    ${pattern}) words="${words.join(" ")}" ;;`;
}
