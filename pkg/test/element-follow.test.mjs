// How the element follows a link's status, with a simulated clock, page, event stream and Worker.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { internals } from "./internals.mjs";

const { follow } = await internals("src/element/follow.ts");
const URL = "https://pay.shop.example/c/token/status";
const MINUTE = 60_000;
const NOW = Date.parse("2026-01-02T00:00:00Z");

/** The streams that were opened, and the answers that the Worker gives to polls. */
let streams, polls, answer, page;
/** Functions that stop what a test has started: the number of streams has a limit. */
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

const SEEN_AT = "2026-01-01T00:00:00Z";
const deposit = (state) => ({ currency: "BTC", amount: "1", state, seen_at: SEEN_AT, confirmed_at: null });
const status = (...states) => ({
  state: states[0],
  deposits: states.filter((state) => state !== "waiting").map(deposit),
  earlier: [],
});

/** Lets time pass, second by second, with the promises of polls. */
async function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 1_000) {
    mock.timers.tick(Math.min(1_000, milliseconds - passed));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Follows the link, as after a click or without one. Returns the reported states. */
function start(clicked = true) {
  const states = [];
  const stop = follow(URL, clicked, ({ state }) => states.push(state));
  stops.push(stop);
  return { states, stop };
}

async function setHidden(hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("a stream reports each status, and its end closes it", async () => {
  const { states } = start();
  await pass(2_000);
  assert.equal(streams.length, 1);
  for (const state of ["waiting", "seen"]) streams[0].send(status(state));
  assert.equal(streams[0].readyState, 1);
  await pass(MINUTE);
  streams[0].send(status("confirmed"));
  assert.deepEqual(states, ["waiting", "seen", "confirmed"]);
  assert.equal(streams[0].readyState, 2);
  await setHidden(true);
  await pass(5 * MINUTE);
  assert.equal(polls.length, 0, "nothing follows a final status");
});

test("a status has the fields of the documentation", async () => {
  const reported = [];
  stops.push(follow(URL, false, (status) => reported.push(status)));
  await pass(1_000);
  streams[0].send(status("seen"));
  const expected = { currency: "BTC", amount: "1", state: "seen", seenAt: SEEN_AT, confirmedAt: null };
  assert.deepEqual(reported, [{ state: "seen", deposits: [expected] }]);
});

test("a click does not connect before the page could have been left", async () => {
  start();
  await pass(500);
  assert.equal(streams.length, 0);
});

test("a payment that was final before the click does not end it", async () => {
  const { states } = start();
  await pass(2_000);
  // It arrives again with each stream or poll.
  for (let count = 0; count < 2; count++) streams[0].send(status("confirmed"));
  await setHidden(true);
  answer = () => Response.json(status("confirmed"));
  await pass(2 * MINUTE);
  assert.equal(polls.length, 4);
  await setHidden(false);
  streams[1].send(status("seen", "confirmed"));
  streams[1].send(status("confirmed", "confirmed"));
  assert.deepEqual(states, [...Array(6).fill("confirmed"), "seen", "confirmed"]);
  assert.equal(streams[1].readyState, 2);
});

test("a payment that is confirmed before anything is read ends it", async () => {
  start();
  await setHidden(true);
  const [paid] = status("confirmed").deposits;
  answer = () =>
    Response.json({ ...status("confirmed"), deposits: [{ ...paid, seen_at: new Date(NOW + 5_000).toISOString() }] });
  await pass(5 * MINUTE);
  assert.equal(polls.length, 1);
});

test("without a click, a final first status ends it", async () => {
  start(false);
  await pass(1_000);
  streams[0].send(status("cancelled"));
  assert.equal(streams[0].readyState, 2);
});

test("a confirmed deposit does not end it while an earlier one is on its way", async () => {
  start(false);
  await pass(1_000);
  streams[0].send(status("confirmed", "seen"));
  assert.equal(streams[0].readyState, 1);
});

test("a stream that the Worker ends is opened again by the browser", async () => {
  start(false);
  await pass(1_000);
  streams[0].send(status("waiting"));
  await pass(10 * MINUTE);
  streams[0].fail(0);
  await pass(5_000);
  streams[0].send(status("waiting"));
  await pass(MINUTE);
  assert.equal(polls.length, 0);
});

for (const [problem, cause] of [
  ["is refused", () => streams[0].fail(2)],
  ["delivers nothing", () => pass(10_000)],
  ["breaks and does not come back", () => streams[0].fail(0)],
  ["delivers an unknown state", () => streams[0].send({ state: "constructor", deposits: [] })],
  ["delivers something else", () => streams[0].dispatchEvent(Object.assign(new Event("status"), { data: "<html>" }))],
]) {
  test(`polling replaces a stream that ${problem}`, async () => {
    const { states } = start(false);
    await pass(1_000);
    await cause();
    await pass(11_000);
    assert.equal(streams[0].readyState, 2);
    assert.ok(polls.length > 0);
    const [{ headers, credentials }] = polls;
    assert.deepEqual([headers, credentials], [{ Accept: "application/json" }, "omit"]);
    answer = () => Response.json(status("confirmed"));
    await pass(5_000);
    const { length } = polls;
    await pass(MINUTE);
    assert.equal(polls.length, length, "a final status ends the polling");
    assert.deepEqual([states[0], states.at(-1)], ["waiting", "confirmed"]);
  });
}

test("it polls slowly while the page is hidden, and streams again afterwards", async () => {
  start(false);
  await pass(1_000);
  await setHidden(true);
  assert.equal(streams[0].readyState, 2);
  await pass(5 * MINUTE);
  assert.equal(polls.length, 10);
  await setHidden(false);
  assert.equal(streams.length, 2);
  await pass(5_000);
  assert.equal(polls.length, 10);
});

test("a stream without a sign of life for longer than the Worker's limit is opened again", async () => {
  const { states } = start(false);
  await pass(1_000);
  streams[0].send(status("waiting"));
  await pass(11 * MINUTE);
  assert.deepEqual([streams.length, streams[0].readyState, polls.length], [2, 2, 0]);
  streams[1].send(status("confirmed"));
  assert.deepEqual(states, ["waiting", "confirmed"]);
  await pass(30 * MINUTE);
  assert.equal(streams.length, 2);
});

test("a poll that is never answered is repeated", async () => {
  const { states } = start(false);
  await pass(1_000);
  streams[0].fail(2);
  answer = () => new Promise(() => {});
  await pass(MINUTE);
  assert.ok(polls.length >= 2);
  assert.ok(polls[0].signal.aborted);
  answer = () => Response.json(status("confirmed"));
  await pass(MINUTE);
  assert.deepEqual(states, ["confirmed"]);
});

test("it ends after a day without a connection", async () => {
  start(false);
  await pass(1_000);
  streams[0].fail(2);
  answer = () => {
    throw new TypeError("Failed to fetch");
  };
  await pass(1_000);
  mock.timers.setTime(NOW + 25 * 60 * MINUTE);
  await pass(10 * MINUTE);
  assert.ok(polls.length <= 2, `${polls.length}`);
});

test("polls slow down after a failure, and go on", async () => {
  start(false);
  await pass(1_000);
  streams[0].fail(2);
  answer = () => {
    throw new TypeError("Failed to fetch");
  };
  await pass(2 * MINUTE);
  assert.ok(polls.length <= 5, `${polls.length}`);
  answer = () => Response.json({ code: "rate_limited" }, { status: 429 });
  const { length } = polls;
  await pass(2 * MINUTE);
  assert.equal(polls.length, length + 4);
  answer = () => Response.json(status("waiting"));
  await pass(MINUTE);
  assert.ok(polls.length > length + 10);
});

for (const code of [404, 410]) {
  test(`a link that answers ${code} is not followed any more`, async () => {
    start(false);
    await pass(1_000);
    streams[0].fail(2);
    answer = () => Response.json({ code: "link_expired" }, { status: code });
    await pass(5 * MINUTE);
    assert.equal(polls.length, 1);
  });
}

test("it ends after a day", async () => {
  start(false);
  await setHidden(true);
  mock.timers.setTime(NOW + 25 * 60 * MINUTE);
  await pass(10 * MINUTE);
  assert.equal(polls.length, 0);
});

test("a stream replaces the polling some time after an outage", async () => {
  start(false);
  await pass(1_000);
  streams[0].send(status("waiting"));
  answer = () => {
    throw new TypeError("Failed to fetch");
  };
  streams[0].fail(0);
  await pass(2 * MINUTE);
  answer = () => Response.json(status("waiting"));
  await pass(8 * MINUTE);
  assert.equal(streams.length, 1);
  await pass(2 * MINUTE);
  streams[1].send(status("waiting"));
  const { length } = polls;
  await pass(5 * MINUTE);
  assert.deepEqual([streams.length, polls.length], [2, length]);
});

test("two links are followed by streams and the others by polls, so that connections to the host are left", async () => {
  const links = Array.from({ length: 4 }, () => start(false));
  await pass(1_000);
  for (const stream of streams) stream.send(status("waiting"));
  assert.deepEqual([streams.length, polls.length], [2, 2]);
  await setHidden(true);
  await setHidden(false);
  for (const stream of streams.slice(2)) stream.send(status("waiting"));
  assert.deepEqual(
    streams.map(({ readyState }) => readyState),
    [2, 2, 1, 1],
    "streams of hidden pages do not count",
  );
  streams[2].send(status("confirmed"));
  await pass(6_000);
  assert.equal(streams.length, 5, "a link that was polled takes the place of one that has ended");
  links[1].stop();
  await pass(6_000);
  assert.equal(streams.length, 6);
});

test("stopping it ends everything, even during a poll", async () => {
  let reply;
  answer = () => new Promise((resolve) => (reply = resolve));
  const { states, stop } = start(false);
  await pass(1_000);
  streams[0].fail(2);
  await pass(1_000);
  assert.equal(polls.length, 1);
  stop();
  assert.ok(polls[0].signal.aborted);
  reply(Response.json(status("confirmed")));
  await pass(5 * MINUTE);
  assert.deepEqual([states, polls.length], [[], 1]);
});
