// How the element follows a link's status by a stream.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { answers, MINUTE, NOW, pass, polls, SEEN_AT, setHidden, start, status, streams } from "./follow-page.mjs";

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
  const { reported } = start(false);
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
  answers(() => Response.json(status("confirmed")));
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
  answers(() =>
    Response.json({ ...status("confirmed"), deposits: [{ ...paid, seen_at: new Date(NOW + 5_000).toISOString() }] }),
  );
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

test("it ends after a day", async () => {
  start(false);
  await setHidden(true);
  mock.timers.setTime(NOW + 25 * 60 * MINUTE);
  await pass(10 * MINUTE);
  assert.equal(polls.length, 0);
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
