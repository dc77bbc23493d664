// The samples of the README at the root, run as a reader would; and that what the documents point at is there. The Rust
// sample is a documentation test of the core (src/guides.rs).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSandbox } from "citrn/sandbox";
import { makeSettings } from "./worker/caller.mjs";
import { startWorker } from "./worker/workerd.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");
const samples = new Map(
  [...read("README.md").matchAll(/<!-- sample: (\w+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, name, text]) => [
    name,
    text,
  ]),
);
const run = promisify(execFile);

const { settings, tokens } = makeSettings();
let sandbox, worker;
before(async () => {
  sandbox = await startSandbox({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  worker = await startWorker({ ...settings, CITRN_BASE_URL: sandbox.baseUrl });
});
after(async () => {
  await worker?.stop();
  await sandbox?.close();
});

test("the npm sample creates a payment", async () => {
  const env = {
    ...process.env,
    CITRN_API_KEY: sandbox.apiKey,
    CITRN_SECRET: sandbox.secret,
    CITRN_BASE_URL: sandbox.baseUrl,
  };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", samples.get("npm")], {
    cwd: root,
    env,
  });
  assert.ok(stdout.startsWith(`${sandbox.url}/pay/`), stdout);
});

test("the Worker sample creates a payment and takes an address", async () => {
  const env = { ...process.env, WORKER: worker.url, TOKEN: tokens.all };
  const { stdout } = await run(
    "bash",
    ["-euc", samples.get("worker").replaceAll("curl ", "curl --silent --fail-with-body ")],
    { env },
  );
  const [payment, address] = stdout
    .replaceAll("}{", "}\n{")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(payment.redirect_url.startsWith(`${sandbox.url}/pay/`), stdout);
  assert.equal(address.foreign_id, "customer-17");
});

test("the deploy lines name settings and commands that there are", () => {
  const example = read(".dev.vars.example");
  for (const [, secret] of read("README.md").matchAll(/wrangler secret put (\w+)/g))
    assert.match(example, new RegExp(`^${secret}=`, "m"));
});

for (const file of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "worker/README.md", "sandbox/README.md"]) {
  test(`${file} points at files that there are`, () => {
    const text = read(file);
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) =>
      path.join(path.dirname(file), target),
    );
    const named = [...text.matchAll(/`((?:src|tests|scripts|sandbox|worker|pkg|docs|fuzz)\/[\w./-]*)`/g)].map(
      ([, target]) => target,
    );
    for (const target of [...linked, ...named])
      assert.ok(existsSync(path.join(root, target)), `${file} names ${target}`);
  });
}

test("the commands that the documents name are scripts of package.json", () => {
  const { scripts } = JSON.parse(read("package.json"));
  for (const file of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    for (const [, name] of read(file).matchAll(/npm run ([\w:]+)/g))
      assert.ok(scripts[name], `${file} names npm run ${name}`);
  }
});
