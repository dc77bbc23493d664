// `citrn doctor` against servers that answer like a Worker, or like what may be in its place.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { CHALLENGE, examine, problem, serveWorker, TOKEN, withResult } from "./doctor.mjs";

/** Examines a Worker with other answers. */
async function examineWith(answers, { args = [], token = undefined, at = (url) => url, ...options } = {}) {
  const worker = await serveWorker(answers);
  try {
    const env = token === undefined ? {} : { CITRN_WORKER_TOKEN: token };
    const result = await examine([at(worker.url), ...args], { env, secrets: worker.signatures, ...options });
    return { ...result, requests: worker.requests, url: worker.url };
  } finally {
    await worker.close();
  }
}

const page = (status, headers = {}) => ({
  status,
  headers: { "content-type": "text/html", ...headers },
  body: "<!doctype html><title>Welcome</title>",
});

describe("a healthy Worker", () => {
  test("passes without a token, which leaves some checks out", async () => {
    const { exit, checks, requests } = await examineWith({});
    assert.equal(exit, 0);
    assert.deepEqual(withResult(checks, "not checked"), [
      "tls",
      "deliveries",
      "callbacks",
      "checkout",
      "return_origins",
      "webhook",
    ]);
    assert.match(checks.deliveries.remedy, /CITRN_WORKER_TOKEN/);
    assert.ok(requests.every(({ headers }) => headers.authorization === undefined));
  });

  test("shows the origins to a token, and compares the shop's with them", async () => {
    const { exit, checks } = await examineWith({}, { token: TOKEN, args: ["--origin", "https://shop.example/thanks"] });
    assert.deepEqual([exit, checks.token.result, checks.return_origins.result], [0, "passed", "passed"]);
    const other = await examineWith({}, { token: TOKEN, args: ["--origin", "https://shpo.example"] });
    assert.equal(other.exit, 1);
    assert.deepEqual(withResult(other.checks, "failed"), ["return_origins"]);
    assert.match(
      other.checks.return_origins.detail,
      /does not list https:\/\/shpo\.example.* lists https:\/\/shop\.ex/,
    );
  });

  test("receives one callback without a signature and one with a wrong one", async () => {
    const { requests } = await examineWith({});
    const callbacks = requests.filter(({ path }) => path === "/callbacks");
    const signatures = callbacks.map(({ headers }) => headers["x-process-signature"]);
    // The command ran twice.
    assert.deepEqual(
      signatures.map((signature) => /^[0-9a-f]{128}$/.test(signature ?? "")),
      [false, true, false, true],
    );
  });
});

describe("another server than the Worker", () => {
  test("a bot protection that challenges every request is named", async () => {
    const { exit, checks, requests } = await examineWith({ "*": () => CHALLENGE }, { token: TOKEN });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["reachable"]);
    assert.match(checks.reachable.detail, /bot protection challenged/);
    assert.match(checks.reachable.remedy, /Bot Fight Mode.*#2-let-the-callbacks-through/);
    assert.ok(requests.every(({ headers }) => headers.authorization === undefined));
  });

  test("a bot protection that challenges only callbacks is named", async () => {
    const { exit, checks } = await examineWith({ "/callbacks": () => CHALLENGE });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["callbacks_unsigned", "callbacks_forged"]);
    assert.match(checks.callbacks_forged.detail, /bot protection challenged/);
  });

  test("a page of Cloudflare that blocks callbacks is named", async () => {
    const { checks } = await examineWith({ "/callbacks": () => page(403, { server: "cloudflare" }) });
    assert.match(checks.callbacks_unsigned.detail, /Cloudflare answered with a page of its own \(status 403\)/);
  });

  test("a path in the URL is named, with the right URL", async () => {
    const { exit, checks, url } = await examineWith({}, { at: (url) => `${url}/callbacks` });
    assert.equal(exit, 1);
    assert.match(checks.reachable.detail, /not at \/callbacks, but at the root/);
    assert.equal(checks.reachable.remedy, `Give ${url}.`);
  });

  test("a path that another server answers is named, with the right URL", async () => {
    const answers = { "/shop/healthz": () => page(404) };
    const { checks, url } = await examineWith(answers, { at: (url) => `${url}/shop/` });
    assert.equal(checks.reachable.remedy, `Give ${url}.`);
  });

  for (const [name, answer, expected] of [
    ["a web page", page(200), /Another server.*status 200, with a web page/],
    ["a missing page", page(404), /Another server.*status 404/],
    ["a redirect", { ...page(302), headers: { location: "https://login.example/" } }, /redirect \(status 302\)/],
    ["other JSON", { body: { status: "ok" } }, /Another server.*status 200/],
  ]) {
    test(`${name} is not taken for the Worker`, async () => {
      const { exit, checks } = await examineWith({ "*": () => answer });
      assert.deepEqual([exit, checks.reachable.result], [1, "failed"]);
      assert.match(checks.reachable.detail, expected);
    });
  }

  test("one that accepts an invalid signature fails", async () => {
    const { checks } = await examineWith({ "/callbacks": () => ({ body: { code: 0 } }) });
    assert.match(checks.callbacks_unsigned.detail, /invalid signature was accepted with 200/);
  });

  test("nothing at all is told apart by its reason", async () => {
    const { url, close } = await serveWorker();
    await close();
    const refused = await examine([url]);
    assert.equal(refused.exit, 1);
    assert.match(refused.checks.reachable.detail, /^Nothing listens at 127\.0\.0\.1/);
    const unknown = await examine(["https://worker.invalid"]);
    assert.match(unknown.checks.reachable.detail, /worker\.invalid has no address/);
  });
});

