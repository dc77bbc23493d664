// The CSV files of `citrn reconcile`: RFC 4180, and errors that name file, line and column but never repeat the file.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internals } from "./internals.mjs";
import { seeded } from "./seeded.mjs";

const { readCsv } = await internals("src/cli/reconcile/csv.ts");
const { readLedger, readOther } = await internals("src/cli/reconcile/files.ts");
const { parseDecimal, formatDecimal } = await internals("src/cli/decimal.ts");

const bytes = (text) => new TextEncoder().encode(text);
const rows = (text, columns = ["a", "b"]) =>
  readCsv("f.csv", bytes(text), columns).map(({ line, values }) => [line, ...columns.map((column) => values[column])]);

describe("a CSV file", () => {
  for (const [name, text, expected] of [
    [
      "with line feeds",
      "a,b\n1,2\n3,4\n",
      [
        [2, "1", "2"],
        [3, "3", "4"],
      ],
    ],
    [
      "with CRLF",
      "a,b\r\n1,2\r\n3,4\r\n",
      [
        [2, "1", "2"],
        [3, "3", "4"],
      ],
    ],
    [
      "with carriage returns",
      "a,b\r1,2\r3,4",
      [
        [2, "1", "2"],
        [3, "3", "4"],
      ],
    ],
    ["with a byte-order mark", "\uFEFFa,b\n1,2", [[2, "1", "2"]]],
    ["without a line break at its end", "a,b\n1,2", [[2, "1", "2"]]],
    ["with an empty last field", "a,b\n1,", [[2, "1", ""]]],
    ["with other columns in another order", "x,B, a \n0,2,1", [[2, "1", "2"]]],
    ["with quotes", '"a","b"\n"1,5","say ""no"""\n', [[2, "1,5", 'say "no"']]],
    [
      "with line breaks in quotes",
      'a,b\n"1\n\r\n2",x\n3,4',
      [
        [2, "1\n\r\n2", "x"],
        [5, "3", "4"],
      ],
    ],
    [
      "with empty lines",
      "\na,b\n\n1,2\n\n\n3,4\n\n",
      [
        [4, "1", "2"],
        [7, "3", "4"],
      ],
    ],
    ["with a header only", "a,b\n", []],
  ]) {
    test(`${name} is read`, () => assert.deepEqual(rows(text), expected));
  }

  test("may have an empty field as a row, in quotes", () => {
    assert.deepEqual(rows('a\n""\n\nx', ["a"]), [
      [2, ""],
      [4, "x"],
    ]);
  });

  for (const [name, text, message] of [
    ["is empty", "", "f.csv, line 1: is empty: the header must have the columns a, b."],
    ["has no such column", "a,c\n", /line 1: column b is missing: the header must have the columns a, b, separated by/],
    ["has semicolons", "a;b\n1;2", /line 1: column a is missing: .*separated by commas/],
    ["has a column two times", "a,b,a\n", "f.csv, line 1: duplicate column a."],
    ["has a short row", "a,b\n1,2\n3\n", "f.csv, line 3: has 1 instead of 2 fields, which the header has."],
    ["has a long row", "a,b\n1,2,3", "f.csv, line 2: has 3 instead of 2 fields, which the header has."],
    ["has an open quote", 'a,b\n1,2\n"3,4\n5,6', 'f.csv, line 3: has a field without its closing ".'],
    ["has text after a quote", 'a,b\n"1"2,3', 'f.csv, line 2: has text after the closing " of a field.'],
    ["has a quote in a field", 'a,b\n1"2,3', /line 2: has a " inside a field: put the field in quotes/],
  ]) {
    test(`that ${name} is refused`, () => assert.throws(() => rows(text), { exit: 2, message }));
  }

  test("that is not UTF-8 is refused", () => {
    const latin = new Uint8Array([...bytes("a,b\n1,"), 0xe9]);
    assert.throws(() => readCsv("f.csv", latin, ["a", "b"]), { exit: 2, message: /f\.csv: is not UTF-8/ });
  });

  test("is read as it was written, whatever its fields are", () => {
    const { below } = seeded(11);
    const alphabet = ["a", ",", '"', "\n", "\r\n", " ", "é", "0", ""];
    const field = () => Array.from({ length: below(5) }, () => alphabet[below(alphabet.length)]).join("");
    const write = (text) => (/[",\r\n]/.test(text) || below(2) ? `"${text.replaceAll('"', '""')}"` : text);
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: 1 + below(5) }, () => [field(), field()]);
      const text = [["a", "b"], ...values].map((row) => row.map(write).join(",")).join(below(2) ? "\n" : "\r\n");
      assert.deepEqual(
        rows(text).map(([, ...row]) => row),
        values,
        JSON.stringify(text),
      );
    }
  });

  test("with a field of 2 MB is read", () => {
    const long = 'x""y\n'.repeat(400_000);
    const [[line, , last]] = rows(`a,b\n"${long}",1\n`);
    assert.deepEqual([line, last], [2, "1"]);
  });
});

