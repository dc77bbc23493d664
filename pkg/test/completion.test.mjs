// The scripts of `citrn completion`, in the shells that this machine has; bash is required.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { runCitrn } from "./command.mjs";

const script = async (shell) => {
  const { exit, stdout } = await runCitrn(["completion", shell]);
  assert.equal(exit, 0);
  return stdout;
};
const isThere = (shell) => spawnSync(shell, ["--version"]).status === 0;
const skip = (shell) => (isThere(shell) ? false : `${shell} is not installed`);

/** What is offered for the last word of a command line, in any shell: each pair is a line and what it must offer. */
const CASES = [
  ["citrn ca", ["call"]],
  ["citrn call with", ["withdrawals.create"]],
  ["citrn call --dr", ["--dry-run"]],
  ["citrn sandbox --profile family-20", ["family-2020", "family-2026"]],
  ["citrn completion ", ["bash", "fish", "zsh"]],
  ["citrn listen --forward", ["--forward-to"]],
];

describe("bash", () => {
  const complete = (source, line, cursor = line.split(" ").length - 1) =>
    spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `${source}\nCOMP_WORDS=(${line.replace(/ $/, ' ""')}) COMP_CWORD=${cursor}\n_citrn\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      // Bash warns about a locale that is not installed.
      { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
    );

  for (const [line, expected] of CASES) {
    test(line, async () => {
      const { stdout, stderr } = complete(await script("bash"), line);
      assert.deepEqual([stdout.trim().split("\n").sort(), stderr], [expected, ""]);
    });
  }

  test("offers files, which are its default, as the value of an option without choices", async () => {
    assert.equal(complete(await script("bash"), "citrn reconcile --ledger x").stdout.trim(), "");
  });
});

describe("fish", { skip: skip("fish") }, () => {
  for (const [line, expected] of CASES) {
    test(line, async () => {
      const source = `${await script("fish")}\ncomplete -C ${JSON.stringify(line)}`;
      const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", source], { encoding: "utf8" });
      const words = stdout
        .trim()
        .split("\n")
        .map((offer) => offer.split("\t")[0]);
      assert.deepEqual([words.sort(), stderr], [expected, ""]);
    });
  }
});

describe("zsh", { skip: skip("zsh") }, () => {
  /** Replaces zsh's functions by ones that print the specifications, which only an interactive shell evaluates. */
  const run = (source, words) =>
    spawnSync(
      "zsh",
      [
        ...["-f", "-c"],
        `compdef() { : }; _describe() { print -l -- "\${commands[@]}" }; _arguments() { print -l -- "$@" }
${source}
words=(${words.join(" ")}); CURRENT=$#words; _citrn`,
      ],
      { encoding: "utf8" },
    );

  test("is valid, and lists commands, options and choices", async () => {
    const source = await script("zsh");
    assert.equal(spawnSync("zsh", ["-n"], { input: source, encoding: "utf8" }).stderr, "");
    const commands = run(source, ["citrn", "x"]);
    assert.match(commands.stdout, /^call:call an endpoint/m);
    const options = run(source, ["citrn", "sandbox", "--x"]);
    assert.match(options.stdout, /^--profile\[.*\]:NAME:\(documented-old documented-new /m);
    assert.match(options.stdout, /^\*--scenario\[/m);
    assert.equal(commands.stderr + options.stderr, "");
  });
});

test("another shell is refused", async () => {
  const { exit, stderr } = await runCitrn(["completion", "tcsh"]);
  assert.equal(exit, 2);
  assert.match(stderr, /SHELL must be one of bash, zsh, fish/);
});
