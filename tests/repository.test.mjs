// The files that GitHub reads: workflows, Dependabot's settings, issue forms.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { inRoot } from "../scripts/root.mjs";

const read = (file) => readFileSync(inRoot(file), "utf8");
const yaml = (file) => parse(read(file));

const workflows = readdirSync(inRoot(".github", "workflows"));

for (const file of workflows) {
  const text = read(`.github/workflows/${file}`);
  const { jobs, permissions } = parse(text);

  describe(file, () => {
    test("has no permission to write, except that a job may publish", () => {
      const granted = [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})];
      for (const one of granted) {
        for (const [scope, access] of Object.entries(one)) assert.ok(access !== "write" || scope === "id-token", scope);
      }
    });

    test("pins every action by commit and names its version", () => {
      for (const line of text.split("\n").filter((line) => /\buses:/.test(line))) {
        assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    });

    test("leaves no token in the clone, and limits the time of each job", () => {
      for (const job of Object.values(jobs)) {
        assert.ok(job["timeout-minutes"] <= 90);
        for (const { uses, with: inputs } of job.steps) {
          if (uses?.startsWith("actions/checkout@")) assert.equal(inputs["persist-credentials"], false);
        }
      }
    });
  });
}

test("CI runs .ci/run for each push to main and each pull request, on the toolchain of the repository", () => {
  const { on, jobs } = yaml(".github/workflows/ci.yml");
  assert.deepEqual(on, { push: { branches: ["main"] }, pull_request: null });
  assert.ok(jobs.test.steps.some(({ run }) => run === "bash .ci/run"));
  const [, channel] = /^channel = "(.+)"$/m.exec(read("rust-toolchain.toml"));
  for (const file of workflows) assert.ok(read(`.github/workflows/${file}`).includes(`image: rust:${channel}-`), file);
});

test("Dependabot looks into every directory with a lock file", () => {
  const { updates } = yaml(".github/dependabot.yml");
  const watched = (ecosystem) => {
    const { directories, directory } = updates.find((update) => update["package-ecosystem"] === ecosystem);
    return (directories ?? [directory]).sort();
  };
  const files = execFileSync("git", ["ls-files", "*package-lock.json", "*Cargo.lock"], { cwd: inRoot() });
  const locks = files.toString().trim().split("\n");
  const having = (name) => {
    const found = locks.filter((file) => path.posix.basename(file) === name);
    return found.map((file) => path.posix.join("/", path.posix.dirname(file))).sort();
  };
  assert.deepEqual(watched("cargo"), having("Cargo.lock"));
  assert.deepEqual(watched("npm"), having("package-lock.json"));
  assert.deepEqual(watched("github-actions"), ["/"]);
});

// https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
describe("issue form", () => {
  const TYPES = ["checkboxes", "dropdown", "input", "markdown", "textarea"];
  for (const file of ["bug.yml", "feature.yml"]) {
    test(`${file} is a form that GitHub accepts, and warns of secrets`, () => {
      const { name, description, body } = yaml(`.github/ISSUE_TEMPLATE/${file}`);
      assert.ok(name && description);
      const fields = body.filter(({ type }) => type !== "markdown");
      assert.equal(new Set(fields.map(({ id }) => id)).size, fields.length);
      for (const { type, id, attributes } of fields) {
        assert.ok(TYPES.includes(type), type);
        assert.match(id, /^[\w-]+$/);
        assert.ok(attributes.label);
        assert.doesNotMatch(attributes.label, /key|secret|token|signature/i);
      }
      assert.match(read(`.github/ISSUE_TEMPLATE/${file}`), /(Never post|Post no) [^.]*secret/);
    });
  }

  test("config.yml leads to private reports", () => {
    const { contact_links } = yaml(".github/ISSUE_TEMPLATE/config.yml");
    assert.ok(contact_links.some(({ url }) => url === "https://github.com/citrn/citrn/security/advisories/new"));
  });
});
