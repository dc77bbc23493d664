// Compares a project's configuration with what this version of the Worker needs.

/**
 * @typedef {{ name: string, class_name: string }} ObjectBinding
 * @typedef {{ tag: string, new_sqlite_classes?: string[] }} Migration
 * @typedef {object} Requirements dist/requirements.json
 * @property {string} compatibility_date
 * @property {string[]} compatibility_flags
 * @property {ObjectBinding[]} durable_objects
 * @property {Migration[]} migrations
 * @property {{ name: string }[]} ratelimits
 */

/** Returns JSON in one line, as in wrangler.jsonc. @param {unknown} value */
const json = (value) => JSON.stringify(value, null, 1).replaceAll(/\n */g, " ");

/** @param {string} place @param {string} names @param {string[]} lines */
const lacks = (place, names, lines) => `${place} lacks ${names}. Add:\n${lines.join("\n")}`;

/** @param {{ name: string }[]} list */
const namesOf = (list) => list.map(({ name }) => name).join(", ");

/** Returns the first tag of v1, v2, ... that no migration has. @param {Migration[]} migrations */
function freeTag(migrations) {
  for (let number = migrations.length + 1; ; number += 1) {
    if (!migrations.some(({ tag }) => tag === `v${number}`)) return `v${number}`;
  }
}

/**
 * Returns a finding for each part of the configuration that is missing, with the lines to add.
 * @param {import("./project.mjs").Config} config of one environment
 * @param {Requirements} required
 */
export function compareConfiguration(config, required) {
  /** @type {string[]} */
  const findings = [];

  const objects = required.durable_objects.filter(
    ({ name, class_name }) =>
      !config.durable_objects.bindings.some((bound) => bound.name === name && bound.class_name === class_name),
  );
  if (objects.length > 0) findings.push(lacks("durable_objects.bindings", namesOf(objects), objects.map(json)));

  const migrations = /** @type {Migration[]} */ (config.migrations);
  const created = migrations.flatMap(({ new_sqlite_classes = [] }) => new_sqlite_classes);
  const classes = required.migrations
    .flatMap(({ new_sqlite_classes = [] }) => new_sqlite_classes)
    .filter((name) => !created.includes(name));
  if (classes.length > 0) {
    const migration = { tag: freeTag(migrations), new_sqlite_classes: classes };
    findings.push(lacks("migrations", classes.join(", "), [json(migration)]));
  }

  const limits = required.ratelimits.filter(({ name }) => !config.ratelimits.some((limit) => limit.name === name));
  if (limits.length > 0) findings.push(lacks("ratelimits", namesOf(limits), limits.map(json)));

  // Dates such as 2026-11-17 sort as text.
  const { compatibility_date: date, compatibility_flags: flags } = required;
  if ((config.compatibility_date ?? "") < date) {
    findings.push(`compatibility_date is too old. Set:\n"compatibility_date": ${json(date)}`);
  }
  const given = config.compatibility_flags;
  const missing = flags.filter((flag) => !given.includes(flag));
  if (missing.length > 0) {
    findings.push(lacks("compatibility_flags", missing.join(", "), missing.map(json)));
  }

  const { observability } = config;
  if (observability?.enabled && observability.logs?.invocation_logs !== false) {
    const lines = '"observability": { "enabled": true, "logs": { "enabled": true, "invocation_logs": false } }';
    findings.push(`observability would log the URLs of requests, and a checkout link is a credential. Set:\n${lines}`);
  }
  return findings;
}
