// Days in UTC, as numbers of days since 1970-01-01: the gateway has a balance at the end of each.

/** A day in UTC. */
export type Day = number;

const MS_PER_DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** Reads a date, such as `2026-11-26`. `undefined` if it is anything else, such as `2026-02-30`. */
export function parseDate(text: string): Day | undefined {
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(text);
  // Some engines read February 30 as March 2.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms / MS_PER_DAY : undefined;
}

/** Reads a time such as `2026-11-26T09:30:00Z`, in milliseconds since the epoch, or a date, which is its noon. */
export function parseTime(text: string): number | undefined {
  const day = parseDate(text.slice(0, 10));
  if (day === undefined) return undefined;
  if (text.length === 10) return startOf(day) + MS_PER_DAY / 2;
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Returns the day of a time in milliseconds since the epoch. */
export function dayAt(ms: number): Day {
  return Math.floor(ms / MS_PER_DAY);
}

/** Returns the first moment of a day, in milliseconds since the epoch. */
export function startOf(day: Day): number {
  return day * MS_PER_DAY;
}

/** Returns the date of a day, such as `2026-11-26`. */
export function dateOf(day: Day): string {
  return new Date(startOf(day)).toISOString().slice(0, 10);
}
