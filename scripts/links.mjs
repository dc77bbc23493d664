// Links between the files of the repository, in Markdown and llms.txt: relative ones, and those to the repository on
// GitHub.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import GithubSlugger from "github-slugger";
import { lexer, walkTokens } from "marked";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { inRoot } from "./root.mjs";

/** How a package's README, which is also shown outside of the repository, links into it. */
const REPOSITORY = /^https:\/\/github\.com\/citrn\/citrn\/(?:blob|tree)\/main\//;
const EXTERNAL = /^([a-z][a-z\d+.-]*:|\/\/)/i;

/** @param {any} token @returns {string} its text without markup, from which GitHub makes the anchor of a heading */
const plainText = ({ tokens, text }) => (tokens ? tokens.map(plainText).join("") : text);

/** Returns the targets of the links of a Markdown text, and its anchors. @param {string} text */
function linksAndAnchors(text) {
  const slugger = new GithubSlugger();
  /** @type {string[]} */
  const links = [];
  /** @type {Set<string>} */
  const anchors = new Set();
  walkTokens(lexer(text), (/** @type {any} */ token) => {
    if (token.type === "heading") anchors.add(slugger.slug(plainText(token)));
    if (token.href) links.push(token.href);
    if (token.type !== "html") return;
    for (const [, name, value] of token.text.matchAll(/\s(href|src|id|name)="([^"]*)"/g)) {
      if (name === "id" || name === "name") anchors.add(value);
      else links.push(value);
    }
  });
  return { links, anchors };
}

/**
 * Returns a line for each link to a file or an anchor that does not exist.
 * @param {string[]} files all files of the repository, relative to its root
 * @param {(file: string) => string} read
 */
export function brokenLinks(files, read) {
  const paths = new Set([".", ...files, ...files.flatMap(directoriesOf)]);
  const pages = new Map(
    files.filter((file) => /\.md$|^llms\.txt$/.test(file)).map((file) => [file, linksAndAnchors(read(file))]),
  );
  const broken = [...pages].flatMap(([file, { links }]) =>
    links.map((link) => {
      const inside = link.replace(REPOSITORY, "/");
      if (EXTERNAL.test(inside)) return undefined;
      const [target, anchor] = inside.split("#").map(decodeURIComponent);
      const from =
        target === "" ? file : path.posix.join(target.startsWith("/") ? "." : path.posix.dirname(file), target);
      const to = path.posix.normalize(from).replace(/^\/|\/$/g, "");
      if (!paths.has(to)) return `${file}: ${link}: there is no ${to}`;
      const known = pages.get(to)?.anchors;
      return anchor && known && !known.has(anchor) ? `${file}: ${link}: ${to} has no #${anchor}` : undefined;
    }),
  );
  return broken.filter((line) => line !== undefined);
}

/** @param {string} file @returns {string[]} the directories it is in */
function directoriesOf(file) {
  const directory = path.posix.dirname(file);
  return directory === "." ? [] : [directory, ...directoriesOf(directory)];
}

export function checkLinks() {
  const listed = capture("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
  if (listed === undefined) throw new Failure("git could not list the files: this check needs a clone.");
  const files = listed.split("\n").filter((file) => existsSync(inRoot(file)));
  const broken = brokenLinks(files, (file) => readFileSync(inRoot(file), "utf8"));
  if (broken.length > 0) throw new Failure(`Broken links:\n${broken.join("\n")}`);
}
