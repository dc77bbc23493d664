// The comparison of a ledger with the deposits of the inbox.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internals } from "./internals.mjs";

const { compareLedger } = await internals("src/cli/reconcile/ledger.ts");

const deposit = (id, amount, more = {}) => [
  id,
  { id, customer: "user-17", at: 0, credit: { currency: "USDTT", amount }, isDue: true, ...more },
];
const row = (line, id, amount, currency = "USDTT") => ({ line, id, currency, amount });

/** Returns the kind of each difference, with its deposit or its lines. */
async function compared(rows, deposits, { stored = [], isInPeriod = () => true } = {}) {
  const lookedUp = [];
  const lookUp = async (id) => {
    lookedUp.push(id);
    return new Map(stored).get(id);
  };
  const differences = await compareLedger(rows, new Map(deposits), lookUp, isInPeriod);
  const shown = differences.map((one) => [
    one.kind,
    one.row?.line ?? one.rows?.map(({ line }) => line) ?? one.deposit.id,
  ]);
  return { shown, lookedUp };
}

describe("a ledger", () => {
  for (const [name, rows, deposits, expected] of [
    [
      "with each deposit once has no difference",
      [row(2, "a", 5n), row(3, "b", 6n)],
      [deposit("a", 5n), deposit("b", 6n)],
      [],
    ],
    ["without a deposit has it missing", [], [deposit("a", 5n)], [["missing", "a"]]],
    ["with another amount is wrong", [row(2, "a", 6n)], [deposit("a", 5n)], [["wrong", 2]]],
    ["with another currency is wrong", [row(2, "a", 5n, "BTC")], [deposit("a", 5n)], [["wrong", 2]]],
    [
      "with a deposit two times is double",
      [row(2, "a", 5n), row(5, "a", 5n)],
      [deposit("a", 5n)],
      [["double", [2, 5]]],
    ],
    [
      "with a deposit two times, once wrong, is both",
      [row(2, "a", 5n), row(5, "a", 7n)],
      [deposit("a", 5n)],
      [
        ["wrong", 5],
        ["double", [2, 5]],
      ],
    ],
    [
      "may have or lack a deposit that a person decides about",
      [row(2, "a", 5n)],
      [deposit("a", 5n, { isDue: false }), deposit("b", 5n, { isDue: false })],
      [],
    ],
    [
      "has any amount for a deposit whose amount is unclear",
      [row(2, "a", 5n, "BTC")],
      [deposit("a", 0n, { credit: undefined }), deposit("b", 0n, { credit: undefined })],
      [],
    ],
    [
      "tells ids apart exactly",
      [row(2, "A", 5n), row(3, "a ", 5n)],
      [deposit("a", 5n)],
      [
        ["missing", "a"],
        ["unknown", 2],
        ["unknown", 3],
      ],
    ],
  ]) {
    test(name, async () => assert.deepEqual((await compared(rows, deposits)).shown, expected));
  }

  test("may lack deposits of other days, but not have them wrong", async () => {
    const deposits = [deposit("a", 5n), deposit("b", 5n)];
    const { shown } = await compared([row(2, "b", 6n)], deposits, { isInPeriod: () => false });
    assert.deepEqual(shown, [["wrong", 2]]);
  });

  test("has older deposits looked up once each, in the order of the file", async () => {
    const ids = Array.from({ length: 30 }, (_, number) => `old-${number}`);
    const rows = [...ids, "old-3"].map((id, index) => row(index + 2, id, 5n));
    const stored = ids.filter((id) => id !== "old-7").map((id) => deposit(id, id === "old-20" ? 6n : 5n));
    const { shown, lookedUp } = await compared(rows, [], { stored });
    assert.deepEqual(shown, [
      ["double", [5, 32]],
      ["unknown", 9],
      ["wrong", 22],
    ]);
    assert.deepEqual(lookedUp, ids);
  });
});
