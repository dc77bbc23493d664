import { buildAll } from "./build.mjs";
import { harness, nodeSuite, testCommand, wasmPack } from "./harness.mjs";
import { ensureNpmPackages } from "./npm.mjs";
import { ensureRust } from "./rust.mjs";
import { buildPanickingWorker } from "./worker.mjs";

/** Ordered by how directly a failure points at its cause. @type {Record<string, import("./harness.mjs").Suite>} */
const suites = {
  /** Unit, integration and documentation tests of all crates, natively. */
  rust: (status) => harness("cargo", ["test", "--workspace", "--no-fail-fast"], { log: "test-rust", status }),
  /** The tests of the core in wasm, on Node. */
  wasm: (status) => wasmPack(["--node"], { log: "test-wasm", status }),
  /** The tests of the bridge in wasm, on Node. */
  bridge: (status) => wasmPack(["--node", "pkg/bridge"], { log: "test-bridge", status }),
  /** Tests across the parts, and of the npm package. */
  node: nodeSuite("node", "tests/**/*.test.mjs", "pkg/test/**/*.test.mjs"),
};

const HELP = `npm test [-- suite ...]

Installs what is missing, builds, and runs the suites: ${Object.keys(suites).join(", ")} (all by default).
The last line is "N passed, N failed"; a suite that cannot run, or runs no test, counts as a failure.`;

/** Builds for the suite `node`; the Rust suites build their own inputs. @param {string[]} names */
function prepare(names) {
  const builds = names.includes("node") ? [buildAll(), buildPanickingWorker()] : [];
  return Promise.all([ensureRust(), ensureNpmPackages(), ...builds]);
}

await testCommand({ help: HELP, suites, prepare });
