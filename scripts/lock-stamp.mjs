import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const lockFile = (directory) => path.join(directory, "package-lock.json");
/** npm writes this file last, so it is there only after a whole installation. */
const installedFile = (directory) => path.join(directory, "node_modules", ".package-lock.json");
/** The digest of the lock file that was installed: unlike a time, it survives a checkout and a copy. */
const stampFile = (directory) => path.join(directory, "node_modules", ".citrn-lock-sha256");

const lockDigest = (directory) => createHash("sha256").update(readFileSync(lockFile(directory))).digest("hex");

/** Whether node_modules holds what package-lock.json names. @param {string} directory of both */
export function isInstalled(directory) {
  if (!existsSync(installedFile(directory))) return false;
  if (existsSync(stampFile(directory))) return readFileSync(stampFile(directory), "utf8") === lockDigest(directory);
  return statSync(installedFile(directory)).mtimeMs >= statSync(lockFile(directory)).mtimeMs;
}

/** To be called when package-lock.json has been installed. @param {string} directory */
export function recordInstalled(directory) {
  writeFileSync(stampFile(directory), lockDigest(directory));
}
