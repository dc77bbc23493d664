import { type Arguments, required } from "./arguments.js";
import { Exit, exitOf, Problem } from "./exit.js";
import { gatewayOf } from "./gateway.js";
import { dateOf, type Day, dayAt, parseDate } from "./reconcile/day.js";

export const RECONCILE_USAGE = `Usage: citrn reconcile --worker URL --from DATE --to DATE [options]

Compares the Worker's inbox with the gateway's balances, and with the ledger of your shop, over whole past days in UTC.
Prints every difference. It only reads.

  --worker URL     the Worker
  --from DATE      the first day, such as 2026-11-01
  --to DATE        the last day
  --ledger FILE    a CSV file with the deposits that your shop credited: the columns id, currency and amount
  --other FILE     a CSV file with what no callback reports, such as exchanges: the columns date, currency and amount,
                   with a minus before what went out
  --json           print the report as JSON
  --base-url URL   the gateway; by default CITRN_BASE_URL, or the documented hosts
  --env-file FILE  read the settings below from a file, unless the environment has them

CITRN_WORKER_TOKEN is a token of the Worker that may use GET /v1/callbacks. CITRN_API_KEY and CITRN_SECRET are those of
the gateway.

Exit codes: 0 no difference; 1 a difference; 2 invalid command line or file; 3 missing or invalid setting; 4 the gateway
or the Worker could not be reached; 5 one of them failed or refused a call; 6 one of them refused the key, the signature
or the token.

  citrn reconcile --worker https://pay.shop.example --from 2026-11-01 --to 2026-11-30 --ledger credits.csv`;

/** The options of the command, besides those of all commands. */
export const RECONCILE_OPTIONS = {
  worker: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  ledger: { type: "string" },
  other: { type: "string" },
  json: { type: "boolean" },
} as const;

/** `citrn reconcile` */
export async function reconcile(given: Arguments): Promise<number> {
  const { options, environment } = given;
  const today = dayAt(Date.now());
  const { from, to } = period(options, today);
  const worker = textOf(options.worker);
  if (worker === undefined) throw new Problem(Exit.usage, "--worker is missing: give the URL of the Worker.");
  const token = required(environment, "CITRN_WORKER_TOKEN");
  const [apiKey, secret] = [required(environment, "CITRN_API_KEY"), required(environment, "CITRN_SECRET")];
  const files = { ledger: textOf(options.ledger), other: textOf(options.other) };
  const gateway = { ...gatewayOf(given), apiKey, secret };
  // Loaded only here: other commands do not need it.
  const { runReconciliation } = await import("./reconcile/run.js");
  const settings = { from, to, today, worker, token, gateway, files };
  const run = runReconciliation(settings, options.json === true);
  const { agrees, report } = await run.catch((error: unknown) => {
    const { exit, message } = exitOf(error);
    // A refused call is no difference.
    throw new Problem(exit === Exit.no ? Exit.gateway : exit, message);
  });
  console.log(report);
  return agrees ? Exit.ok : Exit.no;
}

function period(options: Arguments["options"], today: Day): { from: Day; to: Day } {
  const [from, to] = [dayIn(options, "from"), dayIn(options, "to")];
  if (from > to) throw new Problem(Exit.usage, "--from must not be after --to.");
  if (to >= today) {
    throw new Problem(
      Exit.usage,
      `--to must be a past day in UTC, ${dateOf(today - 1)} or earlier: today's balance changes.`,
    );
  }
  return { from, to };
}

function dayIn(options: Arguments["options"], option: "from" | "to"): Day {
  const text = textOf(options[option]);
  if (text === undefined) throw new Problem(Exit.usage, `--${option} is missing: give a day, such as 2026-11-01.`);
  const day = parseDate(text);
  if (day === undefined) throw new Problem(Exit.usage, `--${option} must be a date such as 2026-11-01.`);
  return day;
}

function textOf(given: unknown): string | undefined {
  return typeof given === "string" && given !== "" ? given : undefined;
}
