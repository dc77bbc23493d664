// The Rust folders of examples/, built with the repository's own tools, against the sandbox.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { build as bundle } from "esbuild";
import { toolProgram } from "../../scripts/tools.mjs";
import { apiKey, project, root, run, secret, startSandbox } from "./project.mjs";
import { serveByWorkerd } from "./workers.mjs";

const targetDir = path.join(root, "target", "examples");

/** Runs cargo in a folder of examples/, with its own lock file. */
const cargo = (example, command, ...args) =>
  run("cargo", [command, "--quiet", "--locked", "--target-dir", targetDir, ...args], {
    cwd: path.join(root, "examples", example),
  });

test("rust-native creates a payment", async (t) => {
  await cargo("rust-native", "build");
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
  const { stdout } = await run(path.join(targetDir, "debug", "shop"), [], { env });
  assert.ok(stdout.startsWith(`${sandbox.url}/pay/`), stdout);
});

/** The code that `worker-build` writes around the module, without its class per request. */
const ENTRY = `
import * as shop from "./shop.js";
import module from "./shop_bg.wasm";
shop.initSync({ module });
export default { fetch: (request, env, context) => shop.fetch(request, env, context) };
`;

test("rust-worker redirects a visitor to a new payment", async (t) => {
  await cargo("rust-worker", "build", "--target", "wasm32-unknown-unknown");
  const directory = project("examples-rust-worker", { "entry.mjs": ENTRY });
  const wasm = path.join(targetDir, "wasm32-unknown-unknown", "debug", "shop_worker.wasm");
  const output = ["--target", "web", "--omit-default-module-path", "--out-name", "shop", "--out-dir", directory];
  await run(await toolProgram("wasm-bindgen"), [wasm, ...output]);
  const modules = path.join(directory, "modules");
  await bundle({
    entryPoints: [path.join(directory, "entry.mjs")],
    outfile: path.join(modules, "worker.mjs"),
    bundle: true,
    format: "esm",
    external: ["./shop_bg.wasm", "cloudflare:*"],
    logLevel: "silent",
  });
  copyFileSync(path.join(directory, "shop_bg.wasm"), path.join(modules, "shop_bg.wasm"));

  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const env = { CITRN_API_KEY: apiKey, CITRN_SECRET: secret, CITRN_BASE_URL: sandbox.baseUrl };
  const worker = await serveByWorkerd(modules, [], env);
  t.after(() => worker.stop());

  const paid = await fetch(`${worker.url}?order=17`, { redirect: "manual" });
  assert.equal(paid.status, 302);
  assert.ok(paid.headers.get("Location").startsWith(`${sandbox.url}/pay/`), paid.headers.get("Location"));
  const refused = await fetch(worker.url);
  assert.deepEqual([refused.status, await refused.text()], [422, "order: missing; open /?order=17"]);
});
