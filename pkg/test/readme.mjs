// The code samples of README.md, by the name in the comment before each.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Name and text of each sample. */
export const samples = new Map(
  [...README.matchAll(/<!-- sample: ([\w-]+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, name, text]) => [name, text]),
);

/** How many blocks of code there are, named or not; the one that installs the package is not counted. */
export const blocks = README.match(/^```(?:js|ts|jsx|tsx|sh|json)\n(?!npm i citrn\n)/gm).length;

/** The samples that need what only the packaging tests install: they are run in tests/package. */
export const ELSEWHERE = ["express", "fastify", "hono", "vitest"];

/** What the samples for callbacks import: it keeps what it gets, and tells it. */
export const STORE = `
export async function store(callback) {
  if (callback.id === "outage") throw new Error("The database is down.");
  const { credit } = callback;
  console.log("stored " + callback.id + (credit ? " " + credit.amount : ""));
}
export async function storeUnreadable(body) {
  console.log("unreadable " + Buffer.from(body).toString("hex"));
}
`;

/** Signed bodies that a handler must store before it answers 200, and the log of the store. */
export const STORED = [
  ['{"id":"7", "status":"confirmed"}', "stored 7"],
  ['\ufeff{"id":"8", "status":"confirmed"}', "stored 8"],
  [
    '{"id":"9","type":"deposit","status":"confirmed","currency_received":{"currency":"BTC","amount":1.50e-3}}',
    "stored 9 0.00150",
  ],
  ...[
    Buffer.from('{"id":"10","status":"confirmed","error":"\u00fc"}', "latin1"),
    '{"id":"11","type":"deposit","status":"confirmed","currency_received":{"currency":"BTC","amount":"1,5"}}',
    '{"id":"12","type":"deposit","status":"confirmed","currency_received":{"currency":"BTC","amount":"2"},"fees":[{"amount":"1"}]}',
    '{"status":"confirmed"}',
    "not JSON",
  ].map((body) => [body, `unreadable ${Buffer.from(body).toString("hex")}`]),
].map(([body, line]) => ({ body: Buffer.from(body), line }));

/** A directory with a sample in it, and the package to import. */
export function sampleProject(name, file, more = {}) {
  const directory = mkdtempSync(path.join(tmpdir(), `citrn-sample-${name}-`));
  mkdirSync(path.join(directory, "node_modules"));
  symlinkSync(fileURLToPath(new URL("..", import.meta.url)), path.join(directory, "node_modules", "citrn"), "dir");
  for (const [target, text] of Object.entries({
    "package.json": '{"type":"module"}',
    "store.js": STORE,
    [file]: samples.get(name),
    ...more,
  })) {
    writeFileSync(path.join(directory, target), text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