describe("a ledger", () => {
  const ledger = (row) => readLedger("l.csv", bytes(`currency,id,amount,note\n${row}`));

  test("has ids, currencies and exact amounts", () => {
    const [row] = ledger("USDTT,17,123456789012345678.000000000000000001,x");
    assert.deepEqual([row.line, row.id, row.currency], [2, "17", "USDTT"]);
    assert.equal(formatDecimal(row.amount), "123456789012345678.000000000000000001");
  });

  for (const [name, row, message] of [
    ["no id", "USDTT, ,5,", "l.csv, line 2: id: is empty."],
    ["no currency", ",17,5,", "l.csv, line 2: currency: is empty."],
    ["no amount", "USDTT,17,,", /line 2: amount: must be a decimal number such as 49\.50/],
    ["an amount with a comma", 'USDTT,17,"1,5",', /line 2: amount: must be a decimal number/],
    ["an amount with an exponent", "USDTT,17,1e-7,", /line 2: amount: must be a decimal number/],
    ["an amount below zero", "USDTT,17,-1,", "l.csv, line 2: amount: must not be negative."],
  ]) {
    test(`with ${name} is refused`, () => assert.throws(() => ledger(row), { exit: 2, message }));
  }
});

describe("the file of other movements", () => {
  const other = (row) => readOther("o.csv", bytes(`date,currency,amount\n${row}`));

  test("has dates or times, and signed amounts", () => {
    for (const [date, at] of [
      ["2026-11-26", "2026-11-26T12:00:00Z"],
      ["2026-11-26T23:59:59Z", "2026-11-26T23:59:59Z"],
      ["2026-11-26T23:59:59.5Z", "2026-11-26T23:59:59.500Z"],
    ]) {
      assert.deepEqual(other(`${date},BTC,-0.5`), [
        { at: Date.parse(at), currency: "BTC", amount: parseDecimal("-0.5") },
      ]);
    }
  });

  for (const date of [
    "2026-02-30",
    "26.11.2026",
    "2026-11-26T10:00:00",
    "2026-11-26T25:00:00Z",
    "2026-11-26+01:00",
    "",
  ]) {
    test(`with the date "${date}" is refused`, () => {
      assert.throws(() => other(`${date},BTC,1`), {
        exit: 2,
        message: /^o\.csv, line 2: date: must be such as 2026-11-26/,
      });
    });
  }
});

test("no message repeats the file, which may hold secrets", () => {
  const secret = "hush-4f1d";
  for (const text of [
    `CITRN_SECRET=${secret}`,
    `id,currency,amount\n${secret},USDTT,${secret}`,
    `id,currency,amount\n${secret}"`,
  ]) {
    assert.throws(
      () => readLedger("l.csv", bytes(text)),
      ({ message }) => !message.includes(secret),
    );
  }
});
