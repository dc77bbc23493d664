// Rules for every page of the documentation: each block of code is a sample that a test runs, the TypeScript
// compiles under --strict, and the commands and files that a page names exist.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { blocksOf, pages } from "../pkg/test/pages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");

const testFiles = ["tests", "pkg/test"]
  .flatMap((directory) =>
    readdirSync(path.join(root, directory), { recursive: true }).map((file) => path.join(directory, file)),
  )
  .filter((file) => /\.(test|suite)\.mjs$/.test(file) && !file.includes("node_modules"));
const tests = testFiles.map(read).join("\n");

/** The files that include pages with Rust samples as documentation tests. */
const RUST_PAGES = ["src/guides.rs", "sandbox/src/lib.rs"];

const isDocTest = (page) =>
  RUST_PAGES.some((file) => read(file).includes(`include_str!("${path.posix.relative(path.dirname(file), page)}")`));

describe("each block of code is a sample that a test runs", () => {
  for (const page of pages()) {
    test(page, () => {
      const blocks = blocksOf(page);
      assert.equal(blocks.length, read(page).match(/^ *```\w/gm)?.length ?? 0, "a block of code was not recognised");
      for (const { name, language, text } of blocks) {
        if (language === "rust") assert.ok(isDocTest(page), `neither ${RUST_PAGES.join(" nor ")} includes the page`);
        else assert.ok(name, `put <!-- sample: NAME --> on the line before this block, and run it in a test:\n${text}`);
      }
      const names = blocks.flatMap(({ name }) => name ?? []);
      assert.equal(new Set(names).size, names.length, "two samples have the same name");
      if (names.length > 0) assert.ok(tests.includes(`samplesOf("${page}"`), `no test opens samplesOf("${page}")`);
    });
  }
});

/** The shop's code that samples import. */
const COMPANIONS = {
  "shop.d.ts": `
    import type { CallbackEvent } from "citrn";
    export function creditOnce(key: string, credit: CallbackEvent["data"]["credit"]): Promise<"done" | "duplicate">;
    export function storeForReview(event: CallbackEvent): Promise<void>;`,
};

/** Pages whose own tests compile the samples, with the types of databases, runtimes and browsers. */
const COMPILED_ELSEWHERE = ["docs/callbacks.md", "docs/crediting.md", "docs/element.md"];

/** Samples of these are compiled where they are installed, in tests/package. */
const INSTALLED_ELSEWHERE = /from "(@opentelemetry|express|fastify|hono|next|vitest)["/]/;

describe("the TypeScript samples", () => {
  const project = mkdtempSync(path.join(tmpdir(), "citrn-samples-"));
  after(() => rmSync(project, { recursive: true }));

  test("compile under --strict, those that editors show too", async () => {
    const types = path.join(project, "node_modules", "@types");
    mkdirSync(types, { recursive: true });
    symlinkSync(path.join(root, "pkg"), path.join(project, "node_modules", "citrn"), "dir");
    symlinkSync(path.join(root, "worker", "npm"), path.join(project, "node_modules", "citrn-worker"), "dir");
    symlinkSync(path.join(root, "node_modules", "@types", "node"), path.join(types, "node"), "dir");
    const compilerOptions = {
      ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2022"], types: ["node"] },
      ...{ module: "nodenext", moduleDetection: "force", noUncheckedIndexedAccess: true },
    };
    const files = {
      ...COMPANIONS,
      "package.json": '{"type":"module"}',
      "tsconfig.json": JSON.stringify({ compilerOptions }),
    };
    for (const page of pages().filter((page) => !COMPILED_ELSEWHERE.includes(page))) {
      for (const { name, language, text } of blocksOf(page)) {
        const file = `${page.replaceAll(/\W/g, "-")}-${name}.ts`;
        if (language === "ts" && !INSTALLED_ELSEWHERE.test(text)) files[file] = text;
      }
    }
    for (const [index, example] of hoverExamples().entries()) files[`example-${index + 1}.ts`] = moduleOf(example);
    assert.ok(Object.keys(files).length > 25);
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(project, file), text);
    const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
    const errors = await new Promise((resolve) => {
      const args = [path.join(path.dirname(tsc), "bin", "tsc"), "-p", project];
      execFile(process.execPath, args, (error, stdout, stderr) => resolve(error ? stdout + stderr : ""));
    });
    assert.equal(errors, "");
  });

  test("no page has JavaScript where TypeScript would do", () => {
    for (const page of pages())
      for (const { name, language } of blocksOf(page)) assert.ok(!/^(js|mjs|jsx)$/.test(language), `${page}: ${name}`);
  });
});

/** The examples in the documentation of the package's exports, which editors show on hover. */
function hoverExamples() {
  const files = readdirSync(path.join(root, "pkg", "src")).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) =>
    [...read(`pkg/src/${file}`).matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, text]) =>
      text.replaceAll(/^\s*\* ?/gm, ""),
    ),
  );
}

/** A module of an example, with imports and declarations for the names that the example does not declare. */
function moduleOf(example) {
  const exported = ["Citrn", "CitrnError", "callbackHandler"].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(example),
  );
  const given = { citrn: 'import("citrn").Citrn', request: "Request", apiKey: "string", secret: "string" };
  const declared = Object.entries(given)
    .filter(([name]) => !example.includes(`const ${name} =`))
    .map(([name, type]) => `declare const ${name}: ${type};\n`);
  return `import { ${exported.join(", ")} } from "citrn";\n${declared.join("")}{\n${example}}\n`;
}

describe("the commands and files that a page names exist", () => {
  // Pages name the scripts of this repository, and of a project that `npm create citrn-worker` made.
  const manifests = ["package.json", "create/template/package.json"].map((file) => JSON.parse(read(file)));
  const scripts = Object.assign({}, ...manifests.map((manifest) => manifest.scripts));
  const { repository } = JSON.parse(read("pkg/package.json"));
  const home = `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/main/`;

  for (const page of [...pages(), "ARCHITECTURE.md", "bench/README.md"]) {
    test(page, () => {
      const text = read(page);
      for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(scripts[name], `npm run ${name}`);
      const named = text.matchAll(/`((?:src|tests|scripts|sandbox|worker|pkg|docs|fuzz)\/[\w./-]*)`/g);
      for (const [, file] of named) assert.ok(existsSync(path.join(root, file)), file);
      // npm shows the package's README outside of the repository, so its links are absolute.
      for (const [, target] of text.matchAll(/\]\((https:[^)#]+)/g))
        if (target.startsWith(home)) assert.ok(existsSync(path.join(root, target.slice(home.length))), target);
      const { endpoints, errorCodes } = JSON.parse(read("api.json"));
      for (const [, count] of text.matchAll(/(\d+) endpoints/g))
        assert.equal(Number(count), endpoints.length, "endpoints");
      for (const [, count] of text.matchAll(/(\d+) (?:error )?codes/g))
        assert.equal(Number(count), errorCodes.length, "codes");
      if (page === "pkg/README.md") assert.doesNotMatch(text, /\]\((?!https:)/);
    });
  }
});
