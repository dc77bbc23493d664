// The gateway's balances at the end of a day.
import type { Citrn } from "../../index.js";
import { parseDecimal } from "../decimal.js";
import { Exit, Problem } from "../exit.js";
import { type Day, dateOf } from "./day.js";

/** The balance of each currency. */
export type Balances = ReadonlyMap<string, bigint>;

/** Returns the balances at 23:59 UTC of a past day, or the current ones for today. */
export type BalancesOn = (day: Day) => Promise<Balances>;

/** Returns the balances of an account. Each day is requested once. */
export function balancesOf(citrn: Citrn, today: Day): BalancesOn {
  const requested = new Map<Day, Promise<Balances>>();
  const request = async (day: Day) => {
    const reply = await citrn.balances.list(day === today ? undefined : { date: dateOf(day) });
    const balances = new Map<string, bigint>();
    for (const { currency, balance } of reply.data) {
      const units = parseDecimal(balance);
      if (units === undefined) {
        const problem = `the balance of ${currency} on ${dateOf(day)} is not a decimal number`;
        throw new Problem(Exit.gateway, `balances: ${problem}.`);
      }
      balances.set(currency, (balances.get(currency) ?? 0n) + units);
    }
    return balances;
  };
  return (day) => {
    const balances = requested.get(day) ?? request(day);
    requested.set(day, balances);
    return balances;
  };
}
