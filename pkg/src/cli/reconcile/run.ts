// Runs a reconciliation from files and URLs to the report.
import { Citrn, type CitrnOptions } from "../../index.js";
import { readInput } from "../arguments.js";
import { balancesOf } from "./balances.js";
import { compare } from "./compare.js";
import type { Day } from "./day.js";
import { readLedger, readOther } from "./files.js";
import { inboxOf } from "./inbox.js";
import { agrees, asJson, asText } from "./report.js";

/** The settings of a run. */
export interface Settings {
  readonly from: Day;
  readonly to: Day;
  readonly today: Day;
  /** The URL of the Worker. */
  readonly worker: string;
  /** The token for the Worker. */
  readonly token: string;
  readonly gateway: CitrnOptions;
  /** The names of the CSV files. */
  readonly files: { readonly ledger: string | undefined; readonly other: string | undefined };
}

/** Compares everything. Returns whether nothing differs, and the report. */
export async function runReconciliation(
  settings: Settings,
  json: boolean,
): Promise<{ agrees: boolean; report: string }> {
  const { from, to, today, files } = settings;
  const ledger = files.ledger === undefined ? undefined : readLedger(files.ledger, await readInput(files.ledger));
  const other = files.other === undefined ? [] : readOther(files.other, await readInput(files.other));
  const citrn = new Citrn(settings.gateway);
  const inbox = inboxOf(settings.worker, settings.token, citrn);
  const result = await compare({ from, to, today, inbox, balancesOn: balancesOf(citrn, today), ledger, other });
  const shown = { from, to, ledger: files.ledger };
  return { agrees: agrees(result), report: json ? asJson(result, shown) : asText(result, shown) };
}
