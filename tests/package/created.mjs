// Shared by the suites of `npm create citrn-worker`: a registry with the packed packages, and a machine without Rust.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PACKAGES } from "../../scripts/packages.mjs";
import { capture } from "../../scripts/processes.mjs";
import { build, node, root, run } from "./project.mjs";
import { startRegistry } from "./registry.mjs";

const PROGRAMS = ["npm", "npx", "sh", "env", "grep", "head", "cut", "curl"];
const packed = JSON.parse(readFileSync(path.join(build, "packed.json"), "utf8"));

/** Returns a packed package for the registry. */
const published = (manifest, { filename, integrity, shasum }) => ({
  ...{ file: path.join(build, filename), manifest },
  dist: { integrity, shasum },
});

const readJson = (...parts) => JSON.parse(readFileSync(path.join(...parts), "utf8"));

/** Packs citrn-worker as its next version, which needs another Durable Object. */
async function packNextVersion() {
  const directory = path.join(build, "next");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const tarball = path.join(build, packed["citrn-worker"].filename);
  await run("tar", ["-xzf", tarball, "-C", directory, "--strip-components=1"]);
  const manifest = readJson(directory, "package.json");
  manifest.version = manifest.version.replace(/\d+$/, (patch) => Number(patch) + 1);
  writeFileSync(path.join(directory, "package.json"), JSON.stringify(manifest));
  const requirements = readJson(directory, "dist", "requirements.json");
  requirements.durable_objects.push({ name: "NEXT", class_name: "NextShard" });
  writeFileSync(path.join(directory, "dist", "requirements.json"), JSON.stringify(requirements));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", build, directory]);
  return published(manifest, JSON.parse(stdout)[0]);
}

/** Returns a program's path. */
const which = (name) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();

/** Returns npm's settings for the network here, such as the certificates of a proxy. */
function networkSettings() {
  const settings = ["cafile", "proxy", "https-proxy"].map((key) => [
    key,
    capture("npm", ["config", "get", key]).trim(),
  ]);
  const isSet = ([, value]) => value !== "" && value !== "null";
  return Object.fromEntries(
    settings.filter(isSet).map(([key, value]) => [`npm_config_${key.replace("-", "_")}`, value]),
  );
}

/**
 * A machine of a merchant: an empty home, an empty npm cache, only the listed programs on PATH, and a directory for
 * projects, whose path has a space. It has no access to this repository.
 */
export async function startMachine(major = 24) {
  const home = mkdtempSync(path.join(tmpdir(), "citrn-machine-"));
  const programs = path.join(home, "bin");
  const shop = path.join(home, "my shop");
  for (const directory of [programs, shop]) mkdirSync(directory);
  symlinkSync(node(major), path.join(programs, "node"));
  for (const name of PROGRAMS) symlinkSync(which(name), path.join(programs, name));
  const packages = PACKAGES.map((folder) => readJson(root, folder, "package.json")).map((manifest) =>
    published(manifest, packed[manifest.name]),
  );
  const registry = await startRegistry(packages);
  // Without the settings of the npm that runs these tests.
  const inherited = Object.keys(process.env).filter((name) =>
    /^(npm_|CLOUDFLARE_|WRANGLER_|NODE_(OPTIONS|PATH)$)/i.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    ...networkSettings(),
    ...{ HOME: home, PATH: programs, XDG_CONFIG_HOME: home, npm_config_registry: registry.url },
    npm_config_cache: path.join(home, "npm-cache"),
  };
  for (const name of ["cargo", "rustup"]) {
    const found = spawnSync("sh", ["-c", `command -v ${name}`], { env: { ...process.env, ...env } });
    assert.notEqual(found.status, 0, `${name} is on PATH`);
  }
  return {
    shop,
    env,
    /** Runs a program in a directory of the machine. */
    run: (command, args, cwd = shop, more = {}) =>
      run(path.join(programs, command), args, { cwd, env: { ...env, ...more } }),
    /** Publishes the next version of citrn-worker, and returns it. */
    publishNextVersion: async () => {
      packages.push(await packNextVersion());
      return packages.at(-1).manifest.version;
    },
    close: () => {
      registry.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Returns the secrets in the text of a .dev.vars. */
export function secretsOf(text) {
  const values = [...text.matchAll(/^[A-Z_]+='(.*)'\r?$/gm)].map(([, value]) => value);
  const secrets = values.filter((value) => !value.startsWith("http"));
  const token = /"token":"(.+?)"/.exec(text)[1];
  assert.equal(secrets.length, 5);
  return [...secrets.filter((value) => !value.includes("token")), token];
}
