// The transactions of the inbox: what their events say about balances, and what the shop has to credit.
import type { Amounts, Effect } from "./effect.js";

/** An event of the inbox. */
export interface ReadEvent {
  readonly id: string;
  /** The transaction; null if the callback was not understood. */
  readonly transaction: string | null;
  readonly status: string | null;
  readonly isFinal: boolean;
  /** Whether it contradicts an earlier final status. */
  readonly isConflict: boolean;
  /** Whether it repeats or contradicts an earlier status with another body. */
  readonly isRepeated: boolean;
  /** When it was received, in milliseconds since the epoch. */
  readonly at: number;
  /** `undefined` if its body was dropped, or cannot be read. */
  readonly effect: Effect | undefined;
  readonly hasBody: boolean;
}

/** A change of a currency's balance. */
export interface Movement {
  /** When it was reported, in milliseconds since the epoch. */
  readonly at: number;
  readonly currency: string;
  /** What the balance grew by; negative if it fell. */
  readonly amount: bigint;
}

/** A confirmed deposit, or a confirmed transaction that may be one. */
export interface Deposit {
  readonly id: string;
  readonly customer: string | null;
  readonly at: number;
  /** What to credit; `undefined` if the callback does not say it clearly. */
  readonly credit: { readonly currency: string; readonly amount: bigint } | undefined;
  /** Whether the shop must have credited it. If another final status came too, a person decides. */
  readonly isDue: boolean;
}

/** An event whose effect on the balances is unknown. */
export interface UnclearEvent {
  readonly event: string;
  readonly transaction: string | null;
  readonly at: number;
  readonly reason: string;
}

/** The transactions of the inbox. */
export interface Transactions {
  readonly movements: readonly Movement[];
  readonly deposits: ReadonlyMap<string, Deposit>;
  readonly unclear: readonly UnclearEvent[];
  /** The merchant's ids of withdrawals without a final status. */
  readonly openWithdrawals: readonly string[];
  /** The merchant's ids of confirmed withdrawals that list no fees. */
  readonly withoutFees: readonly string[];
  /** When each withdrawal was confirmed. */
  readonly withdrawals: readonly { readonly at: number }[];
}

/** Derives the transactions of events, which are in the order of receipt. */
export function transactionsOf(events: readonly ReadEvent[]): Transactions {
  const movements: Movement[] = [];
  const deposits = new Map<string, Deposit>();
  const unclear = new Map<string, UnclearEvent>();
  const states = new Map<string, { first: number; applied: Amounts }>();
  const open = new Map<string, string>();
  const withoutFees = new Set<string>();
  const withdrawals = new Map<string, { at: number }>();

  for (const event of events) {
    const { id, transaction, at, effect } = event;
    const reportUnclear = (reason: string) => {
      const key = transaction ?? id;
      if (!unclear.has(key)) unclear.set(key, { event: id, transaction, at, reason });
    };
    if (transaction === null || (!effect && event.hasBody)) {
      reportUnclear("unreadable");
      continue;
    }
    if (!effect) {
      if (event.status !== "confirmed" || deposits.has(transaction)) continue;
      reportUnclear("body_dropped");
      deposits.set(transaction, withoutCredit(transaction, event));
      continue;
    }
    const state = states.get(transaction) ?? { first: at, applied: new Map() };
    states.set(transaction, state);
    const { isWithdrawal, amounts } = effect;
    const name = effect.foreignId ?? transaction;
    if (!event.isFinal) {
      if (isWithdrawal && state.applied.size === 0) open.set(transaction, name);
      continue;
    }
    open.delete(transaction);
    if (effect.hidesFees) withoutFees.add(name);
    if (isWithdrawal && effect.status === "confirmed") withdrawals.set(transaction, { at });
    noteDeposit(deposits, transaction, event, effect);
    if (!amounts) {
      reportUnclear(effect.review ?? "amount_unreadable");
      continue;
    }
    unclear.delete(transaction);
    // A withdrawal is debited when it is requested, so an earlier callback is nearer to that moment than the final one.
    movements.push(...changes(state.applied, amounts, isWithdrawal ? state.first : at));
    state.applied = amounts;
  }
  return {
    ...{ movements, deposits, unclear: [...unclear.values()], withdrawals: [...withdrawals.values()] },
    ...{ openWithdrawals: [...open.values()], withoutFees: [...withoutFees] },
  };
}

/** Stores the first `confirmed` of a deposit, and that another final status came. */
function noteDeposit(deposits: Map<string, Deposit>, id: string, event: ReadEvent, effect: Effect): void {
  const known = deposits.get(id);
  if (known) {
    if (event.isConflict) deposits.set(id, { ...known, isDue: false });
    return;
  }
  const { status, isWithdrawal, review, customer, amounts } = effect;
  if (status !== "confirmed" || isWithdrawal || review === "payment_request") return;
  const deposit = { ...withoutCredit(id, event), customer, isDue: !event.isConflict };
  if (!amounts) deposits.set(id, deposit);
  for (const [currency, amount] of amounts ?? []) deposits.set(id, { ...deposit, credit: { currency, amount } });
}

function withoutCredit(id: string, { at }: ReadEvent): Deposit {
  return { id, customer: null, at, credit: undefined, isDue: true };
}

/** Returns the movements from one effect of a transaction to the next. */
function changes(before: Amounts, after: Amounts, at: number): Movement[] {
  const currencies = new Set([...before.keys(), ...after.keys()]);
  const all = [...currencies].map((currency) => {
    const amount = (after.get(currency) ?? 0n) - (before.get(currency) ?? 0n);
    return { at, currency, amount };
  });
  return all.filter(({ amount }) => amount !== 0n);
}
