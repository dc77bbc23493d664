// A simulated clock, page, event stream and Worker for the tests of how the element follows a link.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock } from "node:test";
import { internals } from "./internals.mjs";

const { follow } = await internals("src/element/follow.ts");
const URL = "https://pay.shop.example/c/token/status";
export const MINUTE = 60_000;
export const NOW = Date.parse("2026-01-02T00:00:00Z");

/** The streams that were opened, and the requests of polls. */
export let streams, polls;
let answer, page;
/** Stops what a test has started: later tests would otherwise find no free stream. */
const stops = [];

class FakeEventSource extends EventTarget {
  static CLOSED = 2;
  readyState = 1;
  onerror = () => {};
  constructor(url) {
    super();
    assert.equal(url, URL);
    streams.push(this);
  }
  send(status) {
    this.dispatchEvent(Object.assign(new Event("status"), { data: JSON.stringify(status) }));
  }
  fail(readyState) {
    this.readyState = readyState;
    this.onerror();
  }
  close() {
    this.readyState = 2;
  }
}

beforeEach(() => {
  [streams, polls] = [[], []];
  answer = () => Response.json(status("waiting"));
  page = Object.assign(new EventTarget(), { hidden: false });
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  const fetch = async (url, init) => {
    assert.equal(url, URL);
    polls.push(init);
    return answer();
  };
  Object.assign(globalThis, { document: page, EventSource: FakeEventSource, fetch });
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  mock.timers.reset();
});

export const SEEN_AT = "2026-01-01T00:00:00Z";
const deposit = (state) => ({ currency: "BTC", amount: "1", state, seen_at: SEEN_AT, confirmed_at: null });
/** A link's status: the states of its deposits, latest first, or `waiting`. */
export const status = (...states) => ({
  state: states[0],
  deposits: states.filter((state) => state !== "waiting").map(deposit),
  earlier: [],
});

/** The answer of a host that cannot be reached. */
export const unreachable = () => {
  throw new TypeError("Failed to fetch");
};

/** Lets time pass, second by second, with the promises of polls. */
export async function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 1_000) {
    mock.timers.tick(Math.min(1_000, milliseconds - passed));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Follows the link, by default after a click. Returns the states and statuses that it reports, and its `stop`. */
export function start(clicked = true) {
  const [states, reported] = [[], []];
  const stop = follow(URL, clicked, (status) => {
    states.push(status.state);
    reported.push(status);
  });
  stops.push(stop);
  return { states, reported, stop };
}

/** Sets the Worker's answer to polls. */
export function answers(next) {
  answer = next;
}

export async function setHidden(hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}
