// Checks that comments are in plain English: few of their lines may have a phrase that makes readers stop.
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { capture } from "./processes.mjs";
import { inRoot } from "./root.mjs";

/** The phrases, each with the remedy. @type {[RegExp, string][]} */
const MARKERS = [
  [/\bwhat\b/i, 'Use a noun: "the pending requests", not a clause.'],
  [/\b(told|tells?)\b/i, "Code returns, reports, renders or logs."],
  [/\bstands?\b/i, "Text is in a file, appears in it, or means something."],
  [/\b((no|some|every|any)body|whoever)\b/i, "Name them: the caller, the payer, a request, any client."],
  [/\bof (ours|(its|their) own)\b/i, 'Use the possessive before the noun: "our", "its own".'],
  [/\bat once\b/i, "Use immediately or concurrently."],
  [/\bin vain\b/i, "Use without effect or spurious."],
  [/\bof which\b/i, "Begin a new sentence."],
  [/\bis over\b/i, "A link has expired, and a call has finished or timed out."],
  [/\bgo(es)? on\b/i, "Use continues, resumes or polls."],
  [/\b(he|him|his)\b/i, "Payers, merchants and callers are they."],
];

/** The largest share of comment lines with such a phrase. It is not 0, because each phrase also has good uses. */
const LIMIT = 0.02;
const SOURCES = ["rs", "ts", "mts", "tsx", "js", "mjs", "cjs", "jsx"].map((extension) => `*.${extension}`);
const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g;

/** Returns the source files of the repository, committed or not, with their texts. Generated ones count too. */
function readSources() {
  const list = capture("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...SOURCES]);
  if (list === undefined) throw new Failure("git could not list the source files: this check needs a clone.");
  const present = list.split("\n").filter((file) => existsSync(inRoot(file)));
  return present.map((file) => ({ file, text: readFileSync(inRoot(file), "utf8") }));
}

/**
 * Returns the lines that are comments, and the comments after code.
 * @param {{ file: string, text: string }} source
 */
function commentsOf({ file, text }) {
  let isBlock = false;
  return text.split("\n").flatMap((line, index) => {
    // In JSX a block comment is in braces.
    isBlock ||= /^\s*\{?\/\*/.test(line);
    const isComment = isBlock || /^\s*\/\//.test(line);
    isBlock &&= !line.includes("*/");
    const comment = isComment ? line : /\s\/\/\s.*/.exec(line.replace(STRING, ""))?.[0];
    return comment === undefined ? [] : [{ line: comment, at: `${file}:${index + 1}` }];
  });
}

/**
 * Fails if too many comment lines have one of the phrases, and lists them.
 * @param {{ file: string, text: string }[]} sources
 */
export function checkLanguage(sources = readSources()) {
  const comments = sources.flatMap(commentsOf);
  const marked = comments.flatMap(({ line, at }) => {
    const [, remedy] = MARKERS.find(([phrase]) => phrase.test(line)) ?? [];
    return remedy === undefined ? [] : [`${at}: ${line.trim()}\n    ${remedy}`];
  });
  if (marked.length <= LIMIT * comments.length) return;
  const found = `${marked.length} of ${comments.length} comment lines have a phrase that makes readers stop`;
  throw new Failure(`${found}; at most ${LIMIT * 100} % may.\n${marked.join("\n")}`);
}
