// Shared by the suites: the installed package, a sandbox, and functions that run the programs of small projects.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const build = path.join(here, "build");
export const app = path.join(build, "app");
export const installed = path.join(app, "node_modules", "citrn");

if (!existsSync(installed))
  throw new Error("The tarball is not installed: run `node tests/package/run.mjs`, which installs it.");

export const apiKey = "package-test-key";
export const secret = "package-test-secret";

/** Returns a program in the node_modules of these tests, or of the repository. */
export const bin = (name, from = here) => path.join(from, "node_modules", ".bin", name);
export const root = path.join(here, "..", "..");

/** Returns the Node of a major version. */
export const node = (major) =>
  path.join(here, "node_modules", `node${major}-${process.platform}-${process.arch}`, "bin", "node");

/**
 * Deno's arguments: a missing permission is an error instead of a question, and no code cache, which takes a rebuilt
 * file of the same path and length for the old one.
 */
export const DENO_RUN = [
  ...["run", "--no-prompt", "--no-code-cache", "--node-modules-dir=manual"],
  ...["--allow-net=127.0.0.1", "--allow-env", "--allow-read"],
];

const fromApp = createRequire(path.join(app, "package.json"));

/** Imports the installed package into this process. */
export const importCitrn = (entry = "citrn") => import(pathToFileURL(fromApp.resolve(entry)).href);

/** Starts the installed package's sandbox, as a merchant's tests do. */
export async function startSandbox(options = {}) {
  const { startSandbox } = await importCitrn("citrn/sandbox");
  return startSandbox({ apiKey, secret, ...options });
}

/** The work of each project: signed calls, a refused one, and callbacks to verify. Runs on all runtimes. */
export const CHECK = `
async function check({ Citrn, CitrnError }, { apiKey, secret, baseUrl }) {
  const citrn = new Citrn({ apiKey, secret, baseUrl });
  const { redirect_url } = await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" });
  const { address } = await citrn.addresses.take({ foreign_id: "user-17", currency: "USDTT" });
  const refused = await citrn.addresses.take({ foreign_id: "user-17", currency: "NOPE" }).catch((error) => error);
  const body = JSON.stringify({ id: 7, type: "deposit", status: "confirmed" });
  const callback = citrn.callbacks.verify(new TextEncoder().encode(body), new Headers(citrn.callbacks.sign(body)));
  let forged;
  try { citrn.callbacks.verify(body + " ", citrn.callbacks.sign(body)); } catch (error) { forged = error; }
  return { redirect_url, address, refused: refused instanceof CitrnError && refused.code, verified: callback.id, forged: forged instanceof CitrnError && forged.code };
}
`;

/** Whether a project's result is the expected one for the sandbox. */
export function isRight(result, sandbox) {
  return (
    result.redirect_url?.startsWith(`${sandbox.url}/pay/`) &&
    result.address?.length > 20 &&
    result.refused === "coin_not_found" &&
    result.verified === "7" &&
    result.forged === "invalid_signature"
  );
}

/** Recreates the directory of a project and writes its files. */
export function project(name, files) {
  const directory = path.join(app, name);
  rmSync(directory, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  return directory;
}

/** Runs a program and returns its output. Any exit code but 0 is an error that contains the output. */
export function run(command, args, { cwd, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, FORCE_COLOR: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${path.basename(command)} ${args.join(" ")} ended with ${code}:\n${output.stdout}${output.stderr}`,
          ),
        );
    });
  });
}

/**
 * Starts a server. Returns the first match of the pattern in its output, a function that stops it with its children,
 * and its output so far.
 */
export function serve(command, args, { cwd, env = {}, until, stdio = ["ignore", "pipe", "pipe"] }) {
  const child = spawn(command, args, { cwd, env: { ...process.env, FORCE_COLOR: "0", ...env }, stdio, detached: true });
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", resolve);
      process.kill(-child.pid, "SIGKILL");
    });
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(
      () => stop().then(() => reject(new Error(`${command} did not start within 60 s:\n${output}`))),
      60_000,
    );
    const watch = (chunk) => {
      output += chunk;
      const found = until.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve({ found, stop, output: () => output });
    };
    for (const stream of child.stdio) stream?.on?.("data", watch);
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`${command} exited with ${code} before it was ready:\n${output}`));
    });
  });
}
