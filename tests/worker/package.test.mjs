// The npm package `citrn-worker` as it is packed: its files, which are those that all other tests here run, its upload
// in a merchant's project, and its types there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { wranglerEnvironment } from "../../scripts/environment.mjs";
import { inRoot } from "../../scripts/root.mjs";
import { BUILD } from "./workerd.mjs";

const directory = mkdtempSync(path.join(tmpdir(), "citrn-packed-"));
const project = path.join(directory, "project");
const installed = path.join(project, "node_modules", "citrn-worker");
const own = new URL("own-worker/", import.meta.url);

/** Runs a program in a directory and returns its output. */
const run = async (cwd, command, ...args) => {
  const options = { cwd, env: wranglerEnvironment() };
  const failed = ({ stdout, stderr }) => assert.fail(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return (await promisify(execFile)(command, args, options).catch(failed)).stdout;
};

const filesUnder = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort();

before(async () => {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", directory];
  const [{ filename }] = JSON.parse(await run(inRoot("worker", "npm"), "npm", ...args));
  mkdirSync(installed, { recursive: true });
  await run(directory, "tar", "-xzf", filename, "-C", installed, "--strip-components=1");
  // The repository's configuration, with a merchant's entry module instead of a build.
  const configuration = readFileSync(inRoot("wrangler.toml"), "utf8")
    .replace(/^main = .*$/m, 'main = "src/index.js"')
    .replace(/^\[build\]\n(?:.+\n)+/m, "");
  writeFileSync(path.join(project, "wrangler.toml"), configuration);
  mkdirSync(path.join(project, "src"));
  cpSync(new URL("index.js", own), path.join(project, "src", "index.js"));
});
after(() => rmSync(directory, { recursive: true, force: true }));

describe("the packed package", () => {
  it("contains what should ship, and nothing else", () => {
    const built = ["index.js", "index_bg.wasm", "openapi.json", "requirements.json"].map((file) => `dist/${file}`);
    const others = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "index.d.ts", "package.json"];
    const files = filesUnder(installed).filter((file) => !/^(?:bin|src)\/[\w-]+\.mjs$/.test(file));
    assert.deepEqual(files, [...built, ...others].sort());
  });

  it("has the bytes that these tests run and that the repository deploys", () => {
    const [, main] = /^main = "(.+)"$/m.exec(readFileSync(inRoot("wrangler.toml"), "utf8"));
    assert.equal(inRoot(path.dirname(main)), BUILD);
    const dist = path.join(installed, "dist");
    assert.deepEqual(filesUnder(dist), filesUnder(BUILD));
    for (const file of filesUnder(dist))
      assert.ok(readFileSync(path.join(dist, file)).equals(readFileSync(path.join(BUILD, file))), file);
  });

  it("serves the contract that it contains", () => {
    const read = (file) => readFileSync(file, "utf8");
    assert.equal(read(path.join(installed, "dist", "openapi.json")), read(inRoot("worker", "openapi.json")));
  });
});

describe("a merchant's project", () => {
  it("uploads within 5 % of the size of the repository's own upload", async () => {
    const size = async (cwd, outdir) => {
      await run(cwd, "wrangler", "deploy", "--dry-run", "--outdir", outdir, "--env=");
      const uploaded = filesUnder(outdir).filter((file) => /\.(?:js|wasm)$/.test(file));
      assert.equal(uploaded.length, 2, uploaded.join());
      return uploaded.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(outdir, file))).length, 0);
    };
    const merchant = await size(project, path.join(directory, "merchant"));
    const repository = await size(inRoot(), path.join(directory, "repository"));
    assert.ok(Math.abs(merchant / repository - 1) <= 0.05, `${merchant} bytes against ${repository}`);
  });

  it("compiles with the types that wrangler writes for its configuration", async () => {
    const toml = path.join(project, "wrangler.toml");
    writeFileSync(toml, readFileSync(toml, "utf8").replace("src/index.js", "src/index.ts"));
    writeFileSync(path.join(project, ".dev.vars"), "CITRN_API_KEY=k\nCITRN_SECRET=s\nWORKER_TOKENS='[]'\n");
    cpSync(new URL("types.ts", own), path.join(project, "src", "types.ts"));
    const entry = `import citrn, { CheckoutShard, type CitrnEnv, IdempotencyShard, InboxShard } from "citrn-worker";
export { CheckoutShard, IdempotencyShard, InboxShard };
export const unchanged: ExportedHandler<CitrnEnv> = citrn;
export default {
  fetch: (request, env, ctx) => citrn.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;
`;
    writeFileSync(path.join(project, "src", "index.ts"), entry);
    const types = readFileSync(path.join(installed, "index.d.ts"), "utf8");
    const examples = [...types.matchAll(/@example\n((?: +\* ?.*\n)+?) +\*\//g)].map(([, text]) =>
      text.replaceAll(/^ +\* ?/gm, ""),
    );
    assert.equal(examples.length, types.split("@example").length - 1);
    for (const [index, text] of examples.entries())
      writeFileSync(path.join(project, "src", `example${index}.ts`), text);
    await run(project, "wrangler", "types");
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
    const modules = { target: "es2022", lib: ["es2022"], module: "esnext", moduleResolution: "bundler" };
    const compilerOptions = { ...strict, ...modules, types: ["./worker-configuration.d.ts"] };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
    await run(project, "tsc", "-p", project);
  });
});
