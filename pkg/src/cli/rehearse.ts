import { randomBytes } from "node:crypto";
import { listOption, textOption, urlOption } from "./arguments.js";
import type { Arguments, Command } from "./command.js";
import { requireSecret } from "./environment.js";
import { Exit, Problem } from "./exit.js";

/** `citrn rehearse` */
export const REHEARSE: Command = {
  name: "rehearse",
  summary: "check that a shop's handler of callbacks credits each deposit once",
  about: [
    "Posts signed callbacks to a handler of a shop, in the forms and orders that the gateway may send them, and reports " +
      "what the handler does wrong. It credits customers that do not exist: use a test shop, never one with real " +
      "balances.",
    'The ledger is a GET that returns the credits as {"credits":[{"customer_id":"user-17","currency":"USDTT",' +
      '"amount":"49.5"}]}, with amounts as text, one for each credit or their sums. It gets customer_prefix=PREFIX in ' +
      "its query, to filter by.",
  ],
  options: {
    handler: {
      type: "string",
      value: "URL",
      about: "where the shop takes the gateway's callbacks; behind the Worker, the Worker's /callbacks",
    },
    ledger: {
      type: "string",
      value: "URL",
      about: "where the shop returns its credits, to check their amounts; without it, only answers are checked",
    },
    customers: {
      type: "string",
      value: "PREFIX",
      about: "beginning of the customers' ids, PREFIX1, PREFIX2 and so on; by default other ids in each run",
    },
    only: { type: "string", value: "NAME", multiple: true, about: "run only this scenario" },
    json: { type: "boolean", about: "print the report as JSON" },
  },
  environment: {
    CITRN_SECRET: "signs the callbacks",
    CITRN_API_KEY: "X-Process-Key of the callbacks; by default a random key",
    CITRN_LEDGER_TOKEN: "bearer token of the requests to the ledger; by default none",
  },
  exits: "0 all passed; 1 a scenario failed; the others as in citrn --help",
  example: "citrn rehearse --handler http://127.0.0.1:3000/callbacks --ledger http://127.0.0.1:3000/credits",
  run: rehearse,
};

async function rehearse({ options, environment }: Arguments): Promise<number> {
  const handler = urlOption(options, "handler");
  if (!handler) throw new Problem(Exit.usage, "--handler is missing: give the URL that takes the callbacks.");
  const ledger = urlOption(options, "ledger");
  const secret = await requireSecret(environment, "CITRN_SECRET");
  const prefix = textOption(options, "customers") ?? `Rehearsal-${randomBytes(4).toString("hex")}-`;
  // Loaded only here: the sandbox is large, and most commands do not need it.
  const [{ runRehearsal }, { ledgerAt }, { asJson, asText, hasPassed }] = await Promise.all([
    import("./rehearse/run.js"),
    import("./rehearse/ledger.js"),
    import("./rehearse/report.js"),
  ]);
  const rehearsal = await runRehearsal({
    ...{ handler, secret, prefix, apiKey: environment.CITRN_API_KEY || undefined },
    readLedger: ledger && ledgerAt(ledger, prefix, environment.CITRN_LEDGER_TOKEN),
    only: listOption(options, "only"),
  });
  const settings = { handler: handler.href, hasLedger: ledger !== undefined, prefix };
  console.log(options.json ? asJson(rehearsal, settings) : asText(rehearsal, settings));
  return hasPassed(rehearsal) ? Exit.ok : Exit.no;
}
