import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { main } from "./processes.mjs";
import { inRoot } from "./root.mjs";

/**
 * What ships, and the most that it may weigh: gzip, in units of 1,024 bytes, as wrangler counts an upload. `stretch` is where it should go.
 * @type {{ what: string, files: string[], budget: number, stretch: number }[]}
 */
const ARTIFACTS = [
  { what: "npm: wasm of the client", files: ["pkg/dist/citrn.wasm"], budget: 60, stretch: 35 },
  { what: "npm: JavaScript of the workerd entry", files: ["pkg/dist/citrn.workerd.mjs"], budget: 10, stretch: 6 },
  { what: "npm: JavaScript of the edge-light entry", files: ["pkg/dist/citrn.edge-light.mjs"], budget: 10, stretch: 6 },
  { what: "Worker upload", files: ["worker/build/index.js", "worker/build/index_bg.wasm"], budget: 200, stretch: 120 },
];

const gzip = (/** @type {string} */ file) => gzipSync(readFileSync(inRoot(file)), { level: 9 }).length;
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1).padStart(7);

async function command() {
  await buildAll();
  console.log("    raw    gzip  budget stretch   (units of 1,024 bytes)");
  const over = [];
  for (const { what, files, budget, stretch } of ARTIFACTS) {
    const missing = files.find((file) => !existsSync(inRoot(file)));
    if (missing) throw new Failure(`${missing} is not there after the build, so ${what} could not be weighed.`);
    const raw = files.reduce((sum, file) => sum + readFileSync(inRoot(file)).length, 0);
    const compressed = files.reduce((sum, file) => sum + gzip(file), 0);
    const verdict = compressed > budget * 1024 ? "OVER BUDGET" : compressed > stretch * 1024 ? "" : "stretch reached";
    console.log(`${kilobytes(raw)} ${kilobytes(compressed)} ${String(budget).padStart(7)} ${String(stretch).padStart(7)}   ${what}  ${verdict}`);
    if (compressed > budget * 1024) over.push(what);
  }
  if (over.length > 0) throw new Failure(`Over budget: ${over.join(", ")}.`);
}

main(command);
