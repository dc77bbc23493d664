// `node tests/package/run.mjs`: packs the npm package, installs the tarball in small projects, and runs them on every
// runtime and bundler that it promises to work with. Needs the npm registry the first time, to install those.
// The last line is "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled, recordInstalled } from "../../scripts/lock-stamp.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "..", "..");
const build = path.join(here, "build");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Runs a command to its end; a failure ends this script with one sentence. */
function run(sentence, command, args, cwd) {
  console.log(`${sentence} ...`);
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, FORCE_COLOR: "0" } });
  if (status === 0) return stdout;
  console.error(`${sentence} failed: ${error?.message ?? `exit code ${status}`}\n${stdout}${stderr}`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}

/** Installs what package-lock.json names, unless that very list is installed. */
function install() {
  if (isInstalled(here)) return;
  // package.json lists the few whose scripts may run; the root's setting, which npm hands down, allows none.
  const args = ["ci", "--ignore-scripts=false", "--no-audit", "--no-fund"];
  run("Installing runtimes, bundlers and frameworks (1.6 GB, some minutes)", npm, args, here);
  recordInstalled(here);
}

run("Building the package", process.execPath, [path.join(root, "scripts", "build.mjs"), "--only", "package"], root);
install();
rmSync(build, { recursive: true, force: true });
mkdirSync(path.join(build, "app"), { recursive: true });
const [packed] = JSON.parse(run("Packing it", npm, ["pack", "--json", "--pack-destination", build], path.join(root, "pkg")));
writeFileSync(path.join(build, "packed.json"), JSON.stringify(packed, null, 2));
const manifest = { name: "app", private: true, type: "module", dependencies: { citrn: `file:../${packed.filename}` } };
writeFileSync(path.join(build, "app", "package.json"), JSON.stringify(manifest));
run("Installing the tarball", npm, ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock"], path.join(build, "app"));

const counts = path.join(build, "counts.json");
const suites = readdirSync(here).filter((file) => file.endsWith(".suite.mjs")).filter((file) => process.argv.length < 3 || process.argv.includes(file));
const { status } = spawnSync(
  // The frameworks' tools want a newer Node than the package does.
  path.join(here, "node_modules", `node24-${process.platform}-${process.arch}`, "bin", "node"),
  [
    "--test",
    "--test-concurrency=1",
    ...["--test-reporter", "spec", "--test-reporter-destination", "stdout"],
    ...["--test-reporter", path.join(root, "scripts", "node-test-counts.mjs"), "--test-reporter-destination", counts],
    ...suites.map((file) => path.join(here, file)),
  ],
  { stdio: "inherit", cwd: here },
);
const { pass, fail, cancelled } = JSON.parse(readFileSync(counts, "utf8"));
const failed = fail + cancelled + (pass + fail + cancelled === 0 || (status !== 0 && fail + cancelled === 0) ? 1 : 0);
console.log(`${pass} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
