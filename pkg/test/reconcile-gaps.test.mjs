// The gaps of balances that `citrn reconcile` finds: by currency, day and exact amount, whatever happens at midnight.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internals } from "./internals.mjs";
import { seeded } from "./seeded.mjs";

const { findGaps } = await internals("src/cli/reconcile/gaps.ts");

const MS_PER_DAY = 86_400_000;
const MINUTE = 60_000;
const TODAY = 1_000;
/** Returns a time of a day. */
const at = (day, hour, minutes = 0) => day * MS_PER_DAY + hour * 60 * MINUTE + minutes * MINUTE;

/**
 * Returns the gaps of booked movements and callbacks. A booking has a time and an amount; `callbackAt` is when it was
 * reported, by default immediately, and null if never.
 */
async function gapsOf(bookings, after, until) {
  const movements = bookings.flatMap(({ at, amount, currency = "USDTT", callbackAt = at }) =>
    callbackAt === null ? [] : [{ at: callbackAt, currency, amount }],
  );
  const requested = new Set();
  const balancesOn = async (day) => {
    requested.add(day);
    const balances = new Map([["USDTT", 0n]]);
    for (const { at, amount, currency = "USDTT" } of bookings) {
      if (Math.floor(at / MS_PER_DAY) <= day) balances.set(currency, (balances.get(currency) ?? 0n) + amount);
    }
    return balances;
  };
  const gaps = await findGaps(after, until, movements, balancesOn, TODAY);
  return { gaps, requested };
}

const gap = (day, amount, currency = "USDTT") => ({ currency, day, amount });

describe("no gap", () => {
  for (const [name, bookings] of [
    ["without movements", []],
    ["of a balance from before", [{ at: at(900, 10), amount: 1000n, callbackAt: null }]],
    [
      "if all is reported",
      [
        { at: at(951, 10), amount: 5n },
        { at: at(952, 10), amount: -3n },
      ],
    ],
    ["of a callback after midnight", [{ at: at(959, 23, 59), callbackAt: at(960, 0, 1), amount: 5n }]],
    ["of a callback hours after midnight", [{ at: at(955, 12), callbackAt: at(956, 6), amount: 5n }]],
    ["of a callback from before the first day", [{ at: at(949, 23), callbackAt: at(950, 6), amount: 5n }]],
    ["of a callback of the last day", [{ at: at(960, 23), callbackAt: at(961, 6), amount: -5n }]],
    [
      "of callbacks after midnight on days in a row",
      [
        { at: at(959, 23, 59), callbackAt: at(960, 0, 1), amount: 5n },
        { at: at(960, 23, 59), callbackAt: at(961, 0, 1), amount: -7n },
        { at: at(961, 23, 59), callbackAt: at(962, 0, 1), amount: 11n },
      ],
    ],
    [
      "of several callbacks after midnight",
      [
        { at: at(960, 23, 59), callbackAt: at(961, 0, 1), amount: 5n },
        { at: at(960, 23, 59), callbackAt: at(961, 0, 2), amount: 7n },
        { at: at(961, 0, 3), amount: 9n },
      ],
    ],
    [
      "of several callbacks after midnight on days in a row",
      [957, 958, 959, 960, 961, 962].flatMap((day) => [
        { at: at(day, 23, 59), callbackAt: at(day + 1, 0, 1), amount: BigInt(day ** 2) },
        { at: at(day, 23, 59), callbackAt: at(day + 1, 0, 2), amount: BigInt(day) },
      ]),
    ],
    [
      "of bookings in the last minute, which the balance of 23:59 lacks",
      [957, 958, 959, 960, 961, 962].flatMap((day) => [
        { at: at(day, 23, 58), amount: BigInt(day ** 2) },
        { at: at(day + 1, 0), callbackAt: at(day, 23, 59), amount: BigInt(day) },
      ]),
    ],
    [
      "of money that is held for a night",
      [
        { at: at(960, 12), callbackAt: null, amount: -7n },
        { at: at(961, 12), callbackAt: null, amount: 7n },
      ],
    ],
  ]) {
    test(name, async () => assert.deepEqual((await gapsOf(bookings, 949, 960)).gaps, []));
  }
});

