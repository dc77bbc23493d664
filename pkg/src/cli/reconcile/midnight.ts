// Callbacks around midnight: one that comes after it may be about the balance of the day before. So the rest of a
// balance that no movement explains can differ for a day. A lost callback changes it for good.
// A guess: a loss right after a late callback of the same amount counts for the day of that callback.
import { type Day, dayAt, startOf } from "./day.js";
import type { Movement } from "./transactions.js";

/** A value at the end of a day. */
export type OnDay = (day: Day) => Promise<bigint>;

/** Callbacks that come together in this time after midnight may all be about the day before. */
const AFTER_MIDNIGHT_MS = 10 * 60_000;
/** A balance is that of 23:59, so callbacks of the last minute may be about the next day. */
const BEFORE_MIDNIGHT_MS = 2 * 60_000;

/** The days before and after a day that are considered with it. */
export const NEIGHBOURS = 2;

/**
 * What each assumption about a day costs; the cheapest course of days is believed. A lost callback costs less than late
 * ones on two days, which equal amounts can feign, but four cost more than one and late ones on all five days.
 */
const COST = { exact: 0, movedAcrossMidnight: 6, lost: 11, unexplained: 14 } as const;

/**
 * Returns the rest at the end of a day without what movements around midnight add to it.
 *
 * @param restOn the part of a day's closing balance that no movement explains
 * @param movements of this currency, in the order of time
 */
export function settled(restOn: OnDay, movements: readonly Movement[], today: Day): OnDay {
  return async (day) => {
    const days: Costs[] = [];
    for (let near = day - NEIGHBOURS; near <= Math.min(day + NEIGHBOURS, today); near++) {
      const rest = await restOn(near);
      const costs: Costs = new Map(shiftsAt(near, movements).map((shift) => [rest - shift, COST.movedAcrossMidnight]));
      days.push(costs.set(rest, COST.exact));
    }
    return cheapestCourse(days)[NEIGHBOURS] ?? restOn(day);
  };
}

/** What each value of a day costs. All others are unexplained. */
type Costs = Map<bigint, number>;

/** Returns a value for each day, so that the values and their changes cost least (the Viterbi algorithm). */
function cheapestCourse(days: readonly Costs[]): bigint[] {
  const values = new Set(days.flatMap((costs) => [...costs.keys()]));
  /** The cheapest courses up to a day, by their last value. */
  let courses = new Map<bigint, Course>();
  for (const costs of days) {
    const best = cheapest(courses.values());
    const next = new Map<bigint, Course>();
    for (const value of values) {
      const own = costs.get(value) ?? COST.unexplained;
      const same = courses.get(value);
      const isSame = same && (!best || same.cost <= best.cost + COST.lost);
      const [before, step] = isSame ? [same, 0] : [best, best ? COST.lost : 0];
      next.set(value, { value, cost: (before?.cost ?? 0) + step + own, before });
    }
    courses = next;
  }
  const course: bigint[] = [];
  for (let last = cheapest(courses.values()); last; last = last.before) course.unshift(last.value);
  return course;
}

interface Course {
  readonly value: bigint;
  readonly cost: number;
  readonly before: Course | undefined;
}

function cheapest(courses: Iterable<Course>): Course | undefined {
  let best: Course | undefined;
  for (const course of courses) if (!best || course.cost < best.cost) best = course;
  return best;
}

/** Returns the sums by which movements around the end of a day may change its rest. */
export function shiftsAt(day: Day, movements: readonly Movement[]): bigint[] {
  const midnight = startOf(day + 1);
  const next = movements.filter(({ at }) => dayAt(at) === day + 1);
  // A single callback may come hours later, when the gateway repeats it.
  const single = next.map(({ amount }) => amount);
  const early = next.filter(({ at }) => at < midnight + AFTER_MIDNIGHT_MS);
  const late = movements.filter(({ at }) => at >= midnight - BEFORE_MIDNIGHT_MS && at < midnight);
  return [...single, ...runningSums(early), ...runningSums(late.reverse()).map((sum) => -sum)];
}

function runningSums(movements: readonly Movement[]): bigint[] {
  let sum = 0n;
  return movements.map(({ amount }) => (sum += amount));
}
