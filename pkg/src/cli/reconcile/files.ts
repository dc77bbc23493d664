// The two CSV files: the shop's ledger of deposits, and the movements that no callback reports.
import { parseDecimal } from "../decimal.js";
import { malformed, readCsv, type Row } from "./csv.js";
import { parseTime } from "./day.js";
import type { Movement } from "./transactions.js";

/** A deposit in the shop's ledger. */
export interface LedgerRow {
  readonly line: number;
  /** The gateway's id of the transaction. */
  readonly id: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** Reads a ledger: the columns `id`, `currency` and `amount`. */
export function readLedger(file: string, bytes: Uint8Array): LedgerRow[] {
  return readCsv(file, bytes, ["id", "currency", "amount"]).map((row) => {
    const amount = amountIn(file, row);
    if (amount < 0n) throw malformed(file, row.line, "amount: must not be negative");
    return { line: row.line, id: textIn(file, row, "id"), currency: textIn(file, row, "currency"), amount };
  });
}

/** Reads movements that no callback reports: the columns `date`, `currency` and `amount`. */
export function readOther(file: string, bytes: Uint8Array): Movement[] {
  return readCsv(file, bytes, ["date", "currency", "amount"]).map((row) => {
    const at = parseTime(row.values.date);
    if (at === undefined) {
      throw malformed(
        file,
        row.line,
        "date: must be such as 2026-11-26, or a time in UTC such as 2026-11-26T09:30:00Z",
      );
    }
    return { at, currency: textIn(file, row, "currency"), amount: amountIn(file, row) };
  });
}

function textIn<Column extends string>(file: string, { line, values }: Row<Column>, column: Column): string {
  if (values[column].trim() === "") throw malformed(file, line, `${column}: is empty`);
  return values[column];
}

function amountIn(file: string, { line, values }: Row<"amount">): bigint {
  const amount = parseDecimal(values.amount);
  if (amount === undefined) {
    throw malformed(file, line, "amount: must be a decimal number such as 49.50, with a point and no other separator");
  }
  return amount;
}
