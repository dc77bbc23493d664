// The check of package-lock.json files in `npm run check`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { seeded } from "../pkg/test/seeded.mjs";
import { lockProblems } from "../scripts/npm-locks.mjs";

const FILES = ["package-lock.json", "bench/package-lock.json", "tests/package/package-lock.json"];
const read = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
const INTEGRITY = `sha512-${"A".repeat(86)}==`;

/** Returns a lock file with one package, a workspace and the link to it. */
const lockWith = (entry, location = "node_modules/left-pad") => ({
  lockfileVersion: 3,
  packages: {
    "": { name: "root", workspaces: ["pkg"] },
    "node_modules/citrn": { resolved: "pkg", link: true },
    pkg: { version: "0.1.0" },
    [location]: { version: "1.3.0", ...entry },
  },
});

describe("npm lock files", () => {
  for (const file of FILES) {
    test(`${file} has an integrity for each package`, () => assert.deepEqual(lockProblems(read(file)), []));

    test(`${file} fails without the integrity of any one package`, () => {
      const { pick } = seeded(7);
      const locations = Object.entries(read(file).packages)
        .filter(([, entry]) => entry.integrity)
        .map(([location]) => location);
      for (let round = 0; round < 40; round += 1) {
        const lock = read(file);
        const location = pick(locations);
        delete lock.packages[location].integrity;
        assert.deepEqual(lockProblems(lock), [`${location} has no integrity`]);
      }
    });
  }

  test("an entry with a SHA-512 passes, with and without the registry's URL", () => {
    assert.deepEqual(lockProblems(lockWith({ integrity: INTEGRITY })), []);
    assert.deepEqual(
      lockProblems(
        lockWith({ integrity: INTEGRITY, resolved: "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz" }),
      ),
      [],
    );
  });

  for (const [what, entry, problem] of [
    ["no integrity and no URL", {}, /has no integrity/],
    [
      "no integrity but a URL",
      { resolved: "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz" },
      /has no integrity/,
    ],
    ["an empty integrity", { integrity: "" }, /not one SHA-512/],
    ["a SHA-1 only", { integrity: "sha1-Zy4AsmuDtj4WS79Jy9dFXJMpaOs=" }, /not one SHA-512/],
    ["a SHA-1 beside the SHA-512", { integrity: `${INTEGRITY} sha1-Zy4AsmuDtj4WS79Jy9dFXJMpaOs=` }, /not one SHA-512/],
    ["a shortened SHA-512", { integrity: INTEGRITY.slice(0, 60) }, /not one SHA-512/],
    [
      "another host",
      { integrity: INTEGRITY, resolved: "https://registry.example/left-pad-1.3.0.tgz" },
      /resolved to https:\/\/registry\.example/,
    ],
    [
      "a host that only begins like the registry's",
      { integrity: INTEGRITY, resolved: "https://registry.npmjs.org.example/l.tgz" },
      /resolved to/,
    ],
    [
      "the registry without TLS",
      { integrity: INTEGRITY, resolved: "http://registry.npmjs.org/left-pad.tgz" },
      /resolved to/,
    ],
    [
      "a git repository",
      { resolved: "git+ssh://git@github.com/left/pad.git#1" },
      /has no integrity[\s\S]*resolved to git/,
    ],
    ["a link out of the repository", { link: true, resolved: "../elsewhere" }, /links to \.\.\/elsewhere/],
    ["a link without a target", { link: true }, /links to undefined/],
  ]) {
    test(`an entry with ${what} fails`, () => {
      assert.match(lockProblems(lockWith(entry)).join("\n"), problem);
      assert.match(lockProblems(lockWith(entry, "pkg/node_modules/left-pad")).join("\n"), problem);
    });
  }

  test("a bundled package passes, and one that falsely claims to be bundled fails", () => {
    const lock = lockWith({ integrity: INTEGRITY, bundleDependencies: ["inner"] });
    lock.packages["node_modules/left-pad/node_modules/inner"] = { version: "1.0.0", inBundle: true };
    assert.deepEqual(lockProblems(lock), []);
    lock.packages["node_modules/left-pad/node_modules/other"] = { version: "1.0.0", inBundle: true };
    lock.packages["node_modules/outer"] = { version: "1.0.0", inBundle: true };
    assert.deepEqual(lockProblems(lock), [
      "node_modules/left-pad/node_modules/other has no integrity",
      "node_modules/outer has no integrity",
    ]);
  });

  test("an older format fails", () =>
    assert.match(lockProblems({ lockfileVersion: 1 }).join(), /lockfileVersion is 1/));
});
