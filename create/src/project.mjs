// Writes the files of a project.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";
import { GITIGNORE } from "./gitignore.mjs";
import { DEFAULT_NAME } from "./name.mjs";
import { devVars } from "./secrets.mjs";

const template = fileURLToPath(new URL("../template/", import.meta.url));

/** @typedef {{ text: string, mode?: number }} File */

/** The template's files, relative to its root. */
const TEMPLATE_FILES = [
  ".dev.vars.example",
  "README.md",
  "package.json",
  path.join("src", "index.js"),
  "wrangler.jsonc",
];

/** Returns the project's files by their paths. @param {string} name @returns {Record<string, File>} */
function filesOf(name) {
  const read = (/** @type {string} */ file) => readFileSync(path.join(template, file), "utf8");
  const named = TEMPLATE_FILES.map((file) => [file, { text: read(file).replaceAll(DEFAULT_NAME, name) }]);
  return {
    ...Object.fromEntries(named),
    ".gitignore": { text: GITIGNORE },
    ".dev.vars": { text: devVars(), mode: 0o600 },
  };
}

/** Refuses a directory that contains anything. @param {string} directory */
function checkEmpty(directory) {
  const [found] = readdirSync(directory);
  if (found !== undefined) throw new Failure(`${directory} is not empty: choose another directory.`);
}

/** Signals that Ctrl-C, a closed terminal and other programs send. @type {NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const ignore = () => {};

/**
 * Creates a project. On failure, removes what it created.
 * @param {string} directory absolute; created if it does not exist
 * @param {string} name the Worker's name
 */
export function createProject(directory, name) {
  /** @type {(() => void)[]} */
  const undo = [];
  const makeDirectory = (/** @type {string} */ wanted) => {
    if (existsSync(wanted)) return;
    makeDirectory(path.dirname(wanted));
    mkdirSync(wanted);
    undo.push(() => rmdirSync(wanted));
  };
  const makeFile = (/** @type {string} */ file, /** @type {File} */ { text, mode }) => {
    makeDirectory(path.dirname(file));
    // "wx" fails if the file exists, so nothing is overwritten.
    const handle = openSync(file, "wx", mode);
    undo.push(() => unlinkSync(file));
    try {
      writeFileSync(handle, text);
    } finally {
      closeSync(handle);
    }
  };
  // All files are written within milliseconds, so that a signal cannot leave half of them.
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    makeDirectory(directory);
    checkEmpty(directory);
    for (const [file, content] of Object.entries(filesOf(name))) makeFile(path.join(directory, file), content);
  } catch (error) {
    for (const step of undo.reverse()) {
      try {
        step();
      } catch {
        // Another program put something into the directory, so both stay.
      }
    }
    if (error instanceof Failure) throw error;
    const { code = "", message } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Failure(`${directory} cannot be created: ${REASONS[code] ?? message}.`);
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
  }
}

/** @type {Record<string, string>} */
const REASONS = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "the file system is read-only",
  EEXIST: "something with that name is in the way",
  ENAMETOOLONG: "the path is too long",
  ENOTDIR: "a part of the path is a file",
  ENOSPC: "the disk is full",
};
