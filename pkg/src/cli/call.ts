import { Citrn, CitrnError } from "../index.js";
import { listOption, readInput } from "./arguments.js";
import { MOVES_MONEY, PARAMETERS, UNSIGNED } from "./call/endpoints.js";
import { checkNames } from "./call/names.js";
import { type CallParameters, merge, readJson, readPairs } from "./call/parameters.js";
import { previewOf, textOf } from "./call/preview.js";
import { replyText, withoutSecrets } from "./call/report.js";
import { type Arguments, BASE_URL, type Command } from "./command.js";
import { requireSecret } from "./environment.js";
import { Exit, exitOf, Problem } from "./exit.js";
import { gatewayOf } from "./gateway.js";
import { printable, printableJson } from "./output.js";
import { ask, isInteractive } from "./terminal.js";

/** Ctrl-C, `kill`, and a terminal that closes. */
const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `citrn call` */
export const CALL: Command = {
  name: "call",
  summary: "call an endpoint of the gateway",
  arguments: "METHOD [NAME=VALUE]... [-]",
  positionals: Number.POSITIVE_INFINITY,
  choices: [...PARAMETERS.keys()],
  about: [
    "Calls an endpoint and prints its reply. Parameters are NAME=VALUE, or with - a JSON object on standard input, whose " +
      "member extra has fields that are sent in addition. The methods and their parameters:",
  ],
  topics: PARAMETERS,
  options: {
    extra: { type: "string", value: "NAME=VALUE", multiple: true, about: "send this field too, as text" },
    "dry-run": {
      type: "boolean",
      about: "print the request instead of sending it, with key and signature as [redacted]",
    },
    yes: { type: "boolean", about: `send without a question what moves money: ${MOVES_MONEY.join(", ")}` },
    json: { type: "boolean", about: "print the reply, the error or the request as JSON" },
    ...BASE_URL,
  },
  environment: { CITRN_API_KEY: "the gateway's key", CITRN_SECRET: "the gateway's secret" },
  exits:
    "0 the reply is a success; 1 refused, and not executed; 4 not reached, and not executed; 7 it is unknown whether it " +
    "was executed; the others as in citrn --help",
  example: "citrn call addresses.take foreign_id=user-17 currency=USDTT",
  run: call,
};

async function call(given: Arguments): Promise<number> {
  const { environment, options, positionals } = given;
  const [name = "", ...rest] = positionals;
  if (!PARAMETERS.has(name)) {
    const fault = name === "" ? "METHOD is missing" : `METHOD "${name}" is unknown`;
    throw new Problem(Exit.usage, `${fault}; choose from ${[...PARAMETERS.keys()].join(", ")}.`);
  }
  const { parameters, extra } = await parametersOf(rest, listOption(options, "extra"));
  const isJson = options.json === true;
  const secrets: unknown[] = [environment.CITRN_API_KEY, environment.CITRN_SECRET, parameters.key];
  const safe = (text: string) => withoutSecrets(text, secrets);
  const interrupted = new AbortController();
  const run = (citrn: Citrn) => callMethod(citrn, name, parameters, extra, interrupted.signal);
  try {
    checkNames(name, parameters);
    const gateway = gatewayOf(given);
    const isDryRun = options["dry-run"] === true;
    if (isDryRun || (MOVES_MONEY.includes(name) && options.yes !== true)) {
      const { CITRN_API_KEY: apiKey, CITRN_SECRET: secret } = environment;
      const request = await previewOf({ ...gateway, apiKey: apiKey || undefined, secret: secret || undefined }, run);
      if (isDryRun) {
        console.log(isJson ? printableJson(request) : textOf(request));
        return Exit.ok;
      }
      await confirm(name, textOf(request));
    }
    const isUnsigned = UNSIGNED.includes(name);
    const apiKey = isUnsigned ? undefined : await requireSecret(environment, "CITRN_API_KEY");
    const secret = isUnsigned ? undefined : await requireSecret(environment, "CITRN_SECRET");
    secrets.push(apiKey, secret);
    // They stay: `npx` may forward a Ctrl-C that the terminal has sent too, and the second would hide the outcome.
    for (const signal of STOPS) process.on(signal, () => interrupted.abort());
    const reply = await run(new Citrn({ ...gateway, ...(apiKey && { apiKey }), ...(secret && { secret }) }));
    console.log(safe(isJson ? printableJson(reply) : replyText(reply)));
    return Exit.ok;
  } catch (error) {
    if (!(error instanceof CitrnError)) throw error;
    if (isJson) console.log(safe(printableJson({ error })));
    else console.error(safe(failureText(error)));
    return error.executed === "unknown" ? Exit.unknown : exitOf(error).exit;
  }
}

/** Reads the parameters, and from standard input too if an argument is `-`. */
async function parametersOf(given: readonly string[], extraPairs: readonly string[]): Promise<CallParameters> {
  const pairs = given.filter((argument) => argument !== "-");
  const parameters = readPairs(pairs, "Parameters");
  const extra = readPairs(extraPairs, "--extra");
  if (pairs.length === given.length) return { parameters, extra };
  const json = readJson(await readInput(undefined));
  return { parameters: merge(json.parameters, parameters), extra: merge(json.extra, extra) };
}

/** Calls the method of a client that has this name, such as `payments.create`. */
async function callMethod(
  citrn: Citrn,
  name: string,
  parameters: CallParameters["parameters"],
  extra: CallParameters["extra"],
  signal: AbortSignal,
): Promise<object> {
  const method = name.split(".").reduce<unknown>((part, member) => Reflect.get(part as object, member), citrn);
  const options = { signal, ...(Object.keys(extra).length > 0 && { extra }) };
  const given = PARAMETERS.get(name) === "" ? [options] : [parameters, options];
  return (method as (...given: object[]) => Promise<object>)(...given);
}

/** Asks whether to send what moves money. */
async function confirm(name: string, request: string): Promise<void> {
  if (!isInteractive()) {
    throw new Problem(Exit.usage, `${name} moves money: give --yes to send it without a question, or use a terminal.`);
  }
  console.error(`${request}\n`);
  const answer = await ask(`${name} moves money. Send it? Type yes: `);
  if (answer?.trim() !== "yes") throw new Problem(Exit.no, "Nothing was sent.");
}

function failureText(error: CitrnError): string {
  const { code, executed, retryable, httpStatus, field } = error;
  const details = { code, executed, retryable, httpStatus, field };
  const words = Object.entries(details).filter(([, value]) => value !== undefined);
  return `${printable(error.message)}\n${printable(words.map(([name, value]) => `${name}: ${value}`).join(", "))}`;
}
