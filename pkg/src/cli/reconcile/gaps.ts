// Finds the days on which a balance changed by more or less than the known movements.
import type { BalancesOn } from "./balances.js";
import { type Day, dayAt } from "./day.js";
import { NEIGHBOURS, type OnDay, settled } from "./midnight.js";
import type { Movement } from "./transactions.js";

/** A change of a balance that no movement explains. */
export interface Gap {
  readonly currency: string;
  readonly day: Day;
  /** Above zero if the balance grew by more, or fell by less, than the movements say. */
  readonly amount: bigint;
}

/**
 * Returns the gaps of all currencies after the end of one day up to the end of another.
 *
 * @param movements at least those since {@link firstDayFor} `after`
 */
export async function findGaps(
  after: Day,
  until: Day,
  movements: readonly Movement[],
  balancesOn: BalancesOn,
  today: Day,
): Promise<Gap[]> {
  const first = firstDayFor(after);
  const known = movements.filter(({ at }) => dayAt(at) >= first).sort((one, two) => one.at - two.at);
  const currencies = new Set([
    ...known.filter(({ at }) => dayAt(at) > after && dayAt(at) <= until).map(({ currency }) => currency),
    ...(await balancesOn(after)).keys(),
    ...(await balancesOn(until)).keys(),
  ]);
  const gaps: Gap[] = [];
  for (const currency of [...currencies].sort()) {
    const own = known.filter((movement) => movement.currency === currency);
    /** The part of a day's closing balance that no movement explains. */
    const restOn: OnDay = async (day) => {
      const balance = (await balancesOn(day)).get(currency) ?? 0n;
      return own.reduce((rest, { at, amount }) => (dayAt(at) <= day ? rest - amount : rest), balance);
    };
    for (const step of await stepsOf(settled(restOn, own, today), after, until)) gaps.push({ currency, ...step });
  }
  return gaps;
}

/** Returns the first day whose movements are needed for gaps after a day: its neighbours are compared too. */
export function firstDayFor(after: Day): Day {
  return after - NEIGHBOURS + 1;
}

/** Finds by bisection the days on which a value changes. */
async function stepsOf(valueOn: OnDay, after: Day, until: Day): Promise<Omit<Gap, "currency">[]> {
  const amount = (await valueOn(until)) - (await valueOn(after));
  if (amount === 0n) return [];
  if (until - after === 1) return [{ day: until, amount }];
  const middle = Math.floor((after + until) / 2);
  return [...(await stepsOf(valueOn, after, middle)), ...(await stepsOf(valueOn, middle, until))];
}
