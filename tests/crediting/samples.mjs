// The samples of a document, and small projects made of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inRoot } from "../../scripts/root.mjs";

const SAMPLE = /<!-- sample: ([\w-]+) -->\n```\w+\n([\s\S]*?)```/g;

/**
 * The samples of a document by the name in the comment before each.
 * @param {string} file
 * @returns {Map<string, string>}
 */
export function samplesOf(file) {
  return new Map([...readFileSync(inRoot(file), "utf8").matchAll(SAMPLE)].map(([, name, text]) => [name, text]));
}

/**
 * A directory with these files, in which the packages of the workspace can be imported.
 * @param {Record<string, string>} files
 */
export function project(files) {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-crediting-"));
  symlinkSync(inRoot("node_modules"), path.join(directory, "node_modules"), "dir");
  for (const [file, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

/** Replaces a text that must occur exactly once. @param {string} text @param {string} from @param {string} to */
export function replaceOnce(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`the sample no longer has exactly one ${from}`);
  return text.replace(from, () => to);
}

/** Types of Workers that the samples use. */
export const D1_TYPES = `
interface D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  first<T>(column: string): Promise<T | null>;
  run(): Promise<unknown>;
}
interface D1Database {
  prepare(query: string): D1PreparedStatement;
  batch(statements: D1PreparedStatement[]): Promise<unknown[]>;
}
`;