test("callbacks are not checked if the Worker has too many requests", async () => {
  const { exit, checks } = await examineWith({ "/callbacks": () => problem(429, "too_many_requests") });
  assert.deepEqual([exit, checks.callbacks_forged.result], [0, "not checked"]);
  assert.match(checks.callbacks_forged.detail, /Run doctor again later/);
});

describe("the clock", () => {
  for (const [minutes, direction] of [
    [10, "behind"],
    [3, "behind"],
    [-3, "ahead of"],
  ]) {
    test(`${Math.abs(minutes)} minutes ${direction} this machine's fails`, async () => {
      const { exit, checks } = await examineWith({}, { ahead: minutes * 60_000 });
      assert.equal(exit, 1);
      assert.deepEqual(withResult(checks, "failed"), ["clock"]);
      assert.equal(
        checks.clock.detail,
        `The Worker's clock is ${Math.abs(minutes)} minutes ${direction} this machine's.`,
      );
    });
  }

  test("that an older Worker does not show is not checked", async () => {
    const { checks } = await examineWith({ "/healthz": () => ({ body: { status: "alive" } }) });
    assert.equal(checks.clock.result, "not checked");
  });
});

describe("/readyz", () => {
  test("a refused token is named, and the other checks continue without it", async () => {
    const answer = ({ headers }) =>
      headers.authorization
        ? problem(401, "token_unknown", { detail: `No ${headers.authorization}` })
        : { body: { status: "ready", checks: [{ name: "settings", ok: true }] } };
    const { exit, checks } = await examineWith({ "/readyz": answer }, { token: TOKEN });
    assert.equal(exit, 1);
    assert.deepEqual(withResult(checks, "failed"), ["token"]);
    assert.equal(checks.settings.result, "passed");
  });

  test("key and secret are not suspected while the gateway does not answer", async () => {
    const down = { ok: false, code: "gateway_unreachable", detail: "No gateway." };
    const remedyWith = async (gateway) => {
      const checks = [
        { name: "gateway", ...gateway },
        { name: "credentials", ...down },
      ];
      const result = await examineWith({ "/readyz": () => problem(503, "not_ready", { checks }) });
      return result.checks.credentials.remedy;
    };
    assert.match(await remedyWith(down), /^Check CITRN_BASE_URL/);
    assert.match(await remedyWith({ ok: true }), /current key and secret/);
  });

  test("a token that a server repeats is redacted", async () => {
    const detail = `Bearer ${TOKEN} is fine.`;
    const checks = [{ name: "settings", ok: false, code: "invalid_configuration", detail }];
    const result = await examineWith({ "/readyz": () => problem(503, "not_ready", { checks }) }, { token: TOKEN });
    assert.match(result.checks.settings.detail, /^Bearer \[redacted\] is fine\.$/);
  });

  test("a first check that is still running is waited for", async () => {
    let asked = 0;
    const pending = () =>
      ++asked % 2 === 1 ? problem(503, "checking") : { body: { checks: [{ name: "x", ok: true }] } };
    const { exit, checks } = await examineWith({ "/readyz": pending });
    assert.deepEqual([exit, checks.x.result], [0, "passed"]);
  });

  test("a code of a check that passed is a warning, on one line without control characters", async () => {
    const silent = { name: "callbacks", ok: true, code: "silent", detail: "Nothing\ncame\u001b[2J." };
    const { exit, checks, lines } = await examineWith({ "/readyz": () => ({ body: { checks: [silent] } }) });
    assert.deepEqual([exit, checks.callbacks.result], [0, "warning"]);
    assert.ok(lines.some((line) => line.includes("Nothing\\u{a}came\\u{1b}[2J.")));
  });

  test("control and format characters are escaped in JSON too", async () => {
    const check = { name: "gateway", ok: false, code: "x", detail: "\u009b31m\u202e" };
    const { stdout, checks } = await examineWith({ "/readyz": () => ({ body: { checks: [check] } }) });
    assert.equal(checks.gateway.detail, check.detail);
    assert.doesNotMatch(stdout, /[^\n\P{Cc}]|\p{Cf}/u);
  });
});

