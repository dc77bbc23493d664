// The tarballs of `citrn-worker` and `create-citrn-worker`: the results of package checkers, and the Worker's types.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { before, describe, test } from "node:test";
import { bin, build, here, node, project, root, run } from "./project.mjs";

const packed = JSON.parse(readFileSync(path.join(build, "packed.json"), "utf8"));
const tarball = (name) => path.join(build, packed[name].filename);

test("all packages have the same version", () => {
  assert.deepEqual(Object.keys(packed).sort(), ["citrn", "citrn-worker", "create-citrn-worker"]);
  assert.equal(new Set(Object.values(packed).map(({ version }) => version)).size, 1);
});

for (const name of ["citrn-worker", "create-citrn-worker"]) {
  test(`publint reports nothing about ${name}`, async () => {
    const { stdout } = await run(node(24), [bin("publint"), "run", tarball(name), "--strict"]);
    assert.match(stdout, /All good/);
  });
}

test("Are The Types Wrong reports nothing about citrn-worker", async () => {
  // Workers are modules: nothing requires the package. A problem is an exit code, and so an error of `run`.
  const args = [tarball("citrn-worker"), "--profile", "esm-only", "--no-emoji"];
  const { stdout } = await run(node(24), [bin("attw"), ...args]);
  assert.match(stdout, /OK \(ESM\)/);
});

describe("the types of citrn-worker compile in a merchant's project with", () => {
  const usage = readFileSync(path.join(root, "tests", "worker", "own-worker", "types.ts"), "utf8");
  const installed = path.join(build, "app", "node_modules", "citrn-worker");
  before(async () => {
    rmSync(installed, { recursive: true, force: true });
    mkdirSync(installed);
    await run("tar", ["-xzf", tarball("citrn-worker"), "-C", installed, "--strip-components=1"]);
  });

  for (const [compiler, version] of [
    ["typescript52", "5.2"],
    ["typescript", "5.9"],
  ]) {
    for (const [name, ending, options] of [
      ["node16", "mts", { module: "node16" }],
      ["bundler", "ts", { module: "esnext", moduleResolution: "bundler" }],
    ]) {
      test(`TypeScript ${version}, ${name}`, async () => {
        const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
        const lib = { target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [] };
        const directory = project(`worker-types-${version}-${name}`, {
          [`own.${ending}`]: usage,
          "tsconfig.json": JSON.stringify({ compilerOptions: { ...strict, ...lib, ...options } }),
        });
        await run(node(24), [path.join(here, "node_modules", compiler, "bin", "tsc"), "-p", directory]);
      });
    }
  }
});
