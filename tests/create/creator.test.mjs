// `npm create citrn-worker` beside other programs, and when it is interrupted.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { inRoot } from "../../scripts/root.mjs";

const creator = inRoot("create", "bin", "create-citrn-worker.mjs");

let directory;
beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "citrn-creator-"))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the creator in the directory, after a module that changes its surroundings. */
function create(args, { before = "", input } = {}) {
  const module = `data:text/javascript,${encodeURIComponent(before)}`;
  const command = ["--import", module, creator, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: directory, input, encoding: "utf8" });
  return { status, stdout, stderr: stderr.trim() };
}

/** Code that does something after each call of a function of node:fs. */
const afterEachCall = (name, statement) => `
  import fs, { writeFileSync } from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const original = fs.${name};
  fs.${name} = (...args) => {
    const result = original(...args);
    ${statement}
    return result;
  };
  syncBuiltinESMExports();
`;

test("what another program writes between the check and the first file stays", () => {
  const before = afterEachCall("readdirSync", 'writeFileSync(args[0] + "/README.md", "another program");');
  const { status, stderr } = create(["shop"], { before });
  assert.match(stderr, /^\S+shop cannot be created: something with that name is in the way\.$/);
  assert.equal(status, 1);
  assert.deepEqual(readdirSync(path.join(directory, "shop")), ["README.md"]);
  assert.equal(readFileSync(path.join(directory, "shop", "README.md"), "utf8"), "another program");
});

test("a directory into which another program writes meanwhile stays", () => {
  const before = afterEachCall("mkdirSync", 'writeFileSync(args[0] + "/own", "another program");');
  const { status, stderr } = create(["shop"], { before });
  assert.match(stderr, /^\S+shop is not empty: choose another directory\.$/);
  assert.equal(status, 1);
  assert.deepEqual(readdirSync(path.join(directory, "shop")), ["own"]);
});

test("a signal while the files are written does not leave half a project", {
  skip: process.platform === "win32",
}, () => {
  // Node 24 also opens the modules that it loads with this function.
  const isProject = 'String(args[0]).includes("shop")';
  const before = afterEachCall("openSync", `if (${isProject}) process.kill(process.pid, "SIGINT");`);
  const { status, stdout } = create(["shop"], { before });
  assert.match(stdout, /^Created shop in /);
  assert.equal(status, 0);
  assert.ok(existsSync(path.join(directory, "shop", ".dev.vars")));
});

for (const [key, input] of Object.entries({ "Ctrl-C": "\x03", "Ctrl-D": "\x04" })) {
  test(`${key} instead of a directory is one sentence`, () => {
    const before = "process.stdin.isTTY = process.stdout.isTTY = true;";
    const { status, stderr } = create([], { before, input });
    assert.equal(stderr, "Interrupted: nothing was created.");
    assert.equal(status, 130);
    assert.deepEqual(readdirSync(directory), []);
  });
}

test("the printed command enters a directory of any name", { skip: process.platform === "win32" }, () => {
  const name = `it's "$(touch injected)"`;
  const { stdout } = create([name, "--name", "shop"]);
  const [enter] = /^ {2}cd .*$/m.exec(stdout);
  const { stdout: entered } = spawnSync("sh", ["-c", `${enter} && pwd`], { cwd: directory, encoding: "utf8" });
  assert.equal(path.basename(entered.trim()), name);
});

test("a control character in a name does not reach the terminal", () => {
  const { status, stderr } = create(["\x1b[31mshop"]);
  assert.match(stderr, /^"\\u001b\[31mshop" is not a name for a Worker: /);
  assert.equal(status, 2);
});

test("a path that is too long is one sentence", () => {
  const { status, stderr } = create(["a".repeat(300), "--name", "shop"]);
  assert.match(stderr, /^\S+ cannot be created: the path is too long\.$/);
  assert.equal(status, 1);
});

test("an unknown option is named in full", () => {
  const { status, stderr } = create(["--a.b"]);
  assert.equal(stderr, "Unknown option '--a.b': --help lists the options.");
  assert.equal(status, 2);
});
