import { isInstalled, recordInstalled } from "./lock-stamp.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

/** Installs what bench/package-lock.json names, unless that very list is installed. */
export async function ensureBenchPackages() {
  const bench = inRoot("bench");
  if (isInstalled(bench)) return;
  await step("installing the peers of the benchmarks", (status) =>
    // package.json lists the few whose scripts may run; the root's setting, which npm hands down, allows none.
    run("npm", ["ci", "--ignore-scripts=false", "--no-audit", "--no-fund"], {
      cwd: bench,
      log: "bench-packages",
      failed: "The peers of the benchmarks could not be installed.",
      status,
    }),
  );
  recordInstalled(bench);
}
