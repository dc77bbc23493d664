// node scripts/without-exports.mjs <wasm> <class...>: takes the exports of classes away that wasm-bindgen wrote for a crate we use, and
// that are never made here. A process of its own, since binaryen stays in memory once it is loaded.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

const [file, ...classes] = process.argv.slice(2);
const module = binaryen.readBinary(readFileSync(file));
const imports = [...Array(module.getNumFunctions()).keys()].map((index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)).base);
const made = imports.find((name) => name !== null && classes.some((type) => name.startsWith(`__wbg_${type}_new`)));
if (made) {
  console.error(`The module makes use of ${made}, so its class must stay.`);
  process.exit(1);
}
const exports = [...Array(module.getNumExports()).keys()].map((index) => binaryen.getExportInfo(module.getExportByIndex(index)).name);
for (const name of exports) if (classes.some((type) => name.includes(type))) module.removeExport(name);
binaryen.setDebugInfo(true);
writeFileSync(file, module.emitBinary());
