import type { Command, Option } from "../command.js";

/** Returns the completion of zsh, over its function `_arguments`. */
export function zshCompletion(commands: readonly Command[]): string {
  return `#compdef citrn
_citrn() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${escaped(summary)}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(caseOf).join("\n")}
  esac
}
compdef _citrn citrn`;
}

function caseOf({ name, options = {}, positionals = 0, choices }: Command): string {
  const first = choices ? [`1:argument:(${choices.join(" ")})`] : [];
  const files = positionals > first.length ? ["*:file:_files"] : [];
  const specifications = [...Object.entries(options).map(optionOf), ...first, ...files];
  return `    ${name})\n      _arguments ${specifications.map(quoted).join(" \\\n        ")} ;;`;
}

function optionOf([name, { type, about, value = "text", multiple, choices }]: [string, Option]): string {
  const option = `${multiple ? "*" : ""}--${name}[${escaped(about)}]`;
  if (type === "boolean") return option;
  const action = choices ? `(${choices.join(" ")})` : value === "FILE" ? "_files" : "";
  return `${option}:${value}:${action}`;
}

/** Escapes the characters that end a description. */
const escaped = (text: string) => text.replaceAll(/[[\]:\\]/g, "\\$&");

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
