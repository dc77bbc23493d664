/** Returns the items in random order. @template T @param {T[]} items @param {() => number} random @returns {T[]} */
export function shuffled(items, random) {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all;
}

/**
 * Works on all items with bounded concurrency.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} work
 */
export async function eachOf(items, concurrency, work) {
  const left = [...items].reverse();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
}

/** Returns the body of a callback. @param {string} id @param {string} status */
export const callback = (id, status, note = "") =>
  JSON.stringify({
    id,
    type: "deposit",
    crypto_address: { foreign_id: "user-17", address: "T1" },
    currency_received: { currency: "USDTT", amount: "50.10" },
    status,
    ...(note && { note }),
  });
