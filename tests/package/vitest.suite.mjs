// The Vitest sample of docs/testing.md, with Vitest and the packed package.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { bin, here, node, project, run } from "./project.mjs";

const sample = samplesOf("docs/testing.md").get("vitest");

test("its tests pass", async () => {
  const cwd = project("vitest", { "shop.test.ts": sample, "vitest.config.js": "export default {};\n" });
  const { stdout } = await run(node(24), [bin("vitest"), "run", "--root", cwd], { cwd });
  assert.match(stripVTControlCharacters(stdout), /Tests\s+2 passed/);
});

test("it compiles under --strict", async () => {
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", types: ["node"] };
  const cwd = project("vitest-types", {
    "shop.test.ts": sample,
    "package.json": '{"type":"module"}',
    "tsconfig.json": JSON.stringify({ compilerOptions }),
  });
  await run(node(24), [path.join(here, "node_modules", "typescript", "bin", "tsc"), "-p", cwd], { cwd });
});
