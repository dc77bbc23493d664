// The file in which `citrn listen` stores how far it has come.
import assert from "node:assert/strict";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { event, Position, startParts } from "./listen-parts.mjs";

let parts;
beforeEach(() => {
  parts = startParts();
});
afterEach(() => parts.close());

test("a beginning is stored immediately, in a file and a directory for this user only", () => {
  Position.begin(parts.file, "delivery.7");
  assert.deepEqual(parts.stored(), { version: 1, after: "delivery.7", open: [], recent: [] });
  assert.equal(statSync(parts.file).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(parts.file)).mode & 0o777, 0o700);
});

test("a file is replaced as a whole, and no draft is left", () => {
  const position = Position.begin(parts.file, "0");
  const before = readFileSync(parts.file, "utf8");
  const copy = `${parts.file}.copy`;
  linkSync(parts.file, copy);
  position.attempt(position.add(event(0)));
  assert.notEqual(readFileSync(parts.file, "utf8"), before);
  assert.equal(readFileSync(copy, "utf8"), before);
  assert.deepEqual(readdirSync(path.dirname(parts.file)).sort(), ["position.json", "position.json.copy"]);
});

test("a restart has the cursor, the open events and those that were forwarded", () => {
  const position = Position.begin(parts.file, "0");
  const [first, second, third] = [0, 1, 2].map((number) => position.add(event(number)));
  position.attempt(second);
  position.settle(first);
  const restored = Position.restore(parts.file);
  assert.equal(restored.after, "3");
  assert.deepEqual(restored.open, [second, third]);
  assert.deepEqual(
    restored.open.map((open) => restored.isRepeat(open)),
    [true, false],
  );
  assert.ok(restored.isRepeat({ id: first.id, after: "9", attempted: false }));
});

test("an event is a repeat among the 500 that were forwarded latest", () => {
  const position = Position.begin(parts.file, "0");
  for (let number = 0; number < 501; number++) position.settle(position.add(event(number)));
  const isRepeat = (number) => position.isRepeat({ id: `evt_${number}`, after: "0", attempted: false });
  assert.deepEqual([0, 1, 500].map(isRepeat), [false, true, true]);
  assert.equal(parts.stored().recent.length, 500);
  // Forwarded again: it is the latest one now.
  position.settle(position.add(event(1)));
  position.settle(position.add(event(501)));
  assert.deepEqual([1, 2].map(isRepeat), [true, false]);
});

test("without a file, nothing is stored", () => {
  const position = Position.begin(undefined, "");
  const open = position.add(event(0));
  position.attempt(open);
  position.settle(open);
  assert.deepEqual([position.open, position.after], [[], "1"]);
});

describe("a file that cannot be a position", () => {
  const valid = { version: 1, after: "1", open: [{ id: "a", after: "0", attempted: true }], recent: ["b"] };
  const write = (text) => {
    mkdirSync(path.dirname(parts.file));
    writeFileSync(parts.file, text);
  };

  test("is distinguished from a valid one, and from none", () => {
    assert.equal(Position.restore(parts.file), undefined);
    write(JSON.stringify(valid));
    assert.equal(Position.restore(parts.file).after, "1");
  });

  for (const text of [
    ...["", "{", "null", "[]", '"text"'],
    ...[
      { version: 2 },
      { version: "1" },
      { after: 7 },
      { open: {} },
      { open: null },
      { open: [{ id: 7, after: "0" }] },
      { open: [{ id: "a", after: null }] },
      { open: [null] },
      { recent: "b" },
      { recent: [7] },
    ].map((change) => JSON.stringify({ ...valid, ...change })),
  ]) {
    test(`is refused, with what to do: ${text}`, () => {
      write(text);
      assert.throws(
        () => Position.restore(parts.file),
        ({ exit, message }) =>
          exit === 2 && message.startsWith(parts.file) && /Delete it, and give --since/.test(message),
      );
    });
  }

  test("or cannot be written is named", () => {
    write("{}");
    const below = path.join(parts.file, "position.json");
    assert.throws(
      () => Position.begin(below, "0"),
      ({ exit, message }) =>
        exit === 2 && /^Cannot write .*: \w+\. Give another file with --cursor-file\.$/.test(message),
    );
  });
});
