// What a callback does to the balances of the gateway, in exact amounts.
import type { VerifiedCallback } from "../../index.js";
import { parseDecimal } from "../decimal.js";

/** By how much each currency's balance grows; negative if it falls. */
export type Amounts = ReadonlyMap<string, bigint>;

/** The part of a callback that is compared. */
export interface Effect {
  readonly status: string;
  readonly isWithdrawal: boolean;
  /** The merchant's id of a withdrawal. */
  readonly foreignId: string | null;
  /** The merchant's id of the customer of a deposit. */
  readonly customer: string | null;
  /** Why a person must look at it. */
  readonly review: string | null;
  /** `undefined` if the callback does not say it clearly. */
  readonly amounts: Amounts | undefined;
  /** Whether a confirmed withdrawal does not say what it cost. */
  readonly hidesFees: boolean;
}

const NOTHING: Amounts = new Map();

/** Returns the effect of a callback. */
export function effectOf(callback: VerifiedCallback): Effect {
  const { status, type, foreign_id: foreignId, customerId: customer, needsReview: review, fees } = callback;
  const isWithdrawal = type === "withdrawal" || type === "withdrawal_exchange";
  return {
    ...{ status, isWithdrawal, foreignId, customer, review },
    amounts: amountsOf(callback, isWithdrawal),
    hidesFees: isWithdrawal && status === "confirmed" && fees === null,
  };
}

function amountsOf(callback: VerifiedCallback, isWithdrawal: boolean): Amounts | undefined {
  if (callback.status !== "confirmed" || callback.needsReview === "payment_request") return NOTHING;
  if (isWithdrawal) return debitOf(callback);
  if (callback.needsReview !== null) return undefined;
  return callback.credit ? sum([callback.credit]) : NOTHING;
}

/** Returns amount and fees of a withdrawal: the fees are debited in addition. */
function debitOf({ currency_sent, transactions, fees }: VerifiedCallback): Amounts | undefined {
  // Some callbacks have no amounts. Then the first step has the debited one, before an exchange.
  const steps = transactions ?? [];
  const debited = currency_sent ?? steps.find((step) => step.transaction_type === "exchange") ?? steps[0];
  const total = debited && sum([debited, ...(fees ?? [])]);
  return total && new Map([...total].map(([currency, amount]) => [currency, -amount]));
}

function sum(parts: readonly { currency: string | null; amount: string | null }[]): Amounts | undefined {
  const total = new Map<string, bigint>();
  for (const { currency, amount } of parts) {
    const units = amount === null ? undefined : parseDecimal(amount);
    if (!currency || units === undefined) return undefined;
    total.set(currency, (total.get(currency) ?? 0n) + units);
  }
  return total;
}
