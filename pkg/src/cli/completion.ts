import { type Command, COMMON_OPTIONS } from "./command.js";
import { bashCompletion } from "./completion/bash.js";
import { fishCompletion } from "./completion/fish.js";
import { zshCompletion } from "./completion/zsh.js";
import { Exit, Problem } from "./exit.js";

const SHELLS = new Map([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
]);

/** `citrn completion` */
export const COMPLETION: Command = {
  name: "completion",
  summary: "print a script that completes commands and options in bash, zsh or fish",
  arguments: "SHELL",
  positionals: 1,
  choices: [...SHELLS.keys()],
  about: [
    "Prints a script that completes citrn's commands and options. To load it in each shell, write a line into the " +
      "shell's file of settings:",
    'In ~/.bashrc: eval "$(citrn completion bash)"',
    'In ~/.zshrc, after compinit: eval "$(citrn completion zsh)"',
    "In ~/.config/fish/config.fish: citrn completion fish | source",
  ],
  example: "citrn completion bash",
  run({ positionals: [shell = ""] }, commands) {
    const script = SHELLS.get(shell);
    if (!script) throw new Problem(Exit.usage, `SHELL must be one of ${[...SHELLS.keys()].join(", ")}.`);
    console.log(
      script(commands.map((command) => ({ ...command, options: { ...command.options, ...COMMON_OPTIONS } }))),
    );
    return Exit.ok;
  },
};
