// Progress goes to standard error, so that standard output has only results.
const terminal = process.stderr;
const live = Boolean(terminal.isTTY) && !process.env.CI;
/** A terminal is redrawn. Elsewhere a long step reports at this interval that it is still running. */
const INTERVAL_MS = live ? 120 : 20_000;
const CLEAR_LINE = live ? "\r\x1b[2K" : "";

/** @type {Map<string, { status: string, since: number }>} */
const active = new Map();
/** @type {NodeJS.Timeout | undefined} */
let timer;

const elapsed = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Prints a separate line on standard error, above the live line. @param {string} text */
export const say = (text) => void terminal.write(`${CLEAR_LINE}${text}\n`);

function show() {
  const describe = (title, { status, since }) => `${title}${status && `: ${status}`} (${elapsed(since)})`;
  const tasks = [...active].map(([title, task]) => describe(title, task));
  if (live) terminal.write(`${CLEAR_LINE}  … ${tasks.join(" | ").slice(0, (terminal.columns ?? 80) - 5)}`);
  else for (const task of tasks) say(`  … ${task}`);
}

/**
 * Runs one named step, and reports its start, its status and its duration.
 * @template T
 * @param {string} title
 * @param {(status: (text: string) => void) => T | Promise<T>} work
 * @param {(result: T) => boolean} [good] whether a result is good; by default every result is
 * @returns {Promise<T>}
 */
export async function step(title, work, good = () => true) {
  const task = { status: "", since: performance.now() };
  active.set(title, task);
  if (!live) say(`  … ${title}`);
  timer ??= setInterval(show, INTERVAL_MS);
  let mark = "✗";
  try {
    const result = await work((text) => {
      task.status = text;
    });
    if (good(result)) mark = "✓";
    return result;
  } finally {
    active.delete(title);
    if (active.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    say(`  ${mark} ${title}  ${elapsed(task.since)}`);
  }
}
