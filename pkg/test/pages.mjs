// The code samples of the documentation: each block of code has a comment with its name on the line before it.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");

const BLOCK = /(?:^ *<!-- sample: ([\w-]+) -->\n)?^( *)```(\w*)[,\w]*\n([\s\S]*?)^\2```$/gm;

/** Every page whose samples are tested. The folders of examples/ have separate tests. */
export function pages() {
  const docs = readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"));
  return [
    ...["README.md", "CONTRIBUTING.md", "pkg/README.md", "sandbox/README.md"],
    ...["worker/README.md", "worker/npm/README.md"],
    ...docs.map((file) => `docs/${file}`),
  ];
}

/** The blocks of code of a page. A block without a comment has no name. */
export function blocksOf(page) {
  return [...read(page).matchAll(BLOCK)].map(([, name, indent, language, text]) => ({
    name,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/**
 * The samples of a page, for the test that runs them. `elsewhere` has the names of samples that another file runs.
 * The last test of a page asserts that `unused()` is empty.
 */
export function samplesOf(page, elsewhere = {}) {
  const samples = new Map(blocksOf(page).flatMap(({ name, text }) => (name ? [[name, text]] : [])));
  const used = new Set();
  return {
    get(name) {
      used.add(name);
      const text = samples.get(name);
      if (text === undefined) throw new Error(`${page} has no sample named ${name}`);
      return text;
    },
    unused() {
      const named = Object.entries(elsewhere).flatMap(([file, names]) =>
        names.filter((name) => read(file).includes(JSON.stringify(name))),
      );
      return [...samples.keys()].filter((name) => !used.has(name) && !named.includes(name));
    },
  };
}
