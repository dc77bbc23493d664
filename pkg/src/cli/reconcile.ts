import { textOption } from "./arguments.js";
import { type Arguments, BASE_URL, type Command } from "./command.js";
import { requireSecret } from "./environment.js";
import { Exit, exitOf, Problem } from "./exit.js";
import { gatewayOf } from "./gateway.js";
import { dateOf, type Day, dayAt, parseDate } from "./reconcile/day.js";
import { WORKER_URL, workerUrl } from "./worker-url.js";

/** `citrn reconcile` */
export const RECONCILE: Command = {
  name: "reconcile",
  summary: "compare the Worker's inbox with the gateway's balances and a shop's ledger",
  about: [
    "Compares the Worker's inbox with the gateway's balances, and with the ledger of your shop, over whole past days in " +
      "UTC. Prints every difference. It only reads.",
  ],
  options: {
    worker: { type: "string", value: "URL", about: "the Worker" },
    from: { type: "string", value: "DATE", about: "the first day, such as 2026-11-01" },
    to: { type: "string", value: "DATE", about: "the last day" },
    ledger: {
      type: "string",
      value: "FILE",
      about: "a CSV file with the deposits that your shop credited: the columns id, currency and amount",
    },
    other: {
      type: "string",
      value: "FILE",
      about:
        "a CSV file with what no callback reports, such as exchanges: the columns date, currency and amount, with a " +
        "minus before what went out",
    },
    json: { type: "boolean", about: "print the report as JSON" },
    ...BASE_URL,
  },
  environment: {
    ...WORKER_URL,
    CITRN_WORKER_TOKEN: "a token of the Worker that may use GET /v1/callbacks",
    CITRN_API_KEY: "the gateway's key",
    CITRN_SECRET: "the gateway's secret",
  },
  exits: "0 no difference; 1 a difference; the others as in citrn --help",
  example: "citrn reconcile --worker https://pay.shop.example --from 2026-11-01 --to 2026-11-30 --ledger credits.csv",
  run: reconcile,
};

async function reconcile(given: Arguments): Promise<number> {
  const { options, environment } = given;
  const today = dayAt(Date.now());
  const { from, to } = period(options, today);
  const worker = workerUrl(textOption(options, "worker"), "--worker", environment).href.replace(/\/$/, "");
  const token = await requireSecret(environment, "CITRN_WORKER_TOKEN");
  const [apiKey, secret] = [
    await requireSecret(environment, "CITRN_API_KEY"),
    await requireSecret(environment, "CITRN_SECRET"),
  ];
  const files = { ledger: textOption(options, "ledger"), other: textOption(options, "other") };
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
  const text = textOption(options, option);
  if (text === undefined) throw new Problem(Exit.usage, `--${option} is missing: give a day, such as 2026-11-01.`);
  const day = parseDate(text);
  if (day === undefined) throw new Problem(Exit.usage, `--${option} must be a date such as 2026-11-01.`);
  return day;
}
