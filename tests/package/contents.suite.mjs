// The tarball: its contents, the results of package checkers, and its types under old and new compilers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { bin, build, here, installed, node, project, root, run } from "./project.mjs";

const packed = JSON.parse(readFileSync(path.join(build, "packed.json"), "utf8")).citrn;
const tarball = path.join(build, packed.filename);

test("the tarball contains all necessary files and no others", () => {
  const files = packed.files.map((file) => file.path);
  const types = [
    "callback-handler",
    "callbacks",
    "client",
    "endpoints",
    "error",
    "handler",
    "headers",
    "index",
    "options",
    "reply",
    "settings",
    "tracing",
  ];
  const expected = [
    ...["LICENSE-APACHE", "LICENSE-MIT", "README.md", "bin/citrn.mjs", "package.json"],
    ...[
      "citrn.cjs",
      "citrn.edge-light.mjs",
      "citrn.mjs",
      "citrn.wasm",
      "citrn.workerd.mjs",
      "cli.mjs",
      "element.cjs",
      "element.min.js",
      "element.mjs",
      "sandbox.cjs",
      "sandbox.mjs",
      "worker.cjs",
      "worker.mjs",
    ].map((file) => `dist/${file}`),
    ...types.flatMap((name) => [`dist/types/${name}.d.cts`, `dist/types/${name}.d.mts`]),
  ];
  for (const file of expected) assert.ok(files.includes(file), `${file} is missing`);
  const allowed = [/^dist\/sandbox-[A-Z0-9]+\.mjs$/, /^dist\/types\/(?:element|sandbox|worker)\/[\w-]+\.d\.[cm]ts$/];
  const unexpected = files.filter((file) => !expected.includes(file) && !allowed.some((pattern) => pattern.test(file)));
  assert.deepEqual(unexpected, []);
  assert.ok(
    packed.files.find((file) => file.path === "bin/citrn.mjs").mode & 0o100 || process.platform === "win32",
    "the command line can be executed",
  );
});

test("installing it installs the command `citrn`", async () => {
  const { stdout } = await run(path.join(installed, "..", ".bin", "citrn"), ["--version"], {
    env: { PATH: `${path.dirname(node(20))}${path.delimiter}${process.env.PATH}` },
  });
  assert.equal(stdout.trim(), packed.version);
});

test("publint reports nothing", async () => {
  const { stdout } = await run(node(24), [bin("publint"), "run", tarball, "--strict"]);
  assert.match(stdout, /All good/);
});

test("Are The Types Wrong reports nothing", async () => {
  // The plain wasm and the element's bundle, for users who load them themselves, have no types.
  const excluded = ["--exclude-entrypoints", "./citrn.wasm", "./element.min.js"];
  const { stdout } = await run(node(24), [bin("attw"), tarball, "--no-emoji", ...excluded]);
  assert.match(stdout, /No problems found/);
});

describe("the types compile in a user's project with", () => {
  const usage = readFileSync(path.join(root, "pkg", "test", "types", "usage.ts"), "utf8");
  const platform = readFileSync(path.join(root, "pkg", "test", "types", "platform.ts"), "utf8");
  const worker = readFileSync(path.join(root, "pkg", "test", "types", "worker.ts"), "utf8");
  for (const [compiler, version] of [
    ["typescript52", "5.2"],
    ["typescript", "5.9"],
  ]) {
    for (const [name, ending, options] of [
      ["node16, import", "mts", { module: "node16" }],
      ["node16, require", "cts", { module: "node16" }],
      ["nodenext, import", "mts", { module: "nodenext" }],
      ["bundler", "ts", { module: "esnext", moduleResolution: "bundler" }],
    ]) {
      test(`TypeScript ${version}, ${name}`, async () => {
        const directory = project(`types-${version}-${name.replaceAll(/\W+/g, "-")}`, {
          [`usage.${ending}`]: usage,
          [`platform.${ending}`]: platform,
          [`worker.${ending}`]: worker,
          "tsconfig.json": JSON.stringify({
            compilerOptions: {
              strict: true,
              exactOptionalPropertyTypes: true,
              skipLibCheck: false,
              noEmit: true,
              target: "es2022",
              lib: ["es2022", "dom", "dom.iterable"],
              types: [],
              ...options,
            },
          }),
        });
        await run(node(24), [path.join(here, "node_modules", compiler, "bin", "tsc"), "-p", directory]);
      });
    }
  }
});
