// Judges the credits of the shop.
import type { Fault } from "./answers.js";
import { formatDecimal, parseDecimal } from "../decimal.js";
import type { Sums, UnreadableAmount } from "./ledger.js";
import type { Credit } from "./gateway.js";
import type { Mistake, Script } from "./scenario.js";

/** The change of a ledger: sums by customer and currency, without zeros. */
export type Changes = Map<string, Map<string, bigint>>;

/** Returns the difference between two states of a ledger. */
export function changesBetween(before: Sums, after: Sums): Changes {
  const changes: Changes = new Map();
  for (const customer of new Set([...before.of.keys(), ...after.of.keys()])) {
    const [old, now] = [before.of.get(customer), after.of.get(customer)];
    const changed = new Map<string, bigint>();
    for (const currency of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const change = (now?.get(currency) ?? 0n) - (old?.get(currency) ?? 0n);
      if (change !== 0n) changed.set(currency, change);
    }
    if (changed.size > 0) changes.set(customer, changed);
  }
  return changes;
}

/** Returns the unreadable amounts that an earlier state of a ledger lacks. */
export function unreadableSince(before: Sums, after: Sums): UnreadableAmount[] {
  const isSame = (one: UnreadableAmount) => (other: UnreadableAmount) =>
    one.customer === other.customer && one.amount === other.amount;
  return after.unreadable.filter((one) => !before.unreadable.some(isSame(one)));
}

/** Whether each credit of a correct shop is there, so that no more has to come. */
export function isComplete({ credits }: Script, changes: Changes): boolean {
  const entries = [...entriesOf(sumsOfCredits(credits))];
  return entries.every(([customer, currency, units]) => amountIn(changes, customer, currency) >= units);
}

/** Returns the faults in the credits of a scenario's customers. */
export function faultsOfCredits(
  { credits, mistakes = [] }: Pick<Script, "credits" | "mistakes">,
  customers: readonly string[],
  changes: Changes,
): Fault[] {
  const expected = sumsOfCredits(credits);
  return customers.flatMap((customer) => {
    // A surplus credit is explained by a credit that is missing.
    const causes = expected.has(customer) ? mistakes : [];
    const currencies = new Set([...(expected.get(customer)?.keys() ?? []), ...(changes.get(customer)?.keys() ?? [])]);
    return [...currencies].flatMap((currency) => {
      const [right, actual] = [amountIn(expected, customer, currency), amountIn(changes, customer, currency)];
      return right === actual ? [] : [faultOf({ customer, currency, right, actual, causes })];
    });
  });
}

interface Comparison {
  customer: string;
  currency: string;
  right: bigint;
  actual: bigint;
  causes: readonly Mistake[];
}

function faultOf({ customer, currency, right, actual, causes }: Comparison): Fault {
  const text = (units: bigint) => `${formatDecimal(units)} ${currency}`;
  if (actual === 0n) return { code: "credit_missing", message: `did not credit ${text(right)} to ${customer}` };
  if (right > 0n && actual > right && actual % right === 0n) {
    return { code: "credit_repeated", message: `credited ${text(right)} to ${customer} ${actual / right} times` };
  }
  const mistake = causes.find((one) => one.currency === currency && parseDecimal(one.amount) === actual);
  const cause = mistake ? `, which is ${mistake.is}` : "";
  const expected = right === 0n ? "nothing" : text(right);
  const message = `credited ${text(actual)} to ${customer} instead of ${expected}${cause}`;
  return {
    code: right === 0n ? "credit_unexpected" : "credit_wrong",
    message,
    ...(mistake && { remedy: mistake.remedy }),
  };
}

function sumsOfCredits(credits: readonly Credit[]): Changes {
  const sums: Changes = new Map();
  for (const { customer, currency, amount } of credits) {
    const units = parseDecimal(amount);
    if (units === undefined) throw new Error(`${amount} is not decimal text`);
    const balances = sums.get(customer) ?? new Map<string, bigint>();
    sums.set(customer, balances.set(currency, (balances.get(currency) ?? 0n) + units));
  }
  return sums;
}

function amountIn(changes: Changes, customer: string, currency: string): bigint {
  return changes.get(customer)?.get(currency) ?? 0n;
}

function* entriesOf(changes: Changes): Generator<[customer: string, currency: string, units: bigint]> {
  for (const [customer, balances] of changes)
    for (const [currency, units] of balances) yield [customer, currency, units];
}
