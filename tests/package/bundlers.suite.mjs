// The installed package in bundles, each built as its users build it, and then run.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apiKey, bin, CHECK, isRight, node, project, run, secret, startSandbox } from "./project.mjs";

let sandbox;
let env;
before(async () => {
  sandbox = await startSandbox();
  env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
});
after(() => sandbox.close());

const SETTINGS =
  "{ apiKey: process.env.CITRN_API_KEY, secret: process.env.CITRN_SECRET, baseUrl: process.env.CITRN_BASE_URL }";
const PRINT = `check(citrn, ${SETTINGS}).then((result) => console.log(JSON.stringify(result)));`;
const ESM = `import * as citrn from "citrn";\n${CHECK}${PRINT}`;
const CJS = `const citrn = require("citrn");\n${CHECK}${PRINT}`;

/** Runs a bundle in a directory without the package, so that the bundle must contain it. */
async function runs(directory, file, command = node(20)) {
  const apart = mkdtempSync(path.join(tmpdir(), "citrn-bundle-"));
  try {
    copyFileSync(path.join(directory, file), path.join(apart, path.basename(file)));
    const { stdout } = await run(command, [path.basename(file)], { cwd: apart, env });
    assert.ok(isRight(JSON.parse(stdout), sandbox), stdout);
  } finally {
    rmSync(apart, { recursive: true });
  }
}

describe("esbuild", () => {
  const directory = project("esbuild", { "esm.mjs": ESM, "cjs.cjs": CJS });
  for (const [what, input, args, output] of [
    ["for Node, as a module", "esm.mjs", ["--platform=node", "--format=esm"], "out/node.mjs"],
    ["for Node, as CommonJS", "esm.mjs", ["--platform=node", "--format=cjs"], "out/node.cjs"],
    ["for Node, of require", "cjs.cjs", ["--platform=node", "--format=cjs"], "out/require.cjs"],
    ["minified", "esm.mjs", ["--platform=node", "--format=esm", "--minify"], "out/min.mjs"],
    ["for a browser", "esm.mjs", ["--platform=browser", "--format=esm"], "out/browser.mjs"],
  ]) {
    test(what, async () => {
      await run(bin("esbuild"), [input, "--bundle", ...args, `--outfile=${output}`], { cwd: directory });
      await runs(directory, output);
    });
  }
});

describe("webpack", () => {
  const config = (entry, target, output) =>
    `module.exports = { mode: "production", entry: ${JSON.stringify(entry)}, target: ${JSON.stringify(target)}, output: { path: __dirname + "/out", filename: ${JSON.stringify(output)} } };`;
  const directory = project("webpack", {
    "esm.mjs": ESM,
    "cjs.cjs": CJS,
    "node.config.cjs": config("./esm.mjs", "node20", "node.cjs"),
    "require.config.cjs": config("./cjs.cjs", "node20", "require.cjs"),
    "web.config.cjs": config("./esm.mjs", ["web", "es2022"], "web.cjs"),
  });
  for (const [what, name] of [
    ["of import, for Node", "node"],
    ["of require, for Node", "require"],
    ["of import, for the web", "web"],
  ]) {
    test(what, async () => {
      await run(node(24), [bin("webpack"), "--config", `${name}.config.cjs`], { cwd: directory });
      await runs(directory, `out/${name}.cjs`);
    });
  }
});

describe("Vite", () => {
  const config = (
    ssr,
  ) => `export default { logLevel: "error", define: ${ssr ? "{}" : '{ "process.env": "globalThis.process.env" }'},
    build: { ${ssr ? 'ssr: "esm.mjs"' : 'lib: { entry: "esm.mjs", formats: ["es"], fileName: "client" }'}, outDir: "${ssr ? "ssr" : "lib"}" }, ${ssr === "inside" ? "ssr: { noExternal: true }" : ""} };`;
  const directory = project("vite", {
    "esm.mjs": ESM,
    "inside.config.mjs": config("inside"),
    "outside.config.mjs": config("outside"),
    "client.config.mjs": config(false),
  });
  const vite = (name) => run(node(24), [bin("vite"), "build", "--config", `${name}.config.mjs`], { cwd: directory });
  const output = (name) => {
    const file = readdirSync(path.join(directory, name)).find((file) => /\.m?js$/.test(file));
    return `${name}/${file}`;
  };

  test("SSR with the package in the bundle", async () => {
    await vite("inside");
    await runs(directory, output("ssr"));
  });

  test("SSR with the package external", async () => {
    await vite("outside");
    const { stdout } = await run(node(20), [output("ssr")], { cwd: directory, env });
    assert.ok(isRight(JSON.parse(stdout), sandbox), stdout);
  });

  test("for a browser", async () => {
    await vite("client");
    await runs(directory, output("lib"));
  });
});

test("Bun's bundler", async () => {
  const directory = project("bun-build", { "esm.mjs": ESM });
  await run(bin("bun"), ["build", "esm.mjs", "--target=node", "--outfile=out/bundle.mjs"], { cwd: directory });
  await runs(directory, "out/bundle.mjs");
});

test("the declarations pass Deno's type checker", async () => {
  const directory = project("deno-check", {
    "main.ts":
      'import { Citrn, type Payment } from "citrn";\nexport const create = async (citrn: Citrn): Promise<Payment> => await citrn.payments.create({ foreign_id: "u", coin_name: "BTC", return_url: "https://shop.example" });\n',
  });
  await run(bin("deno"), ["check", "--node-modules-dir=manual", "main.ts"], { cwd: directory });
});
