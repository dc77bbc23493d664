// The messages about a mistyped command line: one short line each.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCitrn } from "./command.mjs";
import { answer, startFakeWorker } from "./worker-fake.mjs";

for (const [args, expected] of [
  [["listne"], /^Unknown command "listne"; choose from sandbox, sign, .*completion\. See citrn --help\.\n$/],
  [["help", "listne"], /^Unknown command "listne"; choose from .* See citrn --help\.\n$/],
  [["toString"], /^Unknown command "toString"; choose/],
  [["sign", "--wat"], /^Unknown option '--wat'\. See citrn sign --help\.\n$/],
  [["ping", "--base-url"], /^Option '--base-url <value>' argument missing\. See citrn ping --help\.\n$/],
  [
    ["sandbox", "--port", "-1"],
    /^Option '--port' argument is ambiguous\. .* use '--port=-XYZ'\. See citrn sandbox --help\.\n$/,
  ],
]) {
  test(`citrn ${args.join(" ")}`, async () => {
    const { exit, stdout, stderr } = await runCitrn(args);
    assert.deepEqual([exit, stdout], [2, ""]);
    assert.match(stderr, expected);
  });
}

test("citrn help COMMAND is citrn COMMAND --help", async () => {
  const [help, option] = [await runCitrn(["help", "call"]), await runCitrn(["call", "--help"])];
  assert.deepEqual(help, option);
  assert.deepEqual([help.exit, help.stdout.startsWith("Usage: citrn call METHOD")], [0, true]);
  assert.match((await runCitrn(["help"])).stdout, /^Usage: citrn COMMAND/);
});

describe("a URL", () => {
  test("of this machine may be without a scheme", async () => {
    const shop = await startFakeWorker();
    shop.answers(answer(200, { data: [], message: "OK" }));
    const { port } = new URL(shop.url);
    for (const host of ["localhost", "127.0.0.1"]) {
      const to = `${host}:${port}/hook`;
      const env = { CITRN_SECRET: "merchant-secret-aXb7" };
      const { exit, stderr } = await runCitrn(["trigger", "deposit.confirmed", "--to", to], { env });
      assert.deepEqual([exit, stderr], [0, ""]);
      assert.equal(shop.requests.at(-1).path, "/hook");
      const ping = await runCitrn(["ping", "--base-url", `${host}:${port}/api`]);
      assert.match(ping.stdout, new RegExp(`^http://${host}:${port}/api answered`), ping.stderr);
    }
    await shop.close();
  });

  for (const [args, env, exit, expected] of [
    [["trigger", "deposit.confirmed", "--to", "shop.example"], {}, 2, /^--to must be an http or https URL .*such as/],
    [["trigger", "deposit.confirmed", "--to", "localhost.shop.example/x"], {}, 2, /^--to must be/],
    [["trigger", "deposit.confirmed", "--to", "ftp://localhost/"], {}, 2, /^--to must be/],
    [["ping", "--base-url", "gateway.example/api"], {}, 2, /^--base-url must be an http or https URL, such as http:/],
    [["ping"], { CITRN_BASE_URL: "gateway.example/api" }, 3, /^CITRN_BASE_URL must be an http or https URL, such/],
  ]) {
    test(`is refused, with an example: ${args.at(-1)}`, async () => {
      const result = await runCitrn(args, { env });
      assert.equal(result.exit, exit);
      assert.match(result.stderr, expected);
    });
  }
});
