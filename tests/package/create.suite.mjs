// `npm create citrn-worker` from the packed tarball: what it writes, and what it refuses.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { secretsOf, startMachine } from "./created.mjs";
import { build, node, run } from "./project.mjs";

const { "create-citrn-worker": packed } = JSON.parse(readFileSync(path.join(build, "packed.json"), "utf8"));

/** The creator, unpacked where any user may read it, and a directory to create projects in. */
let creator, directory, machine;
before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-create-"));
  chmodSync(directory, 0o777);
  await run("tar", ["-xzf", path.join(build, packed.filename), "-C", directory]);
  creator = path.join(directory, "package", "bin", "create-citrn-worker.mjs");
  machine = await startMachine(20);
});
after(() => {
  machine?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs the creator without a terminal. */
function create(args, { cwd = directory, ...options } = {}) {
  const { status, stdout, stderr } = spawnSync(node(24), [creator, ...args], { cwd, encoding: "utf8", ...options });
  return { status, stdout, stderr };
}

/** Asserts that the creator refuses with one sentence, and that nothing in a directory changed. */
function assertRefused(args, sentence, { exitCode = 1, cwd = directory, ...options } = {}) {
  const list = () => readdirSync(directory, { recursive: true }).map((file) => [file, statOf(file)]);
  const statOf = (file) => statSync(path.join(directory, file)).mtimeMs;
  const before = list();
  const { status, stdout, stderr } = create(args, { cwd, ...options });
  assert.match(stderr.trim(), sentence);
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
  assert.deepEqual([status, stdout], [exitCode, ""]);
  assert.deepEqual(list(), before);
}

const FILES = [
  ...[".dev.vars", ".dev.vars.example", ".gitignore", "README.md", "package.json"],
  ...[path.join("src", "index.js"), "wrangler.jsonc"],
];

/** Returns the files of a directory, without its folders. */
const filesIn = (project) =>
  readdirSync(project, { recursive: true })
    .filter((file) => statSync(path.join(project, file)).isFile())
    .sort();

describe("npm create", () => {
  test("creates a project under the oldest Node, in a directory with a space in its path", async () => {
    const { stdout, stderr } = await machine.run("npm", ["create", "citrn-worker@latest", "my-gateway", "--", "--yes"]);
    const project = path.join(machine.shop, "my-gateway");
    assert.deepEqual(filesIn(project), FILES);
    assert.match(stdout, /Created my-gateway in .*\n\nNext:\n {2}cd my-gateway\n {2}npm install\n {2}npm run dev\n/);
    for (const secret of secretsOf(readFileSync(path.join(project, ".dev.vars"), "utf8"))) {
      assert.ok(secret.length >= 32 && !`${stdout}${stderr}`.includes(secret));
    }
  });

  test("passes --name on", async () => {
    await machine.run("npm", ["create", "citrn-worker@latest", "Some Folder", "--", "--name", "pay-2"]);
    const manifest = JSON.parse(readFileSync(path.join(machine.shop, "Some Folder", "package.json"), "utf8"));
    assert.equal(manifest.name, "pay-2");
  });
});

describe("a created project", () => {
  test("has the given name everywhere", () => {
    assert.equal(create(["named", "--name", "shop-1"]).status, 0);
    const read = (file) => readFileSync(path.join(directory, "named", file), "utf8");
    assert.equal(JSON.parse(read("package.json")).name, "shop-1");
    assert.match(read("wrangler.jsonc"), /"name": "shop-1",[\s\S]*"name": "shop-1-production",/);
    for (const file of FILES) assert.ok(!read(file).includes("my-gateway"), file);
  });

  test("has secrets that only its owner can read, and that differ from those of any other", () => {
    const texts = ["first", "second"].map((name) => {
      assert.equal(create([name]).status, 0);
      const file = path.join(directory, name, ".dev.vars");
      if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
      return readFileSync(file, "utf8");
    });
    const [first, second] = texts.map(secretsOf);
    assert.equal(new Set([...first, ...second]).size, first.length + second.length);
  });

  test("may be created in an empty directory, and in directories that do not exist yet", () => {
    const empty = path.join(directory, "empty");
    mkdirSync(empty);
    const { status, stdout } = create(["."], { cwd: empty });
    assert.equal(status, 0);
    assert.match(stdout, /Next:\n {2}npm install\n/);
    assert.equal(create([path.join("a b", "c", "shop")]).status, 0);
    assert.deepEqual(filesIn(path.join(directory, "a b", "c", "shop")), FILES);
  });

  test("is my-gateway without a directory and with --yes", () => {
    assert.equal(create(["--yes"]).status, 0);
    assert.ok(existsSync(path.join(directory, "my-gateway", "wrangler.jsonc")));
  });
});

describe("one sentence and no change", () => {
  test("when a project is created twice", () => {
    assert.equal(create(["twice"]).status, 0);
    assertRefused(["twice"], /^\S+twice is not empty: choose another directory\.$/);
  });

  test("in a directory that contains anything, even a hidden file", () => {
    mkdirSync(path.join(directory, "used"));
    writeFileSync(path.join(directory, "used", ".hidden"), "");
    assertRefused(["used"], /^\S+used is not empty: choose another directory\.$/);
  });

  test("in a directory that the user may not write to", { skip: process.platform === "win32" }, () => {
    const locked = path.join(directory, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    // Root may write anywhere, so the creator runs as another user.
    const user = process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    for (const args of [["locked", "--name", "a"], [path.join("locked", "new")]]) {
      assertRefused(args, /^\S+locked\S* cannot be created: you may not write there\.$/, user);
    }
  });

  test("where a file is in the way", () => {
    writeFileSync(path.join(directory, "file"), "");
    assertRefused(["file"], /^\S+file cannot be created: a part of the path is a file\.$/);
    assertRefused([path.join("file", "shop")], /^\S+shop cannot be created: a part of the path is a file\.$/);
  });

  test("when a file cannot be written after others were", { skip: process.platform === "win32" }, () => {
    // Files of at most 2 KiB: wrangler.jsonc is longer, and written last but two.
    const { status, stderr } = spawnSync("sh", ["-c", 'ulimit -f 4; exec "$0" "$@"', node(24), creator, "full/shop"], {
      cwd: directory,
      encoding: "utf8",
    });
    assert.match(stderr.trim(), /^\S+shop cannot be created: EFBIG: .*\.$/);
    assert.equal(status, 1);
    assert.ok(!existsSync(path.join(directory, "full")));
  });

  for (const name of ["My-Shop", "my_shop", "-shop", "shop-", "my shop", "läden", "x".repeat(53), ""]) {
    test(`for the name "${name}"`, () => {
      const sentence =
        /^".*" is not a name for a Worker: use lowercase letters, digits and hyphens .* 52 characters\.$/;
      assertRefused(["new-one", `--name=${name}`], sentence, { exitCode: 2 });
    });
  }

  test("for a directory whose name is no name", () => {
    assertRefused(["My Shop"], /^"My Shop" is not a name .*; choose another with --name\.$/, { exitCode: 2 });
  });

  for (const [args, sentence] of [
    [[], /^DIRECTORY is missing: name it, or give --yes to create my-gateway\.$/],
    [["new-one", "another"], /^Unexpected argument "another": give one directory\.$/],
    [["new-one", "--force"], /^Unknown option '--force': --help lists the options\.$/],
    [["new-one", "--name"], /^Option '--name <value>' argument missing: --help lists the options\.$/],
  ]) {
    test(`for the arguments "${args.join(" ")}"`, () => assertRefused(args, sentence, { exitCode: 2 }));
  }
});
