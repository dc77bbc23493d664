import { randomBytes } from "node:crypto";
import { type Arguments, required } from "./arguments.js";
import { Exit, Problem } from "./exit.js";

export const REHEARSE_USAGE = `Usage: citrn rehearse --handler URL [--ledger URL] [options]

Posts signed callbacks to a handler of a shop, in the forms and orders that the gateway may send them, and reports what
the handler does wrong. It credits customers that do not exist: use a test shop, never one with real balances.

  --handler URL       where the shop takes the gateway's callbacks; behind the Worker, the Worker's /callbacks
  --ledger URL        where the shop returns its credits, to check their amounts; without it, only answers are checked
  --customers PREFIX  beginning of the customers' ids, PREFIX1, PREFIX2 and so on; by default other ids in each run
  --only NAME         run only this scenario; may be given several times
  --json              print the report as JSON
  --env-file FILE     read the settings below from a file, unless the environment has them

Callbacks are signed with CITRN_SECRET; X-Process-Key is CITRN_API_KEY, or a random key. The ledger is a GET that
returns the credits as {"credits":[{"customer_id":"user-17","currency":"USDTT","amount":"49.5"}]}, with amounts as text,
one for each credit or their sums. It gets customer_prefix=PREFIX in its query, to filter by, and the bearer token
CITRN_LEDGER_TOKEN, if that is set.

Exit codes: 0 all passed; 1 a scenario failed; 2 invalid command line; 3 missing or invalid setting; 4 the handler or
the ledger did not answer; 5 the ledger's reply is malformed.

  citrn rehearse --handler http://127.0.0.1:3000/callbacks --ledger http://127.0.0.1:3000/credits`;

/** The options of the command, besides those of all commands. */
export const REHEARSE_OPTIONS = {
  handler: { type: "string" },
  ledger: { type: "string" },
  customers: { type: "string" },
  only: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

/** `citrn rehearse` */
export async function rehearse({ options, environment }: Arguments): Promise<number> {
  const handler = urlOf("handler", options.handler);
  if (!handler) throw new Problem(Exit.usage, "--handler is missing: give the URL that takes the callbacks.");
  const ledger = urlOf("ledger", options.ledger);
  const secret = required(environment, "CITRN_SECRET");
  const prefix = textOf(options.customers) ?? `Rehearsal-${randomBytes(4).toString("hex")}-`;
  // Loaded only here: the sandbox is large, and most commands do not need it.
  const [{ runRehearsal }, { ledgerAt }, { asJson, asText, hasPassed }] = await Promise.all([
    import("./rehearse/run.js"),
    import("./rehearse/ledger.js"),
    import("./rehearse/report.js"),
  ]);
  const rehearsal = await runRehearsal({
    ...{ handler, secret, prefix, apiKey: environment.CITRN_API_KEY || undefined },
    readLedger: ledger && ledgerAt(ledger, prefix, environment.CITRN_LEDGER_TOKEN),
    only: Array.isArray(options.only) ? options.only.map(String) : [],
  });
  const settings = { handler: handler.href, hasLedger: ledger !== undefined, prefix };
  console.log(options.json ? asJson(rehearsal, settings) : asText(rehearsal, settings));
  return hasPassed(rehearsal) ? Exit.ok : Exit.no;
}

function urlOf(option: string, given: unknown): URL | undefined {
  const text = textOf(given);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new Problem(Exit.usage, `--${option} must be an http or https URL without user name and password.`);
  }
  return url;
}

function textOf(given: unknown): string | undefined {
  return typeof given === "string" && given !== "" ? given : undefined;
}
