// Replaces `node:timers/promises` in a test of a part alone: waits end immediately, and are recorded.

/** The waits, in milliseconds; a test empties it. */
export const waits = (globalThis.citrnTestWaits ??= []);

/** Resolves in the next turn, or rejects as the platform's does. */
export async function setTimeout(ms, value, { signal } = {}) {
  signal?.throwIfAborted();
  waits.push(ms);
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
  return value;
}
