// SECURITY.md agrees with the source.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");
const policy = read("SECURITY.md");
const UNITS = { levels: 1, characters: 1, seconds: 1, KiB: 1024, MiB: 1024 * 1024 };
const rows = [...policy.matchAll(/^\| (.+?) \| (\d+) (\w+) \| `(\w+)` in `(.+?)` \|$/gm)];

test("the table of limits has rows", () => assert.ok(rows.length >= 7));

for (const [, limit, number, unit, name, file] of rows) {
  test(`${limit}: ${number} ${unit}, like ${name} in ${file}`, () => {
    const [, expression] =
      new RegExp(`const ${name}: \\w+ = (?:Duration::from_secs\\()?([\\d_ *]+)\\)?;`).exec(read(file)) ??
      assert.fail(`${file} has no ${name}`);
    const value = expression
      .replaceAll("_", "")
      .split("*")
      .reduce((product, factor) => product * Number(factor), 1);
    assert.equal(value, Number(number) * UNITS[unit]);
  });
}

test("it links to private reporting at this repository, and to existing files", () => {
  const { repository } = JSON.parse(read("pkg/package.json"));
  const home = repository.url.replace(/^git\+|\.git$/g, "");
  assert.ok(policy.includes(`${home}/security/advisories/new`));
  for (const [, target] of policy.matchAll(/\]\((?!https?:)([^)#]+)/g))
    assert.ok(existsSync(path.join(root, target)), target);
});

for (const file of ["SECURITY.md", "pkg/README.md"]) {
  test(`${file} warns against publishing a signed request, which is also a valid callback`, () => {
    assert.match(read(file).replaceAll(/\s+/g, " "), /[Nn]ever publish a signed request/);
  });
}
