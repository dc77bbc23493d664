// How `citrn listen` reads a source: again after failures, no further than 200 open events, and from where it ended.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { CitrnConnectionError, CitrnError } from "../dist/citrn.mjs";
import { event, forwardAll, idle, Position, startParts, waits } from "./listen-parts.mjs";

let parts;
beforeEach(() => {
  waits.length = 0;
  parts = startParts();
});
afterEach(() => parts.close());

const unreachable = () =>
  new CitrnConnectionError({ code: "network_error", message: "No Worker.", executed: "no", retryable: true });
const failure = (retryable) => new CitrnError({ code: "x", message: "Failed.", executed: "no", retryable });

/** A source whose reads are given one after the other: events, or an error. It stops after the last one. */
function sourceOf(...reads) {
  const source = {
    ...{ name: "the Worker", yielded: 0, cursors: [], found: [] },
    async *read(after) {
      source.cursors.push(after);
      const next = reads.shift();
      if (next instanceof Error) throw next;
      for (const each of next ?? []) {
        source.yielded += 1;
        yield each;
      }
      if (reads.length === 0) parts.stop.abort();
    },
    async find(ids, after) {
      source.found.push([[...ids], after]);
      return source.pages?.[after]?.filter(({ id }) => ids.has(id)) ?? [];
    },
  };
  return source;
}

const accept = async () => ({ isAccepted: true, description: "200" });
const run = (source, more = {}) =>
  forwardAll({ ...parts, source, position: Position.begin(parts.file, "0"), deliver: accept, intervalMs: 7, ...more });
const forwarded = () => parts.reports.map(({ event: { id } }) => id);

test("each read begins after the events of the one before, and the interval is between two", async () => {
  const source = sourceOf([event(0), event(1)], [], [event(2)]);
  await run(source);
  assert.deepEqual(
    [source.cursors, forwarded()],
    [
      ["0", "2", "2"],
      ["evt_0", "evt_1", "evt_2"],
    ],
  );
  assert.deepEqual(waits, [7, 7]);
});

describe("a read that fails", () => {
  test("is repeated after 1, 2, 4, up to 30 seconds, and after 1 again once it worked", async () => {
    const failures = Array.from({ length: 7 }, unreachable);
    await run(sourceOf([], ...failures, [event(0)], unreachable(), []));
    assert.deepEqual(waits, [7, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 7, 1000]);
    assert.deepEqual(parts.notes[0], "No Worker. Reading again in 1 s.");
    assert.equal(parts.notes.filter((note) => note === "the Worker answers again.").length, 2);
    assert.deepEqual(forwarded(), ["evt_0"]);
  });

  test("ends it if it is the first one: the URL or the token may be wrong", async () => {
    await assert.rejects(run(sourceOf(unreachable())), /No Worker/);
    assert.deepEqual(waits, []);
  });

  test("ends it if another read would fail too", async () => {
    await assert.rejects(run(sourceOf([], failure(true), failure(false), [])), /^CitrnError: Failed/);
    assert.deepEqual(waits, [7, 1000]);
  });
});

describe("many open events", () => {
  test("pause reading at 200, with a line after a second", async () => {
    const source = sourceOf(Array.from({ length: 300 }, (_, number) => event(number, "a")));
    const running = run(source, { deliver: parts.deliver });
    await idle();
    assert.equal(source.yielded, 200);
    assert.deepEqual(parts.notes, []);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(parts.notes, ["200 events wait for the handler: reading pauses."]);
    parts.attempts[0].end(true);
    await idle();
    assert.equal(source.yielded, 201);
    assert.equal(parts.stored().after, "200");
    parts.stop.abort();
    parts.attempts[1].end(true);
    await running;
    // The other is no longer read: the next run begins before it.
    assert.deepEqual([source.yielded, parts.stored().after], [201, "201"]);
  });

  test("that the handler accepts in time give no line", async () => {
    // Slowly enough that 200 are open for a moment.
    const slowly = () =>
      new Promise((resolve) => setImmediate(() => resolve({ isAccepted: true, description: "200" })));
    await run(
      sourceOf(
        Array.from({ length: 300 }, (_, number) => event(number, "a")),
        ...Array.from({ length: 300 }, () => []),
      ),
      { deliver: slowly },
    );
    assert.equal(forwarded().length, 300);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.deepEqual(parts.notes, []);
  });
});

test("an event without a body is left out, said, and does not come again", async () => {
  await run(sourceOf([event(0, "a", { body: undefined }), event(1, "a")]));
  assert.deepEqual(forwarded(), ["evt_1"]);
  assert.match(parts.notes[0], /^deposit confirmed {2}evt_0: left out/);
  assert.deepEqual(parts.stored().open, []);
});

describe("a restart", () => {
  /** A position whose events were read, and not accepted. */
  const left = (...events) => {
    const position = Position.begin(parts.file, "0");
    for (const each of events) position.add(each);
    position.attempt(position.open[0]);
    return Position.restore(parts.file);
  };

  test("first sends the open events, then the newer ones", async () => {
    const source = sourceOf([event(3)]);
    source.pages = { 0: [event(0), event(1)], 2: [event(2)] };
    await run(source, { position: left(event(0), event(1), event(2)) });
    assert.deepEqual([forwarded(), source.cursors], [["evt_0", "evt_1", "evt_2", "evt_3"], ["3"]]);
    assert.deepEqual(
      parts.reports.map(({ isRepeat }) => isRepeat),
      [true, false, false, false],
    );
    assert.deepEqual(
      source.found.map(([, after]) => after),
      ["0", "2"],
    );
  });

  test("sends an event that is open twice once, in its later place", async () => {
    const source = sourceOf([]);
    source.pages = { 1: [event(1)], 2: [event(0)] };
    await run(source, { position: left(event(0), event(1), { ...event(0), next: "3" }) });
    assert.deepEqual(forwarded(), ["evt_1", "evt_0"]);
    assert.deepEqual(
      parts.reports.map(({ isRepeat }) => isRepeat),
      [false, true],
    );
    assert.deepEqual(parts.notes, []);
    assert.deepEqual(parts.stored().open, []);
  });

  test("leaves out an open event that is not found, and says so", async () => {
    await run(sourceOf([event(2)]), { position: left(event(0), event(1)) });
    assert.deepEqual(forwarded(), ["evt_2"]);
    assert.match(parts.notes.join("\n"), /^evt_0: left out.*\nevt_1: left out/);
    assert.deepEqual(parts.stored().open, []);
  });
});
