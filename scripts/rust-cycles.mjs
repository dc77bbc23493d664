import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";

/**
 * A module, with its paths. cargo-modules finds cycles too, but compiles rust-analyzer first: 280 crates for one check.
 * This only reads paths: it does not expand macros, and inline modules count as part of their file.
 * `names`: the modules that its code can name; `imports`: the names that `use` binds; `paths`: all paths.
 * @typedef {{ file: string, names: Map<string, Module>, imports: Map<string, string[]>, paths: Path[] }} Module
 * @typedef {{ segments: string[], line: number }} Path
 */

const NOT_CODE = /\/\/.*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\.[^']*|[^\\'])'/g;
/** In rustfmt's layout, an item ends at the first line with its indentation that ends like this. */
const TEST_ONLY = /^( *)#\[cfg\((?:all\()?test\b[\s\S]*?^\1(?! ).*[;},] *$/gm;
/** Blanks a text, so that the rest of its file stays on its lines. @param {string} text */
const blank = (text) => text.replaceAll(/[^\n]/g, " ");

/** Splits the tree of a `use`: `a::{b, c as d}` into `a::b` and `a::c as d`. @param {string} tree */
function leavesOf(tree) {
  const list = /([\w$:\s]*)\{([^{}]*)\}/;
  const withPrefix = (_, prefix, leaves) => leaves.replaceAll(/[^,]*[^,\s][^,]*/g, (leaf) => prefix + leaf);
  while (list.test(tree)) tree = tree.replace(list, withPrefix);
  return tree.split(",").filter((leaf) => leaf.trim());
}

/** Reads a module and its submodules. @param {string} file @param {string} directory @param {Module[]} modules */
function readModule(file, directory, modules = [], /** @type {Module | undefined} */ parent = undefined) {
  const code = readFileSync(file, "utf8").replaceAll(NOT_CODE, blank).replaceAll(TEST_ONLY, blank);
  /** @type {Module} */
  const module = { file, names: new Map(), imports: new Map(), paths: [] };
  modules.push(module);
  module.names
    .set("self", module)
    .set("super", parent ?? module)
    .set("crate", modules[0])
    .set("$crate", modules[0]);
  const addPath = (/** @type {string} */ text, /** @type {number} */ index) => {
    const segments = text
      .split("::")
      .map((segment) => segment.trim())
      .filter((segment) => /\w/.test(segment));
    module.paths.push({ segments, line: code.slice(0, index).split("\n").length });
    return segments;
  };
  const withoutUses = code.replaceAll(/\buse\s+([^;]+);/g, (whole, tree, index) => {
    for (const leaf of leavesOf(tree)) {
      const [name, alias] = leaf
        .trim()
        .replace(/::\s*self\b/, "")
        .split(/\s+as\s+/);
      const segments = addPath(name, index);
      if (!name.endsWith("*")) module.imports.set(alias ?? segments.at(-1), segments);
    }
    return blank(whole);
  });
  for (const { 0: text, index } of withoutUses.matchAll(/(?<![\w:$])\$?\w+(?:\s*::\s*\w+)+/g)) addPath(text, index);
  for (const [, name] of code.matchAll(/\bmod\s+(\w+)\s*;/g)) {
    const below = path.join(directory, name);
    const child = existsSync(`${below}.rs`) ? `${below}.rs` : path.join(below, "mod.rs");
    module.names.set(name, readModule(child, below, modules, module));
  }
  return module;
}

/** Returns the module with the item of a path; undefined for other crates. @returns {Module | undefined} */
function resolve(/** @type {Module} */ module, /** @type {string[]} */ [segment, ...rest], isFirst = true) {
  if (segment === undefined) return module;
  const named = module.names.get(segment);
  if (named) return resolve(named, rest, false);
  const imported = module.imports.get(segment);
  if (imported && imported[0] !== segment) return resolve(module, [...imported, ...rest], isFirst);
  return isFirst ? undefined : module;
}

/** Returns the files that a module imports, with the line. @param {Module} module */
function importsOf(module) {
  const imports = new Map();
  for (const { segments, line } of module.paths) {
    const file = resolve(module, segments)?.file ?? module.file;
    if (file !== module.file && !imports.has(file)) imports.set(file, line);
  }
  return imports;
}

/** Returns the shortest cycle through a file. @param {Map<string, Map<string, number>>} graph */
function cycleThrough(graph, /** @type {string} */ start) {
  const seen = new Set();
  const routes = [[start]];
  for (const route of routes) {
    for (const next of graph.get(route[route.length - 1])?.keys() ?? []) {
      if (next === start) return route;
      if (!seen.has(next)) routes.push([...route, next]);
      seen.add(next);
    }
  }
  return [];
}

/** Returns the import cycles between the files of a crate, as `a.rs:3 -> b.rs:5 -> a.rs`. @param {string} crateRoot */
export function rustCycles(crateRoot, base = root) {
  const modules = [];
  readModule(crateRoot, path.dirname(crateRoot), modules);
  const graph = new Map(modules.map((module) => [module.file, importsOf(module)]));
  const cycles = [...graph.keys()].map((file) => cycleThrough(graph, file)).filter((cycle) => cycle.length > 0);
  const distinct = new Map(cycles.map((cycle) => [[...cycle].sort().join(), cycle]));
  const name = (/** @type {string} */ file) => path.relative(base, file);
  const step = (file, index, cycle) => `${name(file)}:${graph.get(file)?.get(cycle[(index + 1) % cycle.length])}`;
  return [...distinct.values()].map((cycle) => [...cycle.map(step), name(cycle[0])].join(" -> "));
}
