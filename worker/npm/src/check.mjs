// `npm run check`: what a deployment would lack, before it is made.
import { readFileSync } from "node:fs";
import path from "node:path";
import { compareConfiguration } from "./configuration.mjs";
import { Failure } from "./failure.mjs";
import { Wrangler } from "./project.mjs";
import { checkSettings } from "./settings.mjs";

/** @param {string} file relative to the package's root */
const readJson = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));

/** Prints a heading and its findings. @param {string} heading @param {string[]} findings */
function report(heading, findings) {
  if (findings.length === 0) return;
  console.log(`${heading}:`);
  for (const finding of findings) console.log(`  ${finding.replaceAll("\n", "\n    ")}`);
}

/** @param {{ env?: string }} options */
export async function check({ env = "production" }) {
  const wrangler = new Wrangler(process.cwd());
  const topLevel = wrangler.readConfig();
  const file = path.relative("", topLevel.configPath ?? "wrangler.jsonc");
  if (!topLevel.definedEnvironments?.includes(env)) throw new Failure(`${file} has no environment "${env}".`);
  const config = wrangler.readConfig(env);
  const requirements = readJson("dist/requirements.json");
  const { version } = readJson("package.json");

  const compare = (/** @type {import("./project.mjs").Config} */ config) =>
    compareConfiguration(config, wrangler.classesOf(config), requirements);
  const findings = [
    { heading: `${file}, at the top level`, list: compare(topLevel) },
    { heading: `${file}, under env.${env}`, list: compare(config) },
  ];
  const hasLines = findings.some(({ list }) => list.length > 0);
  const { faults, notes } = await checkSettings(wrangler, env, config, requirements);
  findings.push({ heading: `Settings of ${env}`, list: faults });
  if (hasLines && file.endsWith(".toml")) notes.push(`The lines are JSON: write them as TOML in ${file}.`);

  for (const { heading, list } of findings) report(heading, list);
  report("Note", notes);
  const count = findings.reduce((sum, { list }) => sum + list.length, 0);
  console.log(
    count === 0
      ? `Ready to deploy: ${file} has what citrn-worker ${version} needs, and the settings of ${env} are valid.`
      : `${count} ${count === 1 ? "problem" : "problems"} for citrn-worker ${version}.`,
  );
  return count === 0 ? 0 : 1;
}
