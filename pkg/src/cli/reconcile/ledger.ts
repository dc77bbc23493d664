// Compares the shop's ledger with the deposits of the inbox.
import type { LedgerRow } from "./files.js";
import type { Deposit } from "./transactions.js";

/** A difference between the ledger and the inbox. */
export type LedgerDifference =
  /** The shop must have credited the deposit, but the ledger does not have it. */
  | { readonly kind: "missing"; readonly deposit: Deposit }
  /** The ledger has another amount or currency than the callback. */
  | { readonly kind: "wrong"; readonly deposit: Deposit; readonly row: LedgerRow }
  /** The ledger has the deposit in several rows. */
  | { readonly kind: "double"; readonly rows: readonly LedgerRow[] }
  /** The inbox has no confirmed deposit with this id. */
  | { readonly kind: "unknown"; readonly row: LedgerRow };

/**
 * Compares the ledger with the inbox, deposit by deposit.
 *
 * @param deposits those that were read; `lookUp` returns any other one by its id
 * @param isInPeriod whether the ledger must have a deposit
 */
export async function compareLedger(
  rows: readonly LedgerRow[],
  deposits: ReadonlyMap<string, Deposit>,
  lookUp: (id: string) => Promise<Deposit | undefined>,
  isInPeriod: (deposit: Deposit) => boolean,
): Promise<LedgerDifference[]> {
  const byId = new Map<string, LedgerRow[]>();
  for (const row of rows) byId.set(row.id, [...(byId.get(row.id) ?? []), row]);

  const differences: LedgerDifference[] = [];
  for (const deposit of deposits.values()) {
    const isMissing = deposit.isDue && deposit.credit && isInPeriod(deposit) && !byId.has(deposit.id);
    if (isMissing) differences.push({ kind: "missing", deposit });
  }
  for (const [id, rows] of byId) {
    differences.push(...compareRows(rows, deposits.get(id) ?? (await lookUp(id))));
  }
  return differences;
}

function compareRows(rows: readonly LedgerRow[], deposit: Deposit | undefined): LedgerDifference[] {
  const differences: LedgerDifference[] = [];
  for (const row of rows) {
    if (!deposit) differences.push({ kind: "unknown", row });
    else if (!isEqual(row, deposit)) differences.push({ kind: "wrong", deposit, row });
  }
  if (rows.length > 1) differences.push({ kind: "double", rows });
  return differences;
}

/** Whether a row has the amount of a deposit. If the callback does not state it, a person has found it out. */
function isEqual({ currency, amount }: LedgerRow, { credit }: Deposit): boolean {
  return !credit || (credit.currency === currency && credit.amount === amount);
}
