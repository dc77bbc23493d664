// Compares a project's configuration with what this version of the Worker needs.

/**
 * @typedef {{ name: string, class_name: string, script_name?: string }} ObjectBinding
 * @typedef {{ from: string, to: string }} Rename
 * @typedef {{ tag: string, renamed_classes?: Rename[] }} Migration
 * @typedef {object} Requirements dist/requirements.json
 * @property {string} compatibility_date
 * @property {string[]} compatibility_flags
 * @property {ObjectBinding[]} durable_objects
 * @property {{ name: string }[]} ratelimits
 * @property {object} observability
 */

/** Returns JSON in one line, as in wrangler.jsonc. @param {unknown} value */
const json = (value) => JSON.stringify(value, null, 1).replaceAll(/\n */g, " ");

/** @param {string} place @param {string} names @param {unknown[]} entries of a JSON array */
const lacks = (place, names, entries) => `${place} lacks ${names}. Add:\n${entries.map(json).join(",\n")}`;

/** @param {{ name: string }[]} list */
const namesOf = (list) => list.map(({ name }) => name).join(", ");

/** @param {ObjectBinding[]} bindings @param {ObjectBinding[]} required */
function compareBindings(bindings, required) {
  const missing = required.filter(({ name }) => !bindings.some((bound) => bound.name === name));
  const findings = missing.length > 0 ? [lacks("durable_objects.bindings", namesOf(missing), missing)] : [];
  for (const wanted of required) {
    const bound = bindings.find(({ name }) => name === wanted.name);
    if (!bound || (bound.class_name === wanted.class_name && !bound.script_name)) continue;
    findings.push(`durable_objects.bindings has another class for ${wanted.name}. Replace it by:\n${json(wanted)}`);
  }
  return findings;
}

/** Returns the first tag of v1, v2, ... that no migration has. @param {Migration[]} migrations */
function freeTag(migrations) {
  for (let number = migrations.length + 1; ; number += 1) {
    if (!migrations.some(({ tag }) => tag === `v${number}`)) return `v${number}`;
  }
}

/** Returns the name that a class has after migrations. @param {string} name @param {Migration[]} migrations */
function renamed(name, migrations) {
  const renames = migrations.flatMap(({ renamed_classes = [] }) => renamed_classes);
  return renames.reduce((current, { from, to }) => (current === from ? to : current), name);
}

/**
 * @param {Migration[]} migrations
 * @param {Map<string, boolean>} classes those after the migrations, and whether each uses SQLite
 * @param {string[]} required
 */
function compareMigrations(migrations, classes, required) {
  const missing = required.filter((name) => !classes.has(name));
  // The stored data has the new name: creating the class again would begin without it.
  const isRenamed = (/** @type {string} */ name) => classes.has(renamed(name, migrations));
  const created = missing.filter((name) => !isRenamed(name));
  const renames = missing.filter(isRenamed).map((name) => ({ from: renamed(name, migrations), to: name }));
  const findings = [];
  if (missing.length > 0) {
    const migration = {
      tag: freeTag(migrations),
      ...(created.length > 0 && { new_sqlite_classes: created }),
      ...(renames.length > 0 && { renamed_classes: renames }),
    };
    findings.push(lacks("migrations", missing.join(", "), [migration]));
  }
  for (const name of required.filter((name) => classes.get(name) === false)) {
    findings.push(`migrations creates ${name} without SQLite: move it from "new_classes" to "new_sqlite_classes".`);
  }
  return findings;
}

/**
 * Returns a finding for each part of the configuration that is missing or wrong, with the lines to write.
 * @param {import("./project.mjs").Config} config of one environment
 * @param {Map<string, boolean>} classes its classes of Durable Objects, and whether each uses SQLite
 * @param {Requirements} required
 */
export function compareConfiguration(config, classes, required) {
  const { durable_objects: objects } = required;
  const findings = compareBindings(config.durable_objects.bindings, objects);
  const names = objects.map(({ class_name }) => class_name);
  findings.push(...compareMigrations(config.migrations, classes, names));

  const limits = required.ratelimits.filter(({ name }) => !config.ratelimits.some((limit) => limit.name === name));
  if (limits.length > 0) findings.push(lacks("ratelimits", namesOf(limits), limits));

  // Dates such as 2026-11-17 sort as text.
  const { compatibility_date: date, compatibility_flags: flags } = required;
  if ((config.compatibility_date ?? "") < date) {
    findings.push(`compatibility_date is missing or too old. Write:\n"compatibility_date": ${json(date)}`);
  }
  const missing = flags.filter((flag) => !config.compatibility_flags.includes(flag));
  if (missing.length > 0) findings.push(lacks("compatibility_flags", missing.join(", "), missing));

  const { enabled, logs } = config.observability ?? {};
  if ((enabled || logs?.enabled) && logs?.invocation_logs !== false) {
    const line = `"observability": ${json(required.observability)}`;
    findings.push(`observability would log the URLs of requests, and a checkout link is a credential. Write:\n${line}`);
  }
  return findings;
}
