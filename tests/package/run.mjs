// `node tests/package/run.mjs`: packs the npm packages, installs the tarballs in small projects, and runs them on every
// supported runtime and bundler. Needs the npm registry the first time, to install those.
// The last line is "N passed, N failed".
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll } from "../../scripts/build.mjs";
import { harness, testCommand } from "../../scripts/harness.mjs";
import { installPackages } from "../../scripts/npm.mjs";
import { PACKAGES } from "../../scripts/packages.mjs";
import { run } from "../../scripts/processes.mjs";
import { step } from "../../scripts/progress.mjs";
import { root } from "../../scripts/root.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const build = path.join(here, "build");

const SUFFIX = ".suite.mjs";
const files = readdirSync(here).filter((file) => file.endsWith(SUFFIX));

const HELP = `npm run test:package [-- suite ...]

The packed npm packages on every runtime, bundler and framework that they promise to work with.`;

/** The frameworks' tools need a newer Node than the package does. */
const node = path.join(here, "node_modules", `node24-${process.platform}-${process.arch}`, "bin", "node");

/** @param {string} file @returns {import("../../scripts/harness.mjs").Suite} */
const suite = (file) => (status) =>
  harness(node, ["--test", "--test-concurrency=1", "--test-reporter=spec", file], {
    cwd: here,
    log: `test-package-${file}`,
    status,
  });

const npm = async (cwd, ...args) => {
  const { stdout } = await run("npm", args, {
    cwd,
    log: `test-package-${args[0]}`,
    failed: `\`npm ${args.join(" ")}\` failed.`,
  });
  return stdout;
};

/** Packs the npm packages, lists them in build/packed.json by name, and installs the tarball of citrn in build/app. */
async function pack() {
  rmSync(build, { recursive: true, force: true });
  mkdirSync(path.join(build, "app"), { recursive: true });
  const folders = PACKAGES.map((folder) => `./${folder}`);
  const list = JSON.parse(await npm(root, "pack", "--json", "--pack-destination", build, ...folders));
  const packed = Object.fromEntries(list.map((/** @type {{ name: string }} */ entry) => [entry.name, entry]));
  writeFileSync(path.join(build, "packed.json"), JSON.stringify(packed, null, 2));
  const manifest = {
    name: "app",
    private: true,
    type: "module",
    dependencies: { citrn: `file:../${packed.citrn.filename}` },
  };
  writeFileSync(path.join(build, "app", "package.json"), JSON.stringify(manifest));
  await npm(path.join(build, "app"), "install", "--offline", "--no-audit", "--no-fund", "--no-package-lock");
}

async function prepare() {
  await buildAll();
  await installPackages("tests/package", "installing runtimes, bundlers and frameworks (1.6 GB, some minutes)");
  await step("packing the npm packages", pack);
}

const suites = Object.fromEntries(files.map((file) => [file.slice(0, -SUFFIX.length), suite(file)]));
await testCommand({ help: HELP, suites, prepare });
