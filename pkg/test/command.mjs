// Runs the command `citrn` as a process.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));

/** Starts `citrn` with only the given environment variables. */
export function startCitrn(args, { env = {}, cwd = undefined } = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env: { PATH: process.env.PATH, ...env } });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  // The command may end before it reads its input.
  child.stdin.on("error", () => {});
  const ended = new Promise((resolve) => child.on("close", (exit, signal) => resolve({ exit, signal, ...output })));
  return { child, output, ended };
}

/** Runs `citrn` to its end. */
export function runCitrn(args, { input = "", ...options } = {}) {
  const { child, ended } = startCitrn(args, options);
  child.stdin.end(input);
  return ended;
}

/** Runs `citrn` on a terminal, on which `keys` are typed when a prompt matches. Needs util-linux' `script`. */
export function runOnTerminal(args, { env = {}, keys = [] } = {}) {
  const quoted = [process.execPath, CLI, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", quoted, "/dev/null"], {
    env: { PATH: process.env.PATH, TERM: "xterm-256color", ...env },
  });
  let screen = "";
  const left = [...keys];
  let read = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    screen += text;
    const [prompt, answer] = left[0] ?? [];
    if (prompt === undefined || !prompt.test(screen.slice(read))) return;
    read = screen.length;
    left.shift();
    // Readline takes keys once it has switched the terminal to raw mode.
    setTimeout(() => child.stdin.write(answer), 100);
  });
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, screen })));
}
