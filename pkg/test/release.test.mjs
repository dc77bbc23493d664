// What stands between a tag and a release.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { problems } from "../release.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("the four places that name the version agree", () => {
  assert.deepEqual(problems(`v${version}`).filter((problem) => !problem.startsWith("CHANGELOG")), []);
});

test("a tag that does not fit is refused, place by place", () => {
  assert.equal(problems("v99.0.0").length, 5);
  for (const tag of ["99.0.0", "v1", "", undefined]) assert.match(problems(tag)[0], /must be like v1\.2\.3/);
});
