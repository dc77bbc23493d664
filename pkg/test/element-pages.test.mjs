// The pages that show the element: hash, version, names and policy are those of the build.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { samplesOf } from "./pages.mjs";

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const { version } = JSON.parse(read("package.json"));
const bundle = read("dist/element.min.js");
const integrity = `sha384-${createHash("sha384").update(bundle).digest("base64")}`;
const source = ["attributes", "dialog", "labels", "pay-element", "style"].map((file) => read(`src/element/${file}.ts`));

const BUTTON = `<script type="module" src="https://cdn.jsdelivr.net/npm/citrn@${version}/dist/element.min.js"
  integrity="${integrity}" crossorigin="anonymous"></script>

<citrn-pay mode="dialog"><a href="https://pay.shop.example/c/your-link">Top up with crypto</a></citrn-pay>
`;

const page = samplesOf("docs/element.md");

test("each page has the version and the hash of the bundle", () => {
  for (const sample of [
    samplesOf("README.md").get("element"),
    samplesOf("pkg/README.md").get("element"),
    page.get("button"),
  ])
    assert.equal(sample, BUTTON, "`npm run build` writes them");
});

test("the bundle imports nothing, and is at most 4 KB", () => {
  assert.doesNotMatch(bundle, /\bimport\b|\beval\(|innerHTML|WebAssembly/);
  const size = gzipSync(bundle, { level: 9 }).length;
  assert.ok(size <= 4_000, `${size}`);
  const [, stated] = /is ([\d.]+) KB \(gzip\)/.exec(read("../docs/element.md"));
  assert.ok(
    Math.abs(size - Number(stated) * 1_000) <= 50,
    `docs/element.md says ${stated} KB, and it is ${size} bytes`,
  );
});

describe("docs/element.md", () => {
  const text = read("../docs/element.md");

  test("events: names events and states of the element", () => {
    const sample = page.get("events");
    assert.match(sample, /^import "citrn\/element";\n/);
    assert.match(sample, /"citrn-status"/);
  });

  test("style: names custom properties, states and parts of the element", () => {
    const style = page.get("style");
    const [properties, states, parts] = [/--citrn-[\w-]+/g, /state="(\w+)"/g, /(?<=part\()\w+|(?<=parts )\w+/g].map(
      (pattern) => [...style.matchAll(pattern)].map(([found, name]) => name ?? found),
    );
    assert.deepEqual([...new Set(properties)].sort(), [...new Set(source.join().match(/--citrn-[\w-]+/g))].sort());
    assert.deepEqual([states, parts], [["confirmed"], ["status", "dialog"]]);
    for (const part of ["status", "dialog", "close", "frame"]) assert.ok(source.join().includes(`"${part}"`), part);
  });

  test("policy: is the one under which the element is tested in browsers", () => {
    const tested = /const policy = `(.+)`;/.exec(read("../tests/browser/element/site.mjs"))[1];
    const shown = page.get("policy").trim().slice("Content-Security-Policy: ".length);
    assert.equal(shown, tested.replaceAll(/\$\{checkout\}/g, "https://pay.shop.example"));
  });

  test("lists every attribute, with its default text", () => {
    for (const [, name, english] of read("src/element/labels.ts").matchAll(/^ {2}(\w+): "(.*)",$/gm)) {
      assert.ok(text.includes(`\`${name}-label\``), name);
      if (["close", "dialog"].includes(name)) assert.ok(text.includes(`("${english}")`), english);
    }
  });

  test("names the entries of package.json", () => {
    const { exports } = JSON.parse(read("package.json"));
    const named = text.match(/`citrn\/element(\/\w+)?`/g).map((entry) => entry.slice(7, -1));
    const entries = Object.keys(exports).filter((entry) => /^\.\/element(\/|$)/.test(entry));
    assert.deepEqual([...new Set(named)].sort(), entries.map((entry) => entry.slice(2)).sort());
  });

  test("has no other sample", () => assert.deepEqual(page.unused(), []));
});
