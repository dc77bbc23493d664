/** The middle of some numbers. @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number[]} numbers */
export const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * A figure of several rounds: its median, and the least and the most that a round gave.
 * @typedef {{ median: number, least: number, most: number }} Figure
 * @param {number[]} rounds
 * @returns {Figure}
 */
export const figure = (rounds) => ({ median: median(rounds), least: Math.min(...rounds), most: Math.max(...rounds) });

/**
 * How one is to another, round by round: rounds of both that stand side by side were measured side by side, so what the machine
 * did meanwhile falls out.
 * @param {number[]} ours
 * @param {number[]} theirs
 */
export const ratio = (ours, theirs) => figure(ours.map((value, round) => value / theirs[round]));
