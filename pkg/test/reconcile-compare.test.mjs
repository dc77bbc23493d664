// The comparison as a whole, with an inbox and balances in memory: what events of other days have to do with it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internals } from "./internals.mjs";

const { compare } = await internals("src/cli/reconcile/compare.ts");

const DAY = 86_400_000;
const FLAGS = { isFinal: true, isConflict: false, isRepeated: false, hasBody: true };
const amounts = (amount) => new Map([["USDTT", amount]]);

/** Returns an event at noon of a day. */
function event(day, status, amount, more = {}) {
  const about = { status, isWithdrawal: false, foreignId: null, customer: "user-17", review: null, hidesFees: false };
  const effect = { ...about, amounts: amount === undefined ? undefined : amounts(amount) };
  return { id: `${day}-${status}`, transaction: "17", status, at: (day + 0.5) * DAY, effect, ...FLAGS, ...more };
}

/**
 * Compares the days 100 to 105.
 * @param bookings day and amount of each change of the balance
 */
async function compared(events, bookings, ledger) {
  const requested = [];
  const inbox = {
    since: async (day) => events.filter(({ at }) => at >= day * DAY),
    ofTransaction: async (id) => {
      requested.push(id);
      return events.filter(({ transaction }) => transaction === id);
    },
  };
  const balancesOn = async (until) =>
    amounts(bookings.reduce((sum, [day, amount]) => (day <= until ? sum + amount : sum), 0n));
  const rows = ledger?.map(([id, amount], index) => ({ line: index + 2, id, currency: "USDTT", amount }));
  const result = await compare({ from: 100, to: 105, today: 200, inbox, balancesOn, ledger: rows, other: [] });
  const { gaps, ledger: differences, unclear } = result;
  const shown = [...gaps.map(({ day, amount }) => [day, amount]), ...differences.map(({ kind }) => kind)];
  return { shown: [...shown, ...unclear.map(({ reason }) => reason)], requested, result };
}

describe("a deposit from before the period", () => {
  const conflict = { isConflict: true, isRepeated: true };

  test("that is cancelled in it is debited", async () => {
    const events = [event(50, "confirmed", 7n), event(102, "cancelled", undefined, conflict)];
    const cancelled = { ...events[1], effect: { ...events[1].effect, amounts: new Map() } };
    const bookings = [
      [50, 7n],
      [102, -7n],
    ];
    const { shown, requested } = await compared([events[0], cancelled], bookings, []);
    assert.deepEqual([shown, requested], [[], ["17"]]);
    assert.deepEqual((await compared([events[0], cancelled], bookings.slice(0, 1))).shown, [[102, 7n]]);
  });

  test("that is confirmed again in it with another body counts once", async () => {
    const events = [event(50, "confirmed", 7n), event(102, "confirmed", 7n, { isRepeated: true })];
    assert.deepEqual((await compared(events, [[50, 7n]], [])).shown, []);
  });

  test("may be in the ledger", async () => {
    const events = [event(50, "confirmed", 7n)];
    const { shown, requested } = await compared(events, [[50, 7n]], [["17", 7n]]);
    assert.deepEqual([shown, requested], [[], ["17"]]);
    assert.deepEqual((await compared(events, [[50, 7n]], [["17", 8n]])).shown, ["wrong"]);
    assert.deepEqual((await compared(events, [[50, 7n]], [["18", 7n]])).shown, ["unknown"]);
  });
});

describe("a deposit of the period", () => {
  test("must be in the ledger, and one around it need not be", async () => {
    for (const [day, expected] of [
      [99, []],
      [100, ["missing"]],
      [105, ["missing"]],
      [106, []],
    ]) {
      assert.deepEqual((await compared([event(day, "confirmed", 7n)], [[day, 7n]], [])).shown, expected, `day ${day}`);
    }
  });

  test("without a clear amount has that of the ledger", async () => {
    const unclear = event(103, "confirmed", undefined);
    const { effect, ...rest } = unclear;
    const read = { ...rest, effect: { ...effect, review: "fees_unclear" } };
    const dropped = { ...rest, effect: undefined, hasBody: false };
    for (const [one, reason] of [
      [read, "fees_unclear"],
      [dropped, "body_dropped"],
    ]) {
      assert.deepEqual((await compared([one], [[103, 7n]])).shown, [[103, 7n], reason]);
      assert.deepEqual((await compared([one], [[103, 7n]], [["17", 7n]])).shown, []);
      assert.deepEqual((await compared([one], [[103, 7n]], [["17", 9n]])).shown, [[103, -2n]]);
    }
  });

  test("that becomes clear later counts once", async () => {
    const events = [event(103, "confirmed", undefined), event(104, "confirmed", 7n, { isRepeated: true })];
    assert.deepEqual((await compared(events, [[103, 7n]], [["17", 7n]])).shown, []);
  });
});

test("events outside the period are not counted, and unclear ones there are not reported", async () => {
  const outside = [event(99, "confirmed", undefined), event(106, "confirmed", undefined, { transaction: "18" })];
  const { shown, result } = await compared(
    [...outside, event(101, "confirmed", 5n, { transaction: "19" })],
    [[101, 5n]],
  );
  assert.deepEqual([shown, result.compared], [[], { deposits: 1, withdrawals: 0 }]);
});
