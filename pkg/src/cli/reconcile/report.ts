// Prints a reconciliation, for people or as JSON.
import { formatDecimal } from "../decimal.js";
import { printable } from "../output.js";
import { type Day, dateOf } from "./day.js";
import type { LedgerRow } from "./files.js";
import type { Gap } from "./gaps.js";
import type { LedgerDifference } from "./ledger.js";
import type { Reconciliation } from "./compare.js";
import type { Deposit, UnclearEvent } from "./transactions.js";

/** What was compared. */
export interface ReportSettings {
  readonly from: Day;
  readonly to: Day;
  /** The file of the ledger, if it was compared. */
  readonly ledger: string | undefined;
}

const PAGE = "https://github.com/citrn/citrn/blob/main/docs/reconciling.md";

/** A difference in the report: its fields in JSON, and its line for people. */
interface Entry {
  readonly json: object;
  readonly line: string;
}

/** Whether nothing differs. */
export function agrees({ gaps, ledger, unclear }: Reconciliation): boolean {
  return gaps.length + ledger.length + unclear.length === 0;
}

/** Returns the report as lines for a terminal. */
export function asText(result: Reconciliation, settings: ReportSettings): string {
  const { from, to, ledger } = settings;
  const { deposits, withdrawals } = result.compared;
  const lines = entriesOf(result, settings).map(({ line }) => printable(line));
  const count = lines.length === 0 ? "no difference" : counted(lines.length, "difference");
  lines.push(...notesOn(result).map((note) => printable(`Note: ${note}.`)));
  const compared = ["the gateway's balances", ...(ledger === undefined ? [] : [ledger])].join(" and ");
  lines.push(
    printable(`${dateOf(from)} to ${dateOf(to)} (UTC): ${count} between the inbox and ${compared}.`),
    `The inbox has ${counted(deposits, "deposit")} and ${counted(withdrawals, "withdrawal")}, confirmed on these days.`,
  );
  if (!agrees(result)) lines.push(`What to do: ${PAGE}`);
  return lines.join("\n");
}

/** Returns the report as JSON, with amounts as text. */
export function asJson(result: Reconciliation, settings: ReportSettings): string {
  const { from, to, ledger } = settings;
  const differences = entriesOf(result, settings).map(({ json }) => json);
  const period = { from: dateOf(from), to: dateOf(to), ledger: ledger ?? null };
  const report = { ...period, agrees: agrees(result), compared: result.compared, differences };
  return JSON.stringify({ ...report, notes: notesOn(result) }, null, 2);
}

function entriesOf({ gaps, ledger, unclear }: Reconciliation, settings: ReportSettings): Entry[] {
  const file = settings.ledger ?? "";
  return [...gaps.map(gapEntry), ...ledger.map((one) => ledgerEntry(one, file)), ...unclear.map(unclearEntry)];
}

function gapEntry({ currency, day, amount }: Gap): Entry {
  const size = formatDecimal(amount < 0n ? -amount : amount);
  const text =
    amount > 0n
      ? `${size} ${currency} came in that no event explains; a deposit's callback may be lost`
      : `${size} ${currency} went out that no event explains; a withdrawal's callback may be lost`;
  return {
    json: { kind: "balance", currency, day: dateOf(day), amount: formatDecimal(amount) },
    line: `balance  ${dateOf(day)}: ${text}`,
  };
}

function ledgerEntry(difference: LedgerDifference, file: string): Entry {
  switch (difference.kind) {
    case "missing": {
      const { deposit } = difference;
      const json = { kind: "missing", ...depositFields(deposit) };
      return { json, line: `missing  ${nameOf(deposit)}: ${creditOf(deposit)} is not in ${file}` };
    }
    case "wrong": {
      const { deposit, row } = difference;
      const json = { kind: "wrong", ...depositFields(deposit), row: rowFields(row) };
      return {
        json,
        line: `wrong    ${nameOf(deposit)}: ${creditOf(deposit)}, but ${file}:${row.line} has ${sumOf(row)}`,
      };
    }
    case "double": {
      const [first, ...more] = difference.rows;
      const lines = difference.rows.map(({ line }) => line);
      const json = { kind: "double", id: first?.id, rows: difference.rows.map(rowFields) };
      return {
        json,
        line: `double   deposit ${first?.id}: ${more.length + 1} times in ${file}, lines ${lines.join(", ")}`,
      };
    }
    case "unknown": {
      const { row } = difference;
      const json = { kind: "unknown", id: row.id, row: rowFields(row) };
      const place = `${file}:${row.line} has ${sumOf(row)}`;
      return {
        json,
        line: `unknown  deposit ${row.id}: ${place}, but the inbox has no confirmed deposit with this id`,
      };
    }
  }
}

function unclearEntry({ event, transaction, at, reason }: UnclearEvent): Entry {
  const name = transaction === null ? `event ${event}` : `transaction ${transaction}`;
  return {
    json: { kind: "unclear", id: transaction, event, received_at: new Date(at).toISOString(), reason },
    line: `unclear  ${name}: its amount is not known (${reason}); received ${new Date(at).toISOString()}`,
  };
}

/** Returns what may explain gaps. */
function notesOn({ gaps, withdrawals }: Reconciliation): string[] {
  if (gaps.length === 0) return [];
  const { openWithdrawals, withoutFees } = withdrawals;
  const notes: string[] = [];
  if (openWithdrawals.length > 0) {
    notes.push(`not final yet, but possibly debited: the withdrawals ${openWithdrawals.join(", ")}`);
  }
  if (withoutFees.length > 0) {
    notes.push(
      `their callbacks list no fees, which the gateway may have debited: the withdrawals ${withoutFees.join(", ")}`,
    );
  }
  return notes;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const nameOf = ({ id, customer }: Deposit) => `deposit ${id}${customer === null ? "" : ` of ${customer}`}`;

function creditOf({ credit, at }: Deposit): string {
  return `${credit ? sumOf(credit) : ""}, received ${new Date(at).toISOString()}`;
}

const sumOf = ({ amount, currency }: { amount: bigint; currency: string }) => `${formatDecimal(amount)} ${currency}`;

function depositFields({ id, customer, at, credit }: Deposit): object {
  const fields = credit && { currency: credit.currency, amount: formatDecimal(credit.amount) };
  return { id, customer_id: customer, ...fields, received_at: new Date(at).toISOString() };
}

const rowFields = ({ line, currency, amount }: LedgerRow) => ({ line, currency, amount: formatDecimal(amount) });
