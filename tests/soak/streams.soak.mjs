// 1,000 streams of the checkout's status for as long as they last, and payers who leave: the memory is flat, an idle
// stream makes at most one object request in 30 s, and a confirmed deposit arrives within 2 s.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCheckout } from "../worker/status-streams.mjs";
import { inspect } from "./inspector.mjs";

const STREAMS = Number(process.env.SOAK_STREAMS ?? 1_000);
/** A stream lasts for 600 s. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 600);
const DEPOSITS = 25;
const WITHIN_MS = 2_000;
/** How often all payers leave and open their pages again: first until the memory reaches its plateau, then measured. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 4;
/** A stream whose client has left ends with the next comment. */
const LEFT_MS = 17_000;
const MAX_GROWTH = 1.1;
/** The memory of pending requests, which varies between samples. */
const PENDING_MB = 1;
/** Streams are opened in groups, as payers do not arrive at the same moment. */
const GROUP = 50;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const kilobytesEach = (one, other) => (((other - one) * 1_000) / STREAMS).toFixed(1);

test(`${STREAMS} streams of the status`, { timeout: (SECONDS + 600) * 1000 }, async (t) => {
  const checkout = await startCheckout({ inspected: true });
  t.after(() => checkout.stop());
  const inspector = await inspect(checkout.worker);
  t.after(() => inspector.close());
  const memory = async () => {
    await inspector.collectGarbage();
    const { used, wasm } = await inspector.memory();
    return { used, wasm };
  };
  const assertFlat = (earlier, later, what) => {
    for (const part of ["used", "wasm"])
      assert.ok(
        later[part] <= earlier[part] * MAX_GROWTH + PENDING_MB,
        `${what}: ${part} grew from ${earlier[part].toFixed(1)} to ${later[part].toFixed(1)} MB`,
      );
  };

  const links = await checkout.links(STREAMS);
  let streams = [];
  const openAll = async () => {
    streams = [];
    for (let first = 0; first < STREAMS; first += GROUP)
      streams.push(...(await Promise.all(links.slice(first, first + GROUP).map((link) => checkout.open(link)))));
    for (const { status, hasEnded } of streams) assert.deepEqual([status, hasEnded], [200, false]);
  };
  const closeAll = () => {
    for (const stream of streams) stream.close();
  };
  t.after(() => closeAll());

  const without = await memory();
  await openAll();
  const opened = await memory();
  const before = await checkout.requests();
  const began = Date.now();
  await sleep(SECONDS * 500);
  const half = await memory();
  await sleep(Math.max(0, began + SECONDS * 1000 - 20_000 - Date.now()));
  const late = await memory();
  const seconds = (Date.now() - began) / 1000;
  const requests = (await checkout.requests()) - before;
  assertFlat(opened, half, "half of the time");
  assertFlat(half, late, "the whole time");
  const each = (requests / STREAMS / seconds) * 30;
  assert.ok(each <= 1, `${each.toFixed(2)} object requests per stream in 30 s`);
  for (const { statuses, comments } of streams) {
    assert.deepEqual(statuses, [{ state: "waiting", deposits: [], earlier: [] }]);
    assert.ok(comments >= Math.floor(seconds / 15) - 2, `${comments} comments in ${seconds.toFixed(0)} s`);
  }
  t.diagnostic(`${each.toFixed(2)} object requests per stream in 30 s, over ${seconds.toFixed(0)} s`);
  t.diagnostic(
    `MB without streams, with all of them, after half of the time, at the end: heap ${[without, opened, half, late]
      .map(({ used }) => used.toFixed(1))
      .join(", ")}; wasm ${[without, opened, half, late].map(({ wasm }) => wasm.toFixed(1)).join(", ")}`,
  );
  t.diagnostic(
    `KB for each stream: heap ${kilobytesEach(without.used, opened.used)}, wasm ${kilobytesEach(without.wasm, opened.wasm)}`,
  );
  closeAll();
  await sleep(LEFT_MS);

  const rounds = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    await openAll();
    if (round === 0) {
      const times = [];
      for (let index = 0; index < DEPOSITS; index += 1) {
        const at = Math.floor((index * STREAMS) / DEPOSITS);
        const sent = performance.now();
        await checkout.deposit(links[at], 1_000 + index);
        await streams[at].until(() => streams[at].statuses.at(-1).state === "confirmed", WITHIN_MS);
        times.push(performance.now() - sent);
      }
      times.sort((one, other) => one - other);
      t.diagnostic(
        `a confirmed deposit arrived after ${times[Math.floor(DEPOSITS / 2)].toFixed(0)} ms, at most ${times.at(-1).toFixed(0)} ms, callback included`,
      );
    }
    closeAll();
    await sleep(LEFT_MS);
    rounds.push(await memory());
  }
  t.diagnostic(
    `MB after each round of payers who left: heap ${rounds.map(({ used }) => used.toFixed(1)).join(", ")}; wasm ${rounds.map(({ wasm }) => wasm.toFixed(1)).join(", ")}`,
  );
  const [first, ...later] = rounds.slice(WARM_UP_ROUNDS);
  for (const round of later) assertFlat(first, round, "payers who left");
});
