// The check `clock` of `citrn doctor`, at its limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { internals } from "./internals.mjs";

const { checkClock } = await internals("src/cli/doctor/clock.ts");
const SENT = Date.parse("2026-11-26T09:30:00.000Z");
const check = (time, tookMs = 0) => checkClock({ json: { time }, sentAt: SENT, answeredAt: SENT + tookMs });
const at = (ms) => new Date(SENT + ms).toISOString();

for (const [ms, tookMs, expected] of [
  [0, 0, undefined],
  [60_000, 0, undefined],
  [-60_000, 0, undefined],
  [60_001, 0, "60 s ahead of"],
  [-60_001, 0, "60 s behind"],
  [119_400, 0, "119 s ahead of"],
  [119_500, 0, "2 minutes ahead of"],
  [-600_000, 0, "10 minutes behind"],
  // The Worker read its clock at some moment of the request, however long that took.
  [0, 300_000, undefined],
  [150_000, 300_000, undefined],
  [300_000, 300_000, undefined],
  [360_000, 300_000, undefined],
  [360_001, 300_000, "60 s ahead of"],
  [-60_001, 300_000, "60 s behind"],
]) {
  test(`a clock that is ${ms} ms off in a request of ${tookMs} ms ${expected ? "fails" : "passes"}`, () => {
    const { result, detail, remedy } = check(at(ms), tookMs);
    if (expected) assert.equal(detail, `The Worker's clock is ${expected} this machine's.`);
    assert.deepEqual([result, typeof remedy], expected ? ["failed", "string"] : ["passed", "undefined"]);
  });
}

for (const time of [undefined, null, 1_790_000_000_000, "", "now", {}]) {
  test(`a time that is ${JSON.stringify(time)} is not checked`, () => {
    assert.equal(check(time).result, "not checked");
  });
}
