// Measures signing and checking on Node, Bun and Deno.
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figure, ratio } from "../statistics.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const program = (/** @type {string} */ name) => path.join(here, "..", "node_modules", ".bin", name);

/** The commands that run a file on each runtime. @type {Record<string, [string, string[]]>} */
const RUNTIMES = {
  Node: [process.execPath, []],
  Bun: [program("bun"), ["run"]],
  Deno: [program("deno"), ["run", "--no-prompt", "--allow-read", "--allow-env", "--node-modules-dir=manual"]],
};

/** @param {[string, string[]]} runtime */
function version([command]) {
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} does not run: install it with \`npm install\` in bench/.`);
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim();
}

/** @param {[string, string[]]} runtime @param {number} rounds @param {number} milliseconds */
function run([command, args], rounds, milliseconds) {
  const child = spawn(command, [...args, path.join(here, "runtime.mjs"), String(rounds), String(milliseconds)], {
    cwd: here,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve(JSON.parse(output))
        : reject(new Error(`Timing signatures with ${path.basename(command)} failed with ${code}.`)),
    );
  });
}

/**
 * Times the runtimes one after the other.
 * @param {{ rounds: number, milliseconds: number, runtimes?: string[], say?: (text: string) => void }} options
 */
export async function measureSign({ rounds, milliseconds, runtimes = Object.keys(RUNTIMES), say = () => {} }) {
  const results = {};
  for (const name of runtimes) {
    say(name);
    const measured = await run(RUNTIMES[name], rounds, milliseconds);
    results[name] = { version: version(RUNTIMES[name]) };
    for (const [operation, bodies] of Object.entries(measured)) {
      results[name][operation] = Object.fromEntries(
        Object.entries(bodies).map(([bytes, took]) => [
          bytes,
          Object.fromEntries(
            Object.entries(took).map(([peer, microseconds]) => [
              peer,
              {
                microseconds: figure(microseconds),
                ...(peer !== "citrn" && { citrnIsFasterBy: ratio(microseconds, took.citrn) }),
              },
            ]),
          ),
        ]),
      );
    }
  }
  return results;
}
