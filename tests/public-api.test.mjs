import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { compare } from "../scripts/public-api.mjs";
import { inRoot } from "../scripts/root.mjs";

const report = readFileSync(inRoot("public-api", "npm.d.ts"), "utf8");

test("an unchanged public API passes", () => compare(inRoot("public-api", "npm.d.ts"), report));

test("a changed public API fails with the difference and says how to accept it", async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "public-api-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const committed = path.join(directory, "changed.d.ts");
  writeFileSync(committed, report);
  const changed = report.replace("export declare class Citrn ", "export declare class Citron ");
  await assert.rejects(compare(committed, changed), ({ message }) => {
    assert.match(message, /^-export declare class Citrn /m);
    assert.match(message, /^\+export declare class Citron /m);
    assert.match(message, /public-api\/changed\.d\.ts.*accept it with `npm run generate`\.$/);
    return true;
  });
});

test("a missing report fails", () => assert.rejects(compare(inRoot("public-api", "none.d.ts"), report)));

test("the report has the declarations of every entry of the npm package", () => {
  const { exports } = JSON.parse(readFileSync(inRoot("pkg", "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap((entry) => entry.import?.types ?? []);
  assert.ok(entries.length > 1);
  for (const entry of entries) {
    const section = entry.replace("./dist/types/", "// ").replace(".d.mts", ".d.ts\n");
    assert.ok(report.includes(section), `${entry} is missing`);
  }
});
