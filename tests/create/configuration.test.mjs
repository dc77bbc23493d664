// What `npm run check` reports about a project's wrangler.jsonc.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { inRoot } from "../../scripts/root.mjs";
import { compareConfiguration } from "../../worker/npm/src/configuration.mjs";
import { isAtLeast } from "../../worker/npm/src/project.mjs";

const { unstable_readConfig: readConfig, unstable_getDurableObjectClassNameToUseSQLiteMap: classesOf } = createRequire(
  import.meta.url,
)("wrangler");
const text = readFileSync(inRoot("create", "template", "wrangler.jsonc"), "utf8");
const repository = JSON.parse(JSON.stringify(readConfig({ config: inRoot("wrangler.toml") })));
const required = { ...repository, durable_objects: repository.durable_objects.bindings };

const directory = mkdtempSync(path.join(tmpdir(), "citrn-configuration-"));
after(() => rmSync(directory, { recursive: true }));

/** Compares the template's top level after replacements. */
function findings(replacements = [], requirements = required) {
  let changed = text;
  for (const [from, to] of replacements) {
    assert.ok(changed.includes(from), from);
    changed = changed.replace(from, to);
  }
  const config = path.join(directory, "wrangler.jsonc");
  writeFileSync(config, changed);
  const read = readConfig({ config }, { hideWarnings: true });
  return compareConfiguration(read, classesOf(read.migrations, read.exports), requirements);
}

describe("a configuration", () => {
  test("of the template has no finding", () => assert.deepEqual(findings(), []));

  test("without any binding gets all lines, as entries of one array", () => {
    const [finding] = findings([[/"durable_objects": \{[\s\S]*?\},\n\n? +"migrations"/.exec(text)[0], '"migrations"']]);
    const [sentence, entries] = finding.split(/:\n/);
    assert.equal(sentence, "durable_objects.bindings lacks IDEMPOTENCY, INBOX, CHECKOUT. Add");
    assert.deepEqual(JSON.parse(`[${entries}]`), required.durable_objects);
  });

  test("without a binding gets the line that binds it", () => {
    const line = '{ "name": "INBOX", "class_name": "InboxShard" }';
    assert.deepEqual(findings([[`${line},`, ""]]), [`durable_objects.bindings lacks INBOX. Add:\n${line}`]);
  });

  test("with a binding to another class gets the line that binds ours", () => {
    for (const other of ['"Mine"', '"InboxShard", "script_name": "another-worker"']) {
      const found = findings([['"class_name": "InboxShard"', `"class_name": ${other}`]]);
      const line = '{ "name": "INBOX", "class_name": "InboxShard" }';
      assert.deepEqual(found, [`durable_objects.bindings has another class for INBOX. Replace it by:\n${line}`]);
    }
  });

  test("without a migration gets one with a tag that is free", () => {
    const own = '{ "tag": "v3", "new_sqlite_classes": ["Mine"] }';
    const migration = '{ "tag": "v2", "new_sqlite_classes": ["CheckoutShard"] }';
    assert.deepEqual(findings([[migration, own]]), [
      'migrations lacks CheckoutShard. Add:\n{ "tag": "v4", "new_sqlite_classes": [ "CheckoutShard" ] }',
    ]);
  });

  const lastMigration = '{ "tag": "v2", "new_sqlite_classes": ["CheckoutShard"] }';

  test("whose migrations delete a class gets a migration that creates it again", () => {
    const deletes = '{ "tag": "v3", "deleted_classes": ["InboxShard"] }';
    assert.deepEqual(findings([[lastMigration, `${lastMigration}, ${deletes}`]]), [
      'migrations lacks InboxShard. Add:\n{ "tag": "v4", "new_sqlite_classes": [ "InboxShard" ] }',
    ]);
  });

  test("whose migrations rename a class gets one that renames it back, with its data", () => {
    const renames = ["InboxShard", "Inbox", "Mine"]
      .map((name, index, names) => [index + 2, name, names[index - 1]])
      .slice(1)
      .map(([tag, to, from]) => `{ "tag": "v${tag}", "renamed_classes": [{ "from": "${from}", "to": "${to}" }] }`);
    const line = '{ "tag": "v5", "renamed_classes": [ { "from": "Mine", "to": "InboxShard" } ] }';
    const found = findings([[lastMigration, [lastMigration, ...renames].join()]]);
    assert.deepEqual(found, [`migrations lacks InboxShard. Add:\n${line}`]);
  });

  test("that creates a class without SQLite is reported", () => {
    assert.deepEqual(findings([['"v2", "new_sqlite_classes"', '"v2", "new_classes"']]), [
      'migrations creates CheckoutShard without SQLite: move it from "new_classes" to "new_sqlite_classes".',
    ]);
  });

  test("may have bindings, migrations and limits of its own", () => {
    const own = [
      ['"bindings": [', '"bindings": [{ "name": "MINE", "class_name": "Mine" },'],
      ['"migrations": [', '"migrations": [{ "tag": "mine", "new_sqlite_classes": ["Mine"] },'],
      [
        '"compatibility_date": "2026-11-17"',
        '"compatibility_date": "2027-01-01", "compatibility_flags": ["nodejs_als"]',
      ],
    ];
    assert.deepEqual(findings(own), []);
  });

  test("without a rate limit gets the whole entry", () => {
    const limit = '{ "name": "ADDRESS_LIMIT", "namespace_id": "1002", "simple": { "limit": 600, "period": 60 } }';
    assert.deepEqual(findings([[limit, ""]]), [`ratelimits lacks ADDRESS_LIMIT. Add:\n${limit}`]);
  });

  test("with an older compatibility date, or without a flag, gets the line to set", () => {
    const [date] = findings([["2026-11-17", "2026-01-01"]]);
    assert.equal(date, 'compatibility_date is missing or too old. Write:\n"compatibility_date": "2026-11-17"');
    const [flag] = findings([], { ...required, compatibility_flags: ["nodejs_compat"] });
    assert.equal(flag, 'compatibility_flags lacks nodejs_compat. Add:\n"nodejs_compat"');
  });

  test("that lets the platform log URLs is reported, since a checkout link is a credential", () => {
    const logs = '"logs": { "enabled": true, "invocation_logs": false }';
    const line = `"observability": { "enabled": true, ${logs}, "traces": { "enabled": false } }`;
    for (const replacements of [
      [['"invocation_logs": false', '"invocation_logs": true']],
      [[', "invocation_logs": false', ""]],
      [
        ['"enabled": true,\n', ""],
        [', "invocation_logs": false', ""],
      ],
    ]) {
      const [finding, ...others] = findings(replacements);
      assert.ok(
        finding.startsWith("observability would log the URLs ") && finding.endsWith(` Write:\n${line}`),
        finding,
      );
      assert.deepEqual(others, []);
    }
    const off = '"observability": {\n    "enabled": false,';
    assert.deepEqual(findings([['"observability": {\n    "enabled": true,', off]]), []);
  });
});

test("versions are compared by number", () => {
  for (const [version, least, expected] of [
    ["22.12.0", "22.12.0", true],
    ["24.0.0", "22.12.0", true],
    ["22.9.0", "22.12.0", false],
    ["20.20.2", "22.12.0", false],
    ["22.12.1", "22.12", true],
  ]) {
    assert.equal(isAtLeast(version, least), expected, `${version} ${least}`);
  }
});
