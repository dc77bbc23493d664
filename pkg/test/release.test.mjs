// The checks between a tag and a release.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { problems } from "../release.mjs";

const inRepository = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const { version } = JSON.parse(readFileSync(inRepository("pkg/package.json"), "utf8"));

test("all files with the version agree", () => {
  assert.deepEqual(
    problems(`v${version}`).filter((problem) => !problem.startsWith("CHANGELOG")),
    [],
  );
});

test("a tag that does not match is refused, with a message for each file", () => {
  assert.equal(problems("v99.0.0").length, 10);
  for (const tag of ["99.0.0", "v1", "", undefined]) assert.match(problems(tag)[0], /must have the form v1\.2\.3/);
});

describe("the release workflow", () => {
  const workflow = parse(readFileSync(inRepository(".github/workflows/release.yml"), "utf8"));
  const { build, publish } = workflow.jobs;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test("only the publishing job has a permission, which is to stage", () => {
    assert.deepEqual(Object.keys(workflow.jobs), ["build", "publish"]);
    assert.deepEqual([workflow.permissions, build.permissions, publish.permissions], [{}, {}, { "id-token": "write" }]);
    assert.equal(publish.needs, "build");
    assert.equal(publish.environment, "npm");
  });

  test("the publishing job runs no code of the repository or of its dependencies", () => {
    const used = publish.steps.filter(({ uses }) => uses).map(({ uses }) => uses.split("@")[0]);
    assert.deepEqual(used, ["actions/setup-node", "actions/download-artifact"]);
    const commands = publish.steps.flatMap(({ run }) => run ?? []).join("\n");
    assert.match(commands, /npm stage publish --ignore-scripts/);
    assert.doesNotMatch(commands, /npm (?!stage publish)|npx|node |bash |git /);
  });

  test("every action is pinned by a commit and names its version", () => {
    const text = readFileSync(inRepository(".github/workflows/release.yml"), "utf8");
    const lines = text.split("\n").filter((line) => line.includes("uses:"));
    assert.equal(lines.length, steps.filter(({ uses }) => uses).length);
    for (const line of lines) assert.match(line, /uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("external text reaches a script only as an environment variable", () => {
    for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/);
  });

  describe("from the packed tarballs to the comparison", {
    skip: process.platform === "win32" && "the workflow runs on Linux",
  }, () => {
    const { run: compare } = publish.steps.find(({ name }) => name === "compare the digests");
    let directory;
    let digests;

    before(() => {
      directory = mkdtempSync(path.join(tmpdir(), "citrn-release-"));
      const output = path.join(directory, "output");
      execFileSync("bash", [inRepository(".github/pack.sh"), path.join(directory, "tarballs")], {
        env: { ...process.env, GITHUB_OUTPUT: output },
        stdio: ["ignore", "pipe", "inherit"],
      });
      digests = /^digests<<END\n(.+)\nEND\n$/s.exec(readFileSync(output, "utf8"))[1];
    });
    after(() => rmSync(directory, { recursive: true, force: true }));

    /** Returns whether the job would publish after this change to the downloaded tarballs. */
    function publishes(change = () => {}, expected = digests) {
      const downloaded = mkdtempSync(path.join(directory, "downloaded-"));
      const packed = path.join(directory, "tarballs");
      for (const file of readdirSync(packed)) copyFileSync(path.join(packed, file), path.join(downloaded, file));
      change(downloaded);
      return (
        spawnSync("bash", ["-e", "-c", compare], {
          cwd: downloaded,
          env: { PATH: process.env.PATH, DIGESTS: expected },
        }).status === 0
      );
    }
    const tarball = `citrn-${version}.tgz`;
    const TARBALLS = ["citrn", "citrn-worker", "create-citrn-worker"].map((name) => `${name}-${version}.tgz`);

    test("the tarballs that were built are published", () => {
      const names = digests.split("\n").map((line) => /^[0-9a-f]{64} {2}(.+)$/.exec(line)?.[1]);
      assert.deepEqual(names.sort(), TARBALLS);
      assert.deepEqual(readdirSync(path.join(directory, "tarballs")).sort(), TARBALLS);
      assert.ok(publishes());
    });

    test("the tarballs contain their licences and what was built", () => {
      const contents = (file) =>
        execFileSync("tar", ["-tzf", path.join(directory, "tarballs", file)], { encoding: "utf8" });
      for (const file of TARBALLS) assert.match(contents(file), /LICENSE-APACHE\n(?:.*\n)*.*LICENSE-MIT\n/);
      assert.match(contents(`citrn-worker-${version}.tgz`), /package\/dist\/index_bg\.wasm/);
      assert.match(contents(tarball), /package\/dist\/citrn\.wasm/);
    });

    for (const refused of [undefined, ...TARBALLS]) {
      test(`every package is staged, and none is public${refused ? `, if ${refused} is refused` : ""}`, () => {
        const { run: stage } = publish.steps.find(({ name }) => name === "stage");
        const npm = path.join(directory, "npm");
        // Fails for one tarball, as the registry does for a version that exists.
        writeFileSync(npm, `#!/bin/sh\necho "$@" >> calls\ncase "$*" in *${refused ?? "-none-"}) exit 1; esac\n`);
        chmodSync(npm, 0o755);
        const tarballs = mkdtempSync(path.join(directory, "staged-"));
        for (const file of TARBALLS) copyFileSync(path.join(directory, "tarballs", file), path.join(tarballs, file));
        const env = { PATH: `${directory}:${process.env.PATH}` };
        const { status } = spawnSync("bash", ["-e", "-c", stage], { cwd: tarballs, env });
        const calls = readFileSync(path.join(tarballs, "calls"), "utf8").trim().split("\n");
        const expected = refused ? TARBALLS.slice(0, TARBALLS.indexOf(refused) + 1) : TARBALLS;
        assert.equal(status === 0, refused === undefined);
        assert.deepEqual(
          calls,
          expected.map((file) => `stage publish --ignore-scripts ./${file}`),
        );
      });
    }

    for (const [what, change, expected] of [
      ["was replaced", (to) => writeFileSync(path.join(to, tarball), "another")],
      ["has one more byte", (to) => writeFileSync(path.join(to, tarball), "\n", { flag: "a" })],
      ["is missing", (to) => rmSync(path.join(to, tarball))],
      ["is accompanied by another one", (to) => writeFileSync(path.join(to, "other-1.0.0.tgz"), "another")],
      ["has no digest", undefined, ""],
    ]) {
      test(`nothing is published when a tarball ${what}`, () => assert.ok(!publishes(change, expected)));
    }
  });
});
