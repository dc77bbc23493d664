import path from "node:path";
import { cargoEnvironment, modernNode, withPath } from "./environment.mjs";
import { filesUnder } from "./freshness.mjs";
import { nodeHarness, rustHarness } from "./harness.mjs";
import { ensureTool } from "./tools.mjs";

/** @typedef {import("./harness.mjs").Outcome} Outcome */
/** @typedef {import("./harness.mjs").Status} Status */

/** Unit, integration and documentation tests of all crates, natively. */
const rust = (/** @type {Status} */ status) =>
  rustHarness("cargo", ["test", "--workspace", "--no-fail-fast"], { log: "test-rust", env: cargoEnvironment(), status });

/** The tests of the core and of the bridge compiled to wasm, on Node. @param {Status} status @returns {Promise<Outcome>} */
async function wasm(status) {
  const tools = [path.dirname(modernNode()), await ensureTool("wasm-pack"), await ensureTool("wasm-bindgen")];
  const env = withPath(tools, cargoEnvironment());
  const core = await rustHarness("wasm-pack", ["test", "--node"], { log: "test-wasm", env, status });
  const bridge = await rustHarness("wasm-pack", ["test", "--node", "pkg/bridge"], { log: "test-wasm-bridge", env, status });
  return {
    passed: core.passed + bridge.passed,
    failed: core.failed + bridge.failed,
    skipped: core.skipped + bridge.skipped,
    problem: core.problem ?? bridge.problem,
  };
}

/** What crosses the parts, and the npm package: every *.test.mjs. @returns {Promise<Outcome>} */
async function node() {
  const files = filesUnder(["tests", "pkg/test"]).filter((file) => file.endsWith(".test.mjs"));
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, problem: "there is no *.test.mjs in tests/ or pkg/test/" };
  return nodeHarness(files, { log: "test-node" });
}

/** In the order in which they run: the quickest to point at a cause first. @type {Record<string, (status: Status) => Promise<Outcome>>} */
export const SUITES = { rust, wasm, node };
