import { cargoEnvironment } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { WASM_TARGET } from "./rust.mjs";

/**
 * One way of building a crate of this workspace.
 * @typedef {object} Part
 * @property {string} crate
 * @property {string} [features]
 * @property {string} [target] this machine's, if there is none
 * @property {"normal" | "dev"} [edges] which of its dependencies count
 */

/** The names of the crates that a part depends on. @param {Part} part @returns {Set<string>} */
function dependencies({ crate, features, target, edges = "normal" }) {
  const args = ["tree", "-p", crate, "-e", edges, "--prefix", "none", "--format", "{p}", "--locked"];
  if (features) args.push("--features", features);
  if (target) args.push("--target", target);
  const output = capture("cargo", args, { env: cargoEnvironment() });
  if (output === undefined) throw new Failure(`\`cargo ${args.join(" ")}\` failed.`);
  return new Set(output.split("\n").map((line) => line.split(" ")[0]).filter(Boolean));
}

/** The parts that ship without tokio; the Worker's platform crate brings it along. @type {Part[]} */
const WITHOUT_TOKIO = [
  { crate: "citrn" },
  { crate: "citrn", features: "fetch", target: WASM_TARGET },
  { crate: "citrn-bridge", target: WASM_TARGET },
  { crate: "citrn-sandbox" },
  { crate: "citrn-sandbox", features: "js", target: WASM_TARGET },
];

/** The crates this project was asked to be built with, and the artifact that each is part of. @type {{ part: Part, crates: string[] }[]} */
const NAMED = [
  { part: { crate: "citrn", features: "fetch", target: WASM_TARGET }, crates: ["gloo-net"] },
  {
    part: { crate: "citrn-bridge", target: WASM_TARGET },
    crates: ["wasm-bindgen", "js-sys", "serde", "serde-wasm-bindgen", "hmac", "sha2"],
  },
  { part: { crate: "citrn-worker", target: WASM_TARGET }, crates: ["worker", "serde", "hmac", "sha2", "wasm-bindgen"] },
  { part: { crate: "citrn", target: WASM_TARGET, edges: "dev" }, crates: ["wasm-bindgen-test"] },
];

/** @param {Part} part */
const describe = ({ crate, features, target }) => [crate, features && `with ${features}`, target && `for ${target}`].filter(Boolean).join(" ");

/** Fails if tokio is among the dependencies of the core, the npm build or the sandbox. */
export function checkNoTokio() {
  const found = WITHOUT_TOKIO.filter((part) => dependencies(part).has("tokio"));
  if (found.length > 0) throw new Failure(`tokio is among the dependencies of ${found.map(describe).join("; ")}.`);
}

/** Fails if a crate that was asked for is not in the dependency tree of the artifact it belongs to. */
export function checkNamedCrates() {
  const missing = NAMED.flatMap(({ part, crates }) => {
    const tree = dependencies(part);
    return crates.filter((name) => !tree.has(name)).map((name) => `${name} in ${describe(part)}`);
  });
  if (missing.length > 0) throw new Failure(`Not in the dependency tree: ${missing.join("; ")}.`);
}