describe("a gap", () => {
  const quiet = [{ at: at(940, 1), amount: 1000n, callbackAt: null }];
  const lost = (day, amount, currency) => ({ at: at(day, 12), amount, currency, callbackAt: null });
  const found = async (bookings, after = 949, until = 960) =>
    (await gapsOf([...quiet, ...bookings], after, until)).gaps;

  for (const day of [950, 951, 955, 959, 960]) {
    test(`on day ${day} has its day`, async () => assert.deepEqual(await found([lost(day, 7n)]), [gap(day, 7n)]));
  }

  test("outside the period is none", async () => {
    for (const day of [948, 949, 961, 962]) assert.deepEqual(await found([lost(day, 7n)]), [], `${day}`);
  });

  test("of a period of one day has it", async () => {
    assert.deepEqual(await found([lost(950, -7n)], 949, 950), [gap(950, -7n)]);
  });

  test("on yesterday is confirmed by today's balance alone", async () => {
    const { gaps, requested } = await gapsOf([...quiet, lost(TODAY - 1, 7n)], TODAY - 2, TODAY - 1);
    assert.deepEqual(gaps, [gap(TODAY - 1, 7n)]);
    assert.equal(Math.max(...requested), TODAY);
  });

  test("on days in a row, and in several currencies, is one for each", async () => {
    const all = [lost(952, 7n), lost(953, -5n), lost(957, 1n), lost(953, 9n, "BTC")];
    assert.deepEqual(await found(all), [gap(953, 9n, "BTC"), gap(952, 7n), gap(953, -5n), gap(957, 1n)]);
  });

  test("of the amount of deposits on the next days is no late callback", async () => {
    const same = [953, 954, 955, 956].map((day) => ({ at: at(day, 0, 1), amount: 7n }));
    assert.deepEqual(await found([lost(952, 7n), ...same]), [gap(952, 7n)]);
  });

  test("of the amount of deposits on the next days is no late callback, also if one of them is late", async () => {
    const same = [953, 954, 955, 956].map((day) => ({ at: at(day, 0, 1), amount: 7n }));
    const late = { at: at(953, 23, 59), callbackAt: at(954, 0, 2), amount: 7n };
    assert.deepEqual(await found([lost(952, 7n), ...same, late]), [gap(952, 7n)]);
  });

  test("on a day with callbacks after midnight has the exact amount", async () => {
    const late = [
      { at: at(952, 23, 59), callbackAt: at(953, 0, 1), amount: 33n },
      { at: at(953, 23, 59), callbackAt: at(954, 0, 2), amount: -10n },
    ];
    assert.deepEqual(await found([lost(952, 400n), ...late]), [gap(952, 400n)]);
  });

  test("after an equal late callback is hidden from a period of its day alone, but not from a longer one", async () => {
    const late = { at: at(953, 12), callbackAt: at(954, 6), amount: 7n };
    assert.deepEqual(await found([late, lost(954, 7n)], 953, 954), []);
    assert.deepEqual(await found([late, lost(954, 7n)], 949, 955), [gap(953, 7n)]);
  });

  test("is found with few requests", async () => {
    const { gaps, requested } = await gapsOf([lost(700, 7n)], 500, 900);
    assert.deepEqual(gaps, [gap(700, 7n)]);
    assert.ok(requested.size < 60, `${requested.size} requests`);
  });
});

test("the gaps of any account are the lost callbacks, even if others are late on every second night", async () => {
  const { below, pick } = seeded(22);
  for (let round = 0; round < 150; round++) {
    const bookings = [];
    const expected = new Map();
    for (let day = 940; day <= 970; day++) {
      for (let count = below(4); count > 0; count--) {
        bookings.push({ at: at(day, 1 + below(22), below(60)), amount: BigInt(below(2_000_000_000) - 1_000_000_000) });
      }
      if (below(2)) {
        const amount = BigInt(below(2_000_000_000) - 1_000_000_000);
        bookings.push({ at: at(day, 23, 58), callbackAt: at(day + 1, pick([0, 0, 5, 12]), 1 + below(9)), amount });
      }
    }
    for (const day of [942, 950 + below(3), 957 + below(4), 966]) {
      const amount = BigInt(1 + below(1_000_000_000));
      bookings.push({ at: at(day, 12), amount, callbackAt: null });
      if (day > 949 && day <= 960) expected.set(day, amount);
    }
    const { gaps } = await gapsOf(bookings, 949, 960);
    assert.deepEqual(new Map(gaps.map(({ day, amount }) => [day, amount])), expected, `round ${round}`);
  }
});
