// The template of `npm create citrn-worker`, which the "Deploy to Cloudflare" button also uses.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { GITIGNORE } from "../../create/src/gitignore.mjs";
import { createProject } from "../../create/src/project.mjs";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { inRoot } from "../../scripts/root.mjs";
import { STAND_INS } from "../../worker/npm/src/stored-secrets.mjs";

const read = (...parts) => readFileSync(inRoot(...parts), "utf8");
const json = (...parts) => JSON.parse(read(...parts));
const template = (...parts) => inRoot("create", "template", ...parts);

const manifest = json("create", "template", "package.json");
const { unstable_readConfig: readConfig } = createRequire(import.meta.url)("wrangler");

/** Returns a configuration without what belongs to a directory: names, paths and the build. */
function meaning(config, env) {
  const { configPath, userConfigPath, name, topLevelName, main, base_dir, build, ...rest } = readConfig(
    { config, env },
    { hideWarnings: true },
  );
  return JSON.parse(JSON.stringify(rest));
}

describe("wrangler.jsonc", () => {
  for (const env of [undefined, "production"]) {
    test(`means the same as the repository's wrangler.toml, ${env ?? "at the top level"}`, () => {
      assert.deepEqual(meaning(template("wrangler.jsonc"), env), meaning(inRoot("wrangler.toml"), env));
    });
  }

  test("names the production Worker after the local one", () => {
    const names = [undefined, "production"].map((env) => readConfig({ config: template("wrangler.jsonc"), env }).name);
    assert.deepEqual(names, ["my-gateway", "my-gateway-production"]);
  });
});

describe("package.json", () => {
  test("depends on the version of this repository, and on a wrangler that the Worker accepts", () => {
    const { version, peerDependencies } = json("worker", "npm", "package.json");
    assert.deepEqual(manifest.dependencies, { "citrn-worker": `^${version}` });
    assert.deepEqual(manifest.devDependencies, peerDependencies);
    assert.equal(json("create", "package.json").version, version);
  });

  test("needs the Node that wrangler needs", () => {
    const { engines } = json("node_modules", "wrangler", "package.json");
    assert.equal(manifest.engines.node, engines.node.replace(/\.0$/, ""));
  });

  test("describes each secret for the button", () => {
    const documented = read("worker", "README.md")
      .split("| variable |")[0]
      .matchAll(/^\| (`[A-Z_`, ]+) \|/gm);
    const secrets = [...documented].flatMap(([, names]) => names.replaceAll("`", "").split(", "));
    assert.ok(secrets.length >= 6, String(secrets));
    assert.deepEqual(Object.keys(manifest.cloudflare.bindings).sort(), secrets.sort());
    for (const { description } of Object.values(manifest.cloudflare.bindings)) assert.match(description, /\.$/);
  });
});

test("check has a stand-in for each secret that may be stored at Cloudflare", () => {
  assert.deepEqual(Object.keys(STAND_INS).sort(), Object.keys(manifest.cloudflare.bindings).sort());
});

test("the button asks for the secrets without which nothing works, and suggests no value", () => {
  const lines = read("create", "template", ".dev.vars.example").split("\n");
  const assigned = lines.filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(assigned, ["CITRN_API_KEY=", "CITRN_SECRET=", "WORKER_TOKENS="]);
});

test("a project has the template's files and .dev.vars, and nothing else", (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-template-"));
  t.after(() => rmSync(directory, { recursive: true }));
  createProject(path.join(directory, "shop"), "shop");
  const created = readdirSync(path.join(directory, "shop"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(directory, "shop"), path.join(entry.parentPath, entry.name)));
  const tracked = execFileSync("git", ["ls-files"], { cwd: template(), encoding: "utf8" }).trim().split("\n");
  assert.deepEqual(created.sort(), [...tracked, ".dev.vars"].sort());
  assert.equal(GITIGNORE, read("create", "template", ".gitignore"));
});

test("nothing in the template looks like a secret", () => {
  for (const file of execFileSync("git", ["ls-files"], { cwd: template(), encoding: "utf8" }).trim().split("\n")) {
    assert.doesNotMatch(read("create", "template", file), /[0-9a-f]{16}|whsec_[A-Za-z0-9+/]|[A-Za-z0-9+]{32}/, file);
  }
});

test("the creator's README has the commands of the first page", () => {
  const commands = (text) => [...text.matchAll(/^(?:npm|cd) \S.*?(?= {2,}#|$)/gm)].map(([command]) => command);
  const page = commands(samplesOf("README.md").get("create"));
  assert.equal(page.length, 4);
  assert.deepEqual(commands(read("create", "README.md")), page);
});

test("the README's commands exist", () => {
  const text = read("create", "template", "README.md");
  const commands = [...text.matchAll(/^ *```sh\n([\s\S]*?)```/gm)].flatMap(([, block]) => block.trim().split("\n"));
  const known = new Set([
    ...["npm install", "npm update", ...Object.keys(manifest.scripts).map((name) => `npm run ${name}`)],
    ...["npx wrangler login", "npx wrangler secret bulk .dev.vars.production --env production"],
    "(umask 077 && cp .dev.vars.example .dev.vars.production)",
  ]);
  assert.ok(commands.length > 5);
  for (const command of commands) assert.ok(known.has(command.trim()), command);
});
