/**
 * Returns a generator of random choices (mulberry32). They are the same in every run, so a failure can be repeated.
 *
 * @param {number} seed
 */
export function seeded(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  return { next, below, pick: (/** @type {readonly any[]} */ list) => list[below(list.length)] };
}
