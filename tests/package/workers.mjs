// Workers built and run as their users do: bundled by wrangler, served by workerd.
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bin, node, root, run, serve } from "./project.mjs";

/**
 * Bundles a project, whose wrangler.toml names its entry. Returns the directory of its modules.
 * @param {string} directory
 * @param {number} [wasm] how many wasm modules it has
 */
export async function bundleByWrangler(directory, wasm = 1) {
  const env = { WRANGLER_SEND_METRICS: "false", PATH: `${path.dirname(node(24))}${path.delimiter}${process.env.PATH}` };
  const out = path.join(directory, "out");
  await run(bin("wrangler", root), ["deploy", "--dry-run", "--outdir", out], { cwd: directory, env });
  const modules = readdirSync(out).filter((file) => file.endsWith(".wasm"));
  assert.equal(modules.length, wasm, "wrangler found the wasm");
  return out;
}

/** Runs the script of a directory, with its wasm modules, on workerd. Returns its URL and a function that stops it. */
export async function serveByWorkerd(directory, flags = [], settings = {}) {
  const modules = readdirSync(directory).filter((file) => /\.(m?js|wasm)$/.test(file));
  const listed = modules
    .sort((a) => (a.endsWith("js") ? -1 : 1))
    .map(
      (file) =>
        `(name = "${file.endsWith("js") ? "worker" : `./${file}`}", ${file.endsWith("js") ? "esModule" : "wasm"} = embed "${file}")`,
    );
  const bindings = Object.entries(settings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`);
  const config = path.join(directory, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = .main), (name = "outside", network = (allow = ["private"]))],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );
    const main :Workerd.Worker = (modules = [${listed.join(", ")}], compatibilityDate = "2025-01-01", compatibilityFlags = ${JSON.stringify(flags)}, bindings = [${bindings.join(", ")}], globalOutbound = "outside");`,
  );
  const { found, stop } = await serve(bin("workerd"), ["serve", "--control-fd=3", config], {
    until: /"port":\s*(\d+)/,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  return { url: `http://127.0.0.1:${found[1]}/`, stop };
}
