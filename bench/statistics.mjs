/** Returns the median. @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Returns the lower quartile. @param {number[]} numbers */
export const lowerQuartile = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 2];

/**
 * A figure of several rounds: the median, the extremes, and the 95 % confidence interval of the median.
 * @typedef {{ median: number, least: number, most: number, low: number, high: number }} Figure
 */

/**
 * Returns the figure of some rounds. The interval is between two ranks, so it is valid for any distribution.
 * @param {number[]} rounds
 * @returns {Figure}
 */
export function figure(rounds) {
  const sorted = [...rounds].sort((a, b) => a - b);
  const rank = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
  const [low, high] = [sorted[rank], sorted[sorted.length - 1 - rank]];
  return { median: median(sorted), least: sorted[0], most: sorted[sorted.length - 1], low, high };
}

/**
 * Returns the ratio of two series, round by round. Both were measured together in each round, so changes of the machine
 * cancel out.
 * @param {number[]} ours
 * @param {number[]} theirs
 */
export const ratio = (ours, theirs) => figure(ours.map((value, round) => value / theirs[round]));
