import { type Command, COMMON_OPTIONS, type Option } from "./command.js";

/** Columns of a line. */
const WIDTH = 100;

/** Returns the text of `citrn COMMAND --help`. */
export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const blocks = [
    ["Usage:", "citrn", command.name, command.arguments, "[options]"].filter(Boolean).join(" "),
    ...command.about.map((paragraph) => wrapped(paragraph)),
    ...(command.topics ? [table([...command.topics])] : []),
    table(options.map(([name, option]) => [flagOf(name, option), aboutOf(option)])),
  ];
  if (command.environment) blocks.push(`Environment:\n${table(Object.entries(command.environment))}`);
  if (command.exits) blocks.push(wrapped(`Exit codes: ${command.exits}.`));
  return [...blocks, `Example:\n  ${command.example}`].join("\n\n");
}

/** Returns the text of `citrn --help`. */
export function usageOf(commands: readonly Command[], version: string): string {
  const lines = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `Usage: citrn COMMAND [options]

Commands:
${table(lines)}

${table([
  ["citrn COMMAND --help", "show the usage of a command"],
  ["citrn --version", `show the version, ${version}`],
])}

${wrapped(SECRETS)}

${wrapped(EXITS)}`;
}

const SECRETS =
  "Keys, secrets and tokens come from the environment (CITRN_API_KEY, CITRN_SECRET, CITRN_WORKER_TOKEN and others), " +
  "from a file with --env-file FILE, or from a prompt without echo on a terminal. They are never arguments, since " +
  "other users of the machine can list those. Colour is used only on a terminal, and not if NO_COLOR is set.";

const EXITS =
  "Exit codes: 0 success; 1 a negative result: a signature does not match, a check failed, a difference was found, or " +
  "the gateway refused the call; 2 invalid command line or file; 3 missing or invalid setting; 4 the gateway, the " +
  "Worker or the shop could not be reached; 5 the gateway, the Worker or the shop failed, or its reply is malformed; " +
  "6 the key, the signature or the token was refused; 7 it is unknown whether the gateway executed the call.";

function flagOf(name: string, { type, value }: Option): string {
  return type === "boolean" ? `--${name}` : `--${name} ${value ?? "TEXT"}`;
}

function aboutOf({ about, multiple }: Option): string {
  return multiple ? `${about}; may be given several times` : about;
}

/** Returns two columns, indented. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  const indent = " ".repeat(width);
  const lines = rows.map(([name, text]) => `  ${name}`.padEnd(width) + wrapped(text, indent).trimStart());
  return lines.map((line) => line.trimEnd()).join("\n");
}

function wrapped(text: string, indent = ""): string {
  const line = new RegExp(`(?:.{1,${WIDTH - indent.length}}|\\S+)(?: |$)`, "g");
  return (text.match(line) ?? []).map((part) => indent + part.trimEnd()).join("\n");
}
