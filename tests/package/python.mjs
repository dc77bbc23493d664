// Python with the packages of python/requirements.txt.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { here, root, run } from "./project.mjs";

const REQUIREMENTS = path.join(here, "python", "requirements.txt");
const directory = path.join(root, "target", "python");
const installed = path.join(directory, "installed.txt");

/** The directory of the programs. */
export const programs = path.join(directory, "bin");

/** Installs the packages, unless they are there. */
export async function installPython() {
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return;
  rmSync(directory, { recursive: true, force: true });
  await run("python3", ["-m", "venv", directory]).catch(() => {
    throw new Error("This suite needs Python 3.10 or newer with venv: install the packages python3 and python3-venv.");
  });
  await run(path.join(programs, "pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
  writeFileSync(installed, wanted);
}
