// How `citrn listen` forwards events: order, concurrency, repeats, and the position before each first attempt.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { event, Forwarder, idle, Position, startParts, waits } from "./listen-parts.mjs";

let parts, position, forwarder;
beforeEach(() => {
  waits.length = 0;
  parts = startParts();
  position = Position.begin(parts.file, "0");
  forwarder = new Forwarder({ ...parts, position });
});
afterEach(() => parts.close());

const add = (...events) => {
  for (const each of events) forwarder.add(each, position.add(each));
};
const sent = () => parts.attempts.map(({ id }) => id);

test("an event is stored as attempted before it is sent, and as settled before the next one", async () => {
  add(event(0, "a"), event(1, "a"));
  await idle();
  const [first] = parts.attempts;
  assert.deepEqual([first.stored.after, first.stored.open], ["1", [{ id: "evt_0", after: "0", attempted: true }]]);
  first.end(true);
  await idle();
  const [, second] = parts.attempts;
  assert.deepEqual([second.stored.after, second.stored.open], ["2", [{ id: "evt_1", after: "1", attempted: true }]]);
  assert.deepEqual(second.stored.recent, ["evt_0"]);
});

test("events of one transaction are sent one after the other, others meanwhile", async () => {
  add(event(0, "a"), event(1, "a"), event(2, "b"), event(3, "a"));
  await idle();
  assert.deepEqual(sent(), ["evt_0", "evt_2"]);
  parts.attempts[0].end(true);
  await idle();
  assert.deepEqual(sent(), ["evt_0", "evt_2", "evt_1"]);
  parts.attempts[2].end(true);
  await idle();
  assert.deepEqual(sent(), ["evt_0", "evt_2", "evt_1", "evt_3"]);
  // The transaction is done: a later event of it is sent too.
  parts.attempts[3].end(true);
  await idle();
  add(event(4, "a"));
  await idle();
  assert.equal(sent().at(-1), "evt_4");
});

test("at most 8 attempts run at the same time", async () => {
  add(...Array.from({ length: 12 }, (_, number) => event(number)));
  await idle();
  assert.equal(parts.attempts.length, 8);
  parts.attempts[3].end(true);
  await idle();
  assert.equal(sent().at(-1), "evt_8");
  assert.equal(parts.attempts.length, 9);
});

test("a refused event is sent again after 1, 2, 4, up to 30 seconds, and holds its transaction back", async () => {
  add(event(0, "a"), event(1, "a"));
  for (let refusals = 0; refusals < 7; refusals++) {
    await idle();
    parts.attempts.at(-1).end(false);
  }
  await idle();
  parts.attempts.at(-1).end(true);
  await idle();
  assert.deepEqual(sent(), [...Array.from({ length: 8 }, () => "evt_0"), "evt_1"]);
  const expected = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
  assert.deepEqual(waits, expected);
  assert.deepEqual(
    parts.reports.map(({ waitMs }) => waitMs),
    [...expected, undefined],
  );
  // An attempt after a refusal is no repeat, for the handler has not accepted the event.
  assert.ok(parts.reports.every(({ isRepeat }) => !isRepeat));
});

test("an event that the handler accepted before is a repeat", async () => {
  add(event(0));
  await idle();
  parts.attempts[0].end(true);
  await idle();
  add(event(0));
  await idle();
  parts.attempts[1].end(true);
  await idle();
  assert.deepEqual(
    parts.reports.map(({ isRepeat }) => isRepeat),
    [false, true],
  );
});

describe("room for events", () => {
  beforeEach(() => add(...Array.from({ length: 199 }, (_, number) => event(number, "a"))));

  const pending = async (promise) => {
    let isPending = true;
    promise.then(() => (isPending = false));
    await idle();
    return isPending;
  };

  test("ends at 200 open events, and begins again when one is accepted", async () => {
    assert.equal(forwarder.isFull, false);
    assert.equal(await pending(forwarder.capacity()), false);
    add(event(199, "a"));
    assert.equal(forwarder.isFull, true);
    const capacity = forwarder.capacity();
    assert.equal(await pending(capacity), true);
    parts.attempts[0].end(false);
    assert.equal(await pending(capacity), true);
    parts.attempts[1].end(true);
    assert.equal(await pending(capacity), false);
    assert.equal(forwarder.isFull, false);
  });

  test("is not waited for after a stop", async () => {
    add(event(199, "a"));
    const capacity = forwarder.capacity();
    assert.equal(await pending(capacity), true);
    parts.stop.abort();
    assert.equal(await pending(capacity), false);
    assert.equal(await pending(forwarder.capacity()), false);
  });
});

describe("a stop", () => {
  test("lets running attempts finish, and makes no others", async () => {
    add(event(0, "a"), event(1, "a"), ...Array.from({ length: 9 }, (_, number) => event(number + 2)));
    await idle();
    assert.equal(parts.attempts.length, 8);
    parts.stop.abort();
    let hasStopped = false;
    const stopped = forwarder.stopped().then(() => (hasStopped = true));
    await idle();
    assert.equal(hasStopped, false);
    for (const [at, { end }] of parts.attempts.entries()) end(at > 0);
    await stopped;
    assert.equal(parts.attempts.length, 8);
    assert.deepEqual(
      parts.reports.map(({ waitMs }) => waitMs),
      Array.from({ length: 8 }, () => undefined),
    );
    // The refused one, the next of its transaction, and those without a slot.
    assert.deepEqual(
      parts.stored().open.map(({ id, attempted }) => [id, attempted]),
      [
        ["evt_0", true],
        ["evt_1", false],
        ["evt_9", false],
        ["evt_10", false],
      ],
    );
  });

  test("follows an error of an attempt, with that error", async () => {
    add(event(0));
    await idle();
    const error = new Error("the position cannot be stored");
    parts.attempts[0].fail(error);
    await forwarder.stopped();
    assert.equal(parts.stop.signal.reason, error);
  });
});
