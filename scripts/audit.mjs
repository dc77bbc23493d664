// Known vulnerabilities of both dependency trees. Needs the open network, so it is a command of its own.
import { readFileSync } from "node:fs";
import { cargoEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { main, run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { ensureRust } from "./rust.mjs";
import { toolProgram } from "./tools.mjs";

/** @type {[string, string, () => Promise<[string, string[]]>][]} */
const AUDITS = [
  ["advisories on the crates", "audit-crates", async () => [await toolProgram("cargo-deny"), ["check", "advisories"]]],
  ["advisories on the npm packages", "audit-npm", async () => ["npm", ["audit"]]],
];

await main(async () => {
  await ensureRust();
  const failed = [];
  for (const [name, log, prepare] of AUDITS) {
    const [program, args] = await prepare();
    const { code, log: path } = await step(name, (status) => run(program, args, { log, env: cargoEnvironment(), status }));
    if (code === 0) continue;
    failed.push(name);
    say(readFileSync(path, "utf8"));
  }
  if (failed.length > 0) throw new Failure(`Not clean, or could not be fetched: ${failed.join(", ")}.`);
  console.log("No known vulnerability in either dependency tree.");
});
