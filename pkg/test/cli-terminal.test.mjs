// What commands do on a terminal: prompts without echo, and colours.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { runCitrn, runOnTerminal } from "./command.mjs";
import { hmac, json, startGateway } from "./gateway.mjs";

const SECRET = "merchant-secret-aXb7";
const API_KEY = "merchant-key-7f3a9b";

describe("a secret that is not set", () => {
  let gateway;
  before(async () => {
    gateway = await startGateway((_request, response) => json(response, 200, { data: [] }));
  });
  after(() => gateway.close());

  test("is asked for without echo, and signs the call", async () => {
    const { exit, screen } = await runOnTerminal(["call", "accounts.list"], {
      env: { CITRN_BASE_URL: gateway.baseUrl },
      keys: [
        [/CITRN_API_KEY \(not shown\): /, `${API_KEY}\r`],
        [/CITRN_SECRET \(not shown\): /, `${SECRET}\r`],
      ],
    });
    assert.equal(exit, 0, screen);
    assert.ok(!screen.includes(SECRET) && !screen.includes(API_KEY), screen);
    const { headers, body } = gateway.requests.at(-1);
    assert.equal(headers["x-process-key"], API_KEY);
    assert.equal(headers["x-process-signature"], hmac(SECRET, body));
  });

  for (const [what, key] of [
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
    ["Return", "\r"],
  ]) {
    test(`is missing after ${what}`, async () => {
      const keys = [[/CITRN_SECRET \(not shown\): /, key]];
      const { exit, screen } = await runOnTerminal(["sign", "/dev/null"], { keys });
      assert.equal(exit, 3);
      assert.match(screen, /CITRN_SECRET is not set: .*\r\nCITRN_SECRET \(not shown\): \r\nCITRN_SECRET is missing\./s);
    });
  }

  test("is not asked for without a terminal", async () => {
    const { exit, stderr } = await runCitrn(["sign"], { input: "secret\n" });
    assert.equal(exit, 3);
    assert.match(stderr, /^CITRN_SECRET is not set: set it in the environment, or in a file/);
  });
});

describe("colours", () => {
  let shop, args;
  before(async () => {
    shop = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => shop.once("listening", resolve));
    args = ["trigger", "deposit.confirmed", "--to", `http://127.0.0.1:${shop.address().port}/`];
  });
  after(() => shop.close());
  const green = "\u001b[32m";

  test("are on a terminal, unless NO_COLOR is set or it has none", async () => {
    const env = { CITRN_SECRET: SECRET };
    assert.ok((await runOnTerminal(args, { env })).screen.includes(green));
    for (const more of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const { exit, screen } = await runOnTerminal(args, { env: { ...env, ...more } });
      assert.equal(exit, 0);
      assert.ok(!screen.includes("\u001b["), JSON.stringify(screen));
    }
  });

  test("are not in a pipe", async () => {
    const { exit, stdout } = await runCitrn(args, { env: { CITRN_SECRET: SECRET } });
    assert.equal(exit, 0);
    assert.ok(!stdout.includes("\u001b["));
  });
});
