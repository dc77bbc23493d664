// The committed llms.txt. Other tests run the samples in it, since they are those of the documentation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { lexer } from "marked";
import { guide } from "../scripts/llms.mjs";
import { inRoot } from "../scripts/root.mjs";

const read = (file) => readFileSync(inRoot(file), "utf8");
const committed = read("llms.txt");

test("llms.txt is generated from the template, the samples and the definitions", () => {
  assert.equal(committed, guide(), "llms.txt is out of date: run npm run generate");
});

test("llms.txt has the form of llmstxt.org: a title, a summary, details without headings, and sections of links", () => {
  const blocks = lexer(committed).filter(({ type }) => type !== "space");
  assert.deepEqual(
    blocks.slice(0, 2).map(({ type, depth }) => [type, depth]),
    [
      ["heading", 1],
      ["blockquote", undefined],
    ],
  );
  const sections = blocks.slice(blocks.findIndex(({ depth }) => depth === 2));
  const headings = blocks.filter(({ type }) => type === "heading");
  assert.equal(headings.length, sections.length / 2 + 1);
  for (const [index, block] of sections.entries()) {
    assert.deepEqual([block.type, block.depth], index % 2 === 0 ? ["heading", 2] : ["list", undefined], block.raw);
    for (const { text } of block.items ?? []) assert.match(text, /^\[[^\]]+\]\(https:\/\/[^)]+\)/);
  }
});

test("llms.txt names every endpoint, code and route", () => {
  const { endpoints, errorCodes, clientErrorCodes } = JSON.parse(read("api.json"));
  for (const { name, url, parameters } of endpoints) {
    const line = committed.split("\n").find((line) => line.startsWith(`- \`${name}(`));
    assert.ok(line?.includes(url), name);
    for (const { name: parameter, required } of parameters)
      assert.match(line, new RegExp(`\\b${parameter}${required ? "[ ,]" : "\\?"}`), name);
  }
  for (const { code } of [...errorCodes, ...clientErrorCodes]) assert.ok(committed.includes(`\`${code}\``), code);
  for (const [path, methods] of Object.entries(JSON.parse(read("worker/openapi.json")).paths))
    for (const method of Object.keys(methods))
      assert.ok(committed.includes(`\`${method.toUpperCase()} ${path}\``), path);
});
