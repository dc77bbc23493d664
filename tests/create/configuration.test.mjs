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

const { unstable_readConfig: readConfig } = createRequire(import.meta.url)("wrangler");
const text = readFileSync(inRoot("create", "template", "wrangler.jsonc"), "utf8");
const required = {
  compatibility_date: "2026-11-17",
  compatibility_flags: [],
  durable_objects: readConfig({ config: inRoot("wrangler.toml") }).durable_objects.bindings,
  migrations: readConfig({ config: inRoot("wrangler.toml") }).migrations,
  ratelimits: readConfig({ config: inRoot("wrangler.toml") }).ratelimits,
};

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
  return compareConfiguration(readConfig({ config }, { hideWarnings: true }), requirements);
}

describe("a configuration", () => {
  test("of the template has no finding", () => assert.deepEqual(findings(), []));

  test("without a binding gets the line that binds it", () => {
    const line = '{ "name": "INBOX", "class_name": "InboxShard" }';
    assert.deepEqual(findings([[`${line},`, ""]]), [`durable_objects.bindings lacks INBOX. Add:\n${line}`]);
  });

  test("with a binding to another class gets the line that binds ours", () => {
    const [finding] = findings([['"class_name": "InboxShard"', '"class_name": "Mine"']]);
    assert.match(finding, /^durable_objects\.bindings lacks INBOX\. Add:\n\{ "name": "INBOX", /);
  });

  test("without a migration gets one with a tag that is free", () => {
    const own = '{ "tag": "v3", "new_sqlite_classes": ["Mine"] }';
    const migration = '{ "tag": "v2", "new_sqlite_classes": ["CheckoutShard"] }';
    assert.deepEqual(findings([[migration, own]]), [
      'migrations lacks CheckoutShard. Add:\n{ "tag": "v4", "new_sqlite_classes": [ "CheckoutShard" ] }',
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
    assert.equal(date, 'compatibility_date is too old. Set:\n"compatibility_date": "2026-11-17"');
    const [flag] = findings([], { ...required, compatibility_flags: ["nodejs_compat"] });
    assert.equal(flag, 'compatibility_flags lacks nodejs_compat. Add:\n"nodejs_compat"');
  });

  test("that lets the platform log URLs is reported, since a checkout link is a credential", () => {
    const [finding] = findings([['"invocation_logs": false', '"invocation_logs": true']]);
    assert.match(finding, /would log the URLs .* Set:\n"observability": /);
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
