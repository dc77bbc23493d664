import { performance } from "node:perf_hooks";

// Progress goes to standard error, so that standard output holds results only.
const terminal = process.stderr;
const live = Boolean(terminal.isTTY) && !process.env.CI;
const REDRAW_MS = 120;
/** Without a terminal to redraw on, a long step says that often that it is still at work. */
const HEARTBEAT_MS = 20_000;

/** @type {Map<string, { status: string, since: number, said: number }>} */
const active = new Map();
/** @type {NodeJS.Timeout | undefined} */
let timer;
let drawn = false;

/** "0.8 s", "42 s", "3 min 5 s". @param {number} ms */
export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function erase() {
  if (drawn) terminal.write("\r\x1b[2K");
  drawn = false;
}

/** A line of its own on standard error, above the live line. @param {string} text */
export function say(text) {
  erase();
  terminal.write(`${text}\n`);
}

function redraw() {
  const now = performance.now();
  if (live) {
    const text = [...active]
      .map(([title, { status, since }]) => `${title}${status ? `: ${status}` : ""} (${duration(now - since)})`)
      .join(" | ");
    const width = (terminal.columns ?? 80) - 5;
    erase();
    terminal.write(`  … ${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    drawn = true;
    return;
  }
  for (const [title, task] of active) {
    if (now - task.said < HEARTBEAT_MS) continue;
    task.said = now;
    say(`  … ${title}${task.status ? `: ${task.status}` : ""} (${duration(now - task.since)})`);
  }
}

/**
 * Does one named piece of work, saying when it starts, what it is at, and how long it took.
 * @template T
 * @param {string} title
 * @param {(status: (text: string) => void) => Promise<T>} work
 * @param {(result: T) => boolean} [good] tells a good result from a bad one; without it every result is good
 * @returns {Promise<T>}
 */
export async function step(title, work, good = () => true) {
  const since = performance.now();
  const task = { status: "", since, said: since };
  active.set(title, task);
  if (!live) say(`  … ${title}`);
  timer ??= setInterval(redraw, live ? REDRAW_MS : 1_000);
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
    say(`  ${mark} ${title}  ${duration(performance.now() - since)}`);
  }
}
