// Compares inbox, ledger and balances over a period.
import type { BalancesOn } from "./balances.js";
import { type Day, dayAt } from "./day.js";
import type { LedgerRow } from "./files.js";
import { findGaps, firstDayFor, type Gap } from "./gaps.js";
import type { Inbox } from "./inbox.js";
import { compareLedger, type LedgerDifference } from "./ledger.js";
import {
  type Deposit,
  type Movement,
  type ReadEvent,
  type Transactions,
  transactionsOf,
  type UnclearEvent,
} from "./transactions.js";

/** What to compare. */
export interface Input {
  /** The first day, which begins after the balance of the day before. */
  readonly from: Day;
  /** The last day. */
  readonly to: Day;
  /** The day whose balance is not final yet. */
  readonly today: Day;
  readonly inbox: Inbox;
  readonly balancesOn: BalancesOn;
  readonly ledger: readonly LedgerRow[] | undefined;
  /** Movements that no callback reports. */
  readonly other: readonly Movement[];
}

/** The result: `gaps`, `ledger` and `unclear` are the differences. */
export interface Reconciliation {
  readonly gaps: readonly Gap[];
  readonly ledger: readonly LedgerDifference[];
  /** Events whose amounts cannot be compared. */
  readonly unclear: readonly UnclearEvent[];
  /** How many of the inbox were compared. */
  readonly compared: { readonly deposits: number; readonly withdrawals: number };
  /** Withdrawals that may explain a gap. */
  readonly withdrawals: Pick<Transactions, "openWithdrawals" | "withoutFees">;
}

/** Compares everything. */
export async function compare({ from, to, today, inbox, balancesOn, ledger, other }: Input): Promise<Reconciliation> {
  const before = from - 1;
  const events = await inbox.since(firstDayFor(before));
  const transactions = transactionsOf(await withHistories(events, inbox));
  const { deposits } = transactions;
  const isInPeriod = ({ at }: { readonly at: number }) => dayAt(at) >= from && dayAt(at) <= to;

  const lookUp = async (id: string) => transactionsOf(await inbox.ofTransaction(id)).deposits.get(id);
  const differences = ledger ? await compareLedger(ledger, deposits, lookUp, isInPeriod) : [];
  const byHand = creditedByHand(ledger ?? [], deposits, transactions.unclear);
  const movements = [...transactions.movements, ...byHand.movements, ...other];
  return {
    gaps: await findGaps(before, to, movements, balancesOn, today),
    ledger: differences,
    unclear: byHand.unclear.filter(isInPeriod),
    compared: {
      deposits: [...deposits.values()].filter((deposit) => deposit.credit && isInPeriod(deposit)).length,
      withdrawals: transactions.withdrawals.filter(isInPeriod).length,
    },
    withdrawals: transactions,
  };
}

/** Adds the earlier events of repeated or contradicted transactions, which would count a second time without them. */
async function withHistories(events: readonly ReadEvent[], inbox: Inbox): Promise<readonly ReadEvent[]> {
  const repeated = new Set(events.flatMap(({ isRepeated, transaction }) => (isRepeated && transaction) || []));
  if (repeated.size === 0) return events;
  const all = events.filter(({ transaction }) => !repeated.has(transaction ?? ""));
  for (const id of repeated) all.push(...(await inbox.ofTransaction(id)));
  return all.sort((one, two) => one.at - two.at);
}

/** Takes the amounts of unclear deposits from the ledger: a person has found them out and credited them. */
function creditedByHand(
  ledger: readonly LedgerRow[],
  deposits: ReadonlyMap<string, Deposit>,
  unclear: readonly UnclearEvent[],
): { movements: Movement[]; unclear: UnclearEvent[] } {
  const rows = new Map(ledger.map((row) => [row.id, row]));
  const rest: UnclearEvent[] = [];
  const movements = unclear.flatMap((event) => {
    const id = event.transaction ?? "";
    const row = deposits.has(id) ? rows.get(id) : undefined;
    if (row) return [{ at: event.at, currency: row.currency, amount: row.amount }];
    rest.push(event);
    return [];
  });
  return { movements, unclear: rest };
}
