import { copyFileSync, writeFileSync } from "node:fs";
import { Freshness } from "./freshness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { buildWasm } from "./wasm.mjs";
import { WORKER } from "./worker.mjs";

/** The files of this package, and of the one that creates projects with it, that are copies, and their originals. */
const COPIES = {
  "worker/npm/LICENSE-APACHE": "LICENSE-APACHE",
  "worker/npm/LICENSE-MIT": "LICENSE-MIT",
  "create/LICENSE-APACHE": "LICENSE-APACHE",
  "create/LICENSE-MIT": "LICENSE-MIT",
  [`${WORKER.directory}/openapi.json`]: "worker/openapi.json",
};

const REQUIREMENTS = `${WORKER.directory}/requirements.json`;

/** Builds the Worker as the npm package `citrn-worker`. The repository deploys the files in the package. */
export async function buildWorker() {
  await buildWasm(WORKER);
  const inputs = [...Object.values(COPIES), "wrangler.toml", "scripts/worker-package.mjs"];
  const freshness = new Freshness("worker-package", { inputs, outputs: [...Object.keys(COPIES), REQUIREMENTS] });
  if (freshness.isFresh()) return;
  await ensureNpmPackages();
  await step("completing the npm package of the Worker", async () => {
    for (const [copy, original] of Object.entries(COPIES)) copyFileSync(inRoot(original), inRoot(copy));
    writeFileSync(inRoot(REQUIREMENTS), `${JSON.stringify(await requirements(), null, 2)}\n`);
  });
  freshness.record();
}

/** Returns what the Worker needs of a deployment's configuration: an update cannot change a merchant's own file. */
async function requirements() {
  const { unstable_readConfig } = await import("wrangler");
  const production = unstable_readConfig({ config: inRoot("wrangler.toml"), env: "production" });
  const { compatibility_date, compatibility_flags, durable_objects, ratelimits, observability } = production;
  const objects = durable_objects.bindings;
  return { compatibility_date, compatibility_flags, durable_objects: objects, ratelimits, observability };
}