describe("the shop's endpoint", () => {
  for (const [what, answer, result, expected] of [
    ["refuses", { status: 401, headers: {}, body: "invalid signature" }, "passed", /refused an invalid signature/],
    ["refuses with a web page", page(403), "warning", /403 and a web page.* firewall or a login/],
    ["does not exist", page(404), "failed", /no endpoint for deliveries/],
    ["fails", { status: 500, headers: {}, body: "" }, "failed", /failed with 500/],
    ["accepts", { status: 204, headers: {}, body: "" }, "failed", /accepted an invalid signature with 204/],
    ["redirects", { ...page(302), headers: { location: "https://login.example/" } }, "failed", /redirect/],
    ["is challenged", CHALLENGE, "failed", /bot protection challenged/],
  ]) {
    test(`that ${what}: ${result}`, async () => {
      const shop = await serveWorker({ "/hook?key=hush": () => answer });
      const deliveries = { name: "deliveries", ok: true, webhook_url: `${shop.url}/hook?key=hush` };
      const readyz = () => ({ body: { checks: [deliveries] } });
      const { checks, stdout } = await examineWith({ "/readyz": readyz }, { token: TOKEN, secrets: shop.signatures });
      await shop.close();
      assert.equal(checks.webhook.result, result);
      assert.match(checks.webhook.detail, expected);
      assert.ok(!stdout.includes("hush"), stdout);
    });
  }
});

describe("the connection", () => {
  test("a URL of this machine may be without a scheme", async () => {
    const { exit, checks } = await examineWith({}, { at: (url) => url.replace("http://", "") });
    assert.deepEqual([exit, checks.reachable.result], [0, "passed"]);
  });

  test("plain http to another machine is refused before a request", async () => {
    const { exit, checks } = await examine(["http://pay.shop.example"]);
    assert.deepEqual([exit, Object.keys(checks), checks.tls.result], [1, ["tls"], "failed"]);
  });

  test("a certificate is checked", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "citrn-tls-"));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(directory, name));
    const request = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", [...request, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
    const worker = await serveWorker({}, { key: readFileSync(key), cert: readFileSync(cert) });
    try {
      const unknown = await examine([worker.url]);
      assert.deepEqual([unknown.exit, Object.keys(unknown.checks)], [1, ["tls"]]);
      assert.match(unknown.checks.tls.detail, /^No TLS connection to localhost: \w*SELF_SIGNED_CERT\.$/);
      const trusted = await examine([worker.url], { env: { NODE_EXTRA_CA_CERTS: cert } });
      assert.deepEqual([trusted.exit, trusted.checks.tls.result], [0, "passed"]);
      const plain = await examine([worker.url.replace("https", "http")]);
      assert.equal(plain.checks.reachable.result, "failed");
    } finally {
      await worker.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the command line", () => {
  for (const args of [
    [],
    ["pay.shop.example"],
    ["https://user:hush@pay.shop.example"],
    ["https://pay.example?x=hush"],
  ]) {
    test(`refuses ${args.length === 0 ? "a missing URL" : "an invalid one"}`, async () => {
      const { exit, stderr } = await examine(args);
      assert.equal(exit, 2);
      assert.match(stderr, /URL .*See citrn doctor --help/);
      assert.doesNotMatch(stderr, /hush/);
    });
  }

  test("refuses a token that no header can have", async () => {
    const { exit, stderr } = await examine(["https://pay.shop.example"], { env: { CITRN_WORKER_TOKEN: "two words" } });
    assert.equal(exit, 3);
    assert.match(stderr, /CITRN_WORKER_TOKEN must be visible ASCII/);
  });
});
