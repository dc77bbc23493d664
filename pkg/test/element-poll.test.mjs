// How the element polls a link's status, while it cannot or should not stream.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { answers, MINUTE, NOW, pass, polls, setHidden, start, status, streams, unreachable } from "./follow-page.mjs";

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
    answers(() => Response.json(status("confirmed")));
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

test("a poll that is never answered is repeated", async () => {
  const { states } = start(false);
  await pass(1_000);
  streams[0].fail(2);
  answers(() => new Promise(() => {}));
  await pass(MINUTE);
  assert.ok(polls.length >= 2);
  assert.ok(polls[0].signal.aborted);
  answers(() => Response.json(status("confirmed")));
  await pass(MINUTE);
  assert.deepEqual(states, ["confirmed"]);
});

test("it ends after a day without a connection", async () => {
  start(false);
  await pass(1_000);
  streams[0].fail(2);
  answers(unreachable);
  await pass(1_000);
  mock.timers.setTime(NOW + 25 * 60 * MINUTE);
  await pass(10 * MINUTE);
  assert.ok(polls.length <= 2, `${polls.length}`);
});

test("polls slow down after a failure, and go on", async () => {
  start(false);
  await pass(1_000);
  streams[0].fail(2);
  answers(unreachable);
  await pass(2 * MINUTE);
  assert.ok(polls.length <= 5, `${polls.length}`);
  answers(() => Response.json({ code: "rate_limited" }, { status: 429 }));
  const { length } = polls;
  await pass(2 * MINUTE);
  assert.equal(polls.length, length + 4);
  answers(() => Response.json(status("waiting")));
  await pass(MINUTE);
  assert.ok(polls.length > length + 10);
});

for (const code of [404, 410]) {
  test(`a link that answers ${code} is not followed any more`, async () => {
    start(false);
    await pass(1_000);
    streams[0].fail(2);
    answers(() => Response.json({ code: "link_expired" }, { status: code }));
    await pass(5 * MINUTE);
    assert.equal(polls.length, 1);
  });
}

test("a stream replaces the polling some time after an outage", async () => {
  start(false);
  await pass(1_000);
  streams[0].send(status("waiting"));
  answers(unreachable);
  streams[0].fail(0);
  await pass(2 * MINUTE);
  answers(() => Response.json(status("waiting")));
  await pass(8 * MINUTE);
  assert.equal(streams.length, 1);
  await pass(2 * MINUTE);
  streams[1].send(status("waiting"));
  const { length } = polls;
  await pass(5 * MINUTE);
  assert.deepEqual([streams.length, polls.length], [2, length]);
});

test("stopping it ends everything, even during a poll", async () => {
  let reply;
  answers(() => new Promise((resolve) => (reply = resolve)));
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
