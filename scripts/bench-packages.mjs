import { existsSync, statSync } from "node:fs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";

/** Installs what bench/package-lock.json names, unless that very list is installed. */
export async function ensureBenchPackages() {
  const lock = inRoot("bench", "package-lock.json");
  const installed = inRoot("bench", "node_modules", ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  await step("installing the peers of the benchmarks", (status) =>
    run("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: inRoot("bench"),
      log: "bench-packages",
      failed: "The peers of the benchmarks could not be installed.",
      status,
    }),
  );
}
