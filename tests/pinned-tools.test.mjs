// All downloads of the build have a digest in a lock file of the repository.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const lock = JSON.parse(read("package-lock.json"));
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

describe("npm packages", () => {
  const entries = Object.entries(lock.packages).filter(
    ([location, entry]) => location.includes("node_modules/") && !entry.link,
  );

  test("each have a SHA-512, unless they are bundled in another", () => {
    assert.ok(entries.length > 50, `${entries.length} packages`);
    const without = entries.filter(([, { integrity, inBundle }]) => !inBundle && !SHA512.test(integrity ?? ""));
    assert.deepEqual(
      without.map(([location]) => location),
      [],
    );
  });

  for (const name of ["esbuild", "binaryen", "typescript", "wrangler"]) {
    test(`that run in the build have a SHA-512: ${name}`, () =>
      assert.match(lock.packages[`node_modules/${name}`].integrity ?? "", SHA512));
  }

  test("of Node contain it, and do not download it during installation", () => {
    const nodes = entries.filter(([location]) => /node_modules\/node(-bin)?-(linux|darwin|win)-/.test(location));
    assert.ok(nodes.some(([location]) => location.endsWith("linux-x64")));
    for (const [location, { hasInstallScript }] of nodes) assert.ok(!hasInstallScript, location);
    const downloaders = entries
      .map(([location]) => location)
      .filter((location) => /node_modules\/node(-bin-setup)?$/.test(location));
    assert.deepEqual(downloaders, []);
  });
});

describe("the tools of wasm-bindgen", () => {
  const FILE = "scripts/tools/wasm-bindgen/Cargo.lock";

  test("are built from a lock file in which each registry crate has a checksum", () => {
    assert.ok(existsSync(new URL(`../${FILE}`, import.meta.url)), `${FILE} is missing`);
    const crates = read(FILE)
      .split("[[package]]")
      .slice(1)
      .filter((crate) => crate.includes("source = "));
    assert.ok(crates.length > 10, `${crates.length} crates`);
    for (const crate of crates) assert.match(crate, /checksum = "[0-9a-f]{64}"/);
  });

  test("have the version of the library in the Worker and the package", () => {
    const [, pinned] = /^wasm-bindgen = "=([^"]+)"/m.exec(read("Cargo.toml")) ?? assert.fail("no version is pinned");
    assert.ok(read(FILE).includes(`name = "wasm-bindgen-cli"\nversion = "${pinned}"`), pinned);
  });
});
