// Runs code samples as a reader would: in a separate project that has the package installed.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

/** A directory with these files, TypeScript without its types, and the package to import. */
export function sampleProject(files) {
  const directory = mkdtempSync(path.join(tmpdir(), "citrn-sample-"));
  mkdirSync(path.join(directory, "node_modules"));
  symlinkSync(fileURLToPath(new URL("..", import.meta.url)), path.join(directory, "node_modules", "citrn"), "dir");
  for (const [file, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    const isTyped = file.endsWith(".ts");
    const target = path.join(directory, isTyped ? file.replace(/ts$/, "js") : file);
    writeFileSync(target, isTyped ? transformSync(text, { loader: "ts", target: "es2022" }).code : text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

/** Runs Node on a file of such a project and returns its standard output. */
export async function runSample(
  files,
  { args = [], entry = Object.keys(files)[0].replace(/ts$/, "js"), env = {} } = {},
) {
  const { directory, remove } = sampleProject(files);
  // With the variable that node:test sets, a `node --test` below would report to this run instead of printing.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  try {
    return await new Promise((resolve, reject) => {
      const options = { cwd: directory, env: { ...inherited, ...env } };
      execFile(process.execPath, [...args, entry], options, (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout),
      );
    });
  } finally {
    remove();
  }
}
