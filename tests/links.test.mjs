import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { brokenLinks } from "../scripts/links.mjs";

const OTHER = `# The other page

## \`npm start\`, and what it does

## Twice

## Twice

<a id="by-hand"></a>
`;

/** The broken links of a page in docs/ with the given text. */
const check = (text) => {
  const texts = { "docs/page.md": text, "docs/other.md": OTHER, "README.md": "# citrn\n", "src/lib.rs": "" };
  return brokenLinks(Object.keys(texts), (file) => texts[file]);
};

describe("a link is accepted", () => {
  for (const [what, text] of [
    ["to a file beside it", "[a](other.md)"],
    ["to a file in another directory", "[a](../src/lib.rs#L3)"],
    ["to a directory", "[a](../src/) [b](..)"],
    ["to a heading", "[a](other.md#the-other-page)"],
    ["to a heading with code and punctuation", "[a](other.md#npm-start-and-what-it-does)"],
    ["to the second of two equal headings", "[a](other.md#twice-1)"],
    ["to an anchor in HTML", "[a](other.md#by-hand)"],
    ["to a heading of its own page", "# Here\n\n[a](#here)"],
    ["from the root", "[a](/README.md#citrn)"],
    ["to the repository on GitHub", "[a](https://github.com/citrn/citrn/blob/main/docs/other.md#twice)"],
    ["to another site", "[a](https://example.com/none.md) <mailto:a@example.com>"],
    ["in code", "`[a](none.md)`\n\n```\n[a](none.md)\n```\n"],
  ]) {
    test(what, () => assert.deepEqual(check(text), []));
  }
});

describe("a broken link is reported", () => {
  for (const [what, text, line] of [
    ["to a file", "[a](none.md)", "docs/page.md: none.md: there is no docs/none.md"],
    ["by reference", "[a][b]\n\n[b]: none.md", "docs/page.md: none.md: there is no docs/none.md"],
    ["to an image", "![a](none.svg)", "docs/page.md: none.svg: there is no docs/none.svg"],
    ["in HTML", '<img src="none.svg">', "docs/page.md: none.svg: there is no docs/none.svg"],
    ["to a heading", "[a](other.md#none)", "docs/page.md: other.md#none: docs/other.md has no #none"],
    ["to a heading of its own page", "[a](#none)", "docs/page.md: #none: docs/page.md has no #none"],
    ["out of the repository", "[a](../../x.md)", "docs/page.md: ../../x.md: there is no ../x.md"],
    [
      "to the repository on GitHub",
      "[a](https://github.com/citrn/citrn/tree/main/none)",
      "docs/page.md: https://github.com/citrn/citrn/tree/main/none: there is no none",
    ],
  ]) {
    test(what, () => assert.ok(check(text).includes(line), check(text).join("\n")));
  }
});
