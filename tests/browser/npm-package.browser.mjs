// The npm package in a web page: from the packed tarball, through an import map and bundled.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as forward } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { inRoot } from "../../scripts/root.mjs";
import { ADDRESSES, sandboxFor, sign } from "../sandbox/gateway.mjs";
import { html, openAt, siteFor } from "./chromium.mjs";

/** A strict policy, except for the needs of WebAssembly. */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; connect-src *; worker-src 'self'; img-src data:";
let directory;
/** @type {Map<string, string>} */
const scripts = new Map();

before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "citrn-browser-"));
  const options = { cwd: inRoot("pkg"), encoding: /** @type {const} */ ("utf8"), shell: process.platform === "win32" };
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", "--pack-destination", directory], options));
  execFileSync("tar", ["-xzf", packed.filename], { cwd: directory });
  const unpacked = path.join(directory, "package");
  const { exports } = JSON.parse(readFileSync(path.join(unpacked, "package.json"), "utf8"));
  scripts.set("/module.js", readFileSync(path.join(unpacked, exports["."].import.default), "utf8"));
  const { outputFiles } = await build({
    stdin: { contents: 'export { Citrn, CitrnError } from "citrn";', resolveDir: directory },
    alias: { citrn: unpacked },
    bundle: true,
    format: "esm",
    minify: true,
    platform: "browser",
    write: false,
  });
  scripts.set("/bundle.js", outputFiles[0].text);
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** Forwards a request to the sandbox, as a page's server would. */
function proxy(sandbox, request, response) {
  const target = new URL(request.url.slice("/gateway".length), sandbox.url);
  const selected = Object.fromEntries(
    ["content-type", "content-length", "x-process-key", "x-process-signature"].map((name) => [
      name,
      request.headers[name],
    ]),
  );
  const headers = Object.fromEntries(Object.entries(selected).filter(([, value]) => value !== undefined));
  const outgoing = forward(target, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    // A reply that breaks off also breaks off for the page.
    pipeline(answer, response, (error) => error && response.destroy());
  });
  outgoing.on("error", () => response.destroy());
  request.pipe(outgoing);
}

/** Starts a site with the package as `citrn`, a proxy to the sandbox below /gateway, and a signer at /sign. */
async function shopFor(t, script = "/module.js") {
  const sandbox = await sandboxFor(t);
  const site = await siteFor(t, async (request, response) => {
    const file = scripts.get(request.url);
    if (file) return response.writeHead(200, { "content-type": "text/javascript" }).end(file);
    if (request.url.startsWith("/gateway/")) return proxy(sandbox, request, response);
    if (request.url === "/worker.js") {
      response.writeHead(200, { "content-type": "text/javascript" });
      return response.end(
        `import { Citrn } from "${script}"; onmessage = ({ data }) => { try { postMessage(new Citrn(data).callbacks.sign("{}")); } catch (error) { postMessage(error.toJSON()); } };`,
      );
    }
    if (request.url === "/sign") {
      const bytes = createHmac("sha512", sandbox.secret);
      for await (const chunk of request) bytes.update(chunk);
      return response.end(bytes.digest("hex"));
    }
    const imports = JSON.stringify({ imports: { citrn: script } });
    return html(response, `<script type=importmap>${imports}</script>`, { "content-security-policy": POLICY });
  });
  return { sandbox, site, settings: { apiKey: sandbox.apiKey, baseUrl: `${site}/gateway/api` } };
}

for (const [how, script] of [
  ["through an import map", "/module.js"],
  ["in a bundle", "/bundle.js"],
]) {
  test(`ping and rates work without a secret, and other calls report that they need one, ${how}`, async (t) => {
    const { site, settings } = await shopFor(t, script);
    const page = await openAt(t, site);
    const outcome = await page.evaluate(async (given) => {
      const { Citrn, CitrnError } = await import("citrn");
      const citrn = new Citrn(given);
      const refusal = await citrn.balances.list().catch((error) => error);
      return {
        ping: (await citrn.ping()).message,
        tickers: Object.keys((await citrn.rates.list()).data).length,
        refusal: { ...refusal.toJSON(), isCitrnError: refusal instanceof CitrnError },
      };
    }, settings);
    assert.equal(outcome.ping, "OK");
    assert.ok(outcome.tickers > 0);
    const { code, executed, isCitrnError } = outcome.refusal;
    assert.deepEqual({ code, executed, isCitrnError }, { code: "secret_required", executed: "no", isCitrnError: true });
  });

  test(`a signer on the merchant's server signs for the page, ${how}`, async (t) => {
    const { sandbox, site, settings } = await shopFor(t, script);
    const page = await openAt(t, site);
    const { address, redirect_url, refused } = await page.evaluate(
      async ([given, receiver]) => {
        const { Citrn } = await import("citrn");
        const signer = async (bytes) => (await fetch("/sign", { method: "POST", body: bytes })).text();
        const citrn = new Citrn({ ...given, signer });
        const { address } = await citrn.addresses.take({ foreign_id: "user-17", currency: "BTC" });
        const { redirect_url } = await citrn.payments.create({
          foreign_id: "user-17",
          coin_name: "USDTT",
          return_url: `${location.origin}/`,
        });
        const payout = { address: receiver, foreign_id: "payout-1", amount: "25", currency: "USDTT" };
        const refused = await citrn.withdrawals
          .create(payout)
          .catch((error) => ({ ...error.toJSON(), name: error.name }));
        return { address, redirect_url, refused };
      },
      /** @type {const} */ ([settings, ADDRESSES.tron]),
    );
    const [payment] = await sandbox.payments.list();
    assert.equal(redirect_url, `${sandbox.url}/pay/${payment.session_id}`);
    assert.match(address, /^(bc|tb)1/);
    assert.deepEqual(
      [refused.name, refused.code, refused.executed, refused.foreign_id],
      ["CitrnRefusalError", "balance_not_enough", "no", "payout-1"],
    );
  });

  test(`a secret is refused in a page and in its workers, unless dangerouslyAllowBrowser is set, ${how}`, async (t) => {
    const { sandbox, site, settings } = await shopFor(t, script);
    const page = await openAt(t, site);
    const outcome = await page.evaluate(
      async ([given, secret]) => {
        const { Citrn } = await import("citrn");
        const refusal = (options) => {
          try {
            new Citrn(options);
            return "accepted";
          } catch (error) {
            return error.toJSON();
          }
        };
        const inWorker = (options) =>
          new Promise((resolve, reject) => {
            const worker = new Worker("/worker.js", { type: "module" });
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.onmessage = ({ data }) => resolve(data);
            worker.postMessage(options);
          });
        return {
          page: refusal({ ...given, secret }),
          callbacks: refusal({ callbackSecrets: [secret] }),
          worker: await inWorker({ ...given, secret }),
          workerInDanger: await inWorker({ ...given, secret, dangerouslyAllowBrowser: true }),
          address: await new Citrn({ ...given, secret, dangerouslyAllowBrowser: true }).addresses.take({
            foreign_id: "user-17",
            currency: "BTC",
          }),
        };
      },
      /** @type {const} */ ([settings, sandbox.secret]),
    );
    for (const [where, field] of [
      ["page", "secret"],
      ["callbacks", "callbackSecrets"],
      ["worker", "secret"],
    ]) {
      const { code, executed, field: named, message } = outcome[where];
      assert.deepEqual([code, executed, named], ["invalid_configuration", "no", field], where);
      assert.match(message, /signer/);
      assert.ok(!message.includes(sandbox.secret));
    }
    assert.equal(outcome.workerInDanger["X-Process-Signature"], sign(sandbox.secret, "{}"));
    assert.match(outcome.address.address, /^(bc|tb)1/);
  });

  test(`a callback is verified in a page, ${how}`, async (t) => {
    const { site } = await shopFor(t, script);
    const page = await openAt(t, site);
    const body =
      '{"id":7,"type":"deposit","status":"confirmed","crypto_address":{"foreign_id":"user-17"},"currency_received":{"currency":"BTC","amount":1.10}}';
    const outcome = await page.evaluate(
      async ([text, signature]) => {
        const { Citrn } = await import("citrn");
        const { callbacks } = new Citrn({ callbackSecrets: ["new", "old"], dangerouslyAllowBrowser: true });
        const refusal = (raw, headers) => {
          try {
            return callbacks.verify(raw, headers);
          } catch (error) {
            return error.code;
          }
        };
        const headers = new Headers({ "X-Process-Signature": signature });
        return {
          text: callbacks.verify(text, headers).credit,
          bytes: callbacks.verify(new TextEncoder().encode(text), headers).credit,
          changed: refusal(text.replace("1.10", "9.10"), headers),
          unsigned: refusal(text, new Headers()),
        };
      },
      /** @type {const} */ ([body, sign("old", body)]),
    );
    const credit = { customerId: "user-17", currency: "BTC", amount: "1.10" };
    assert.deepEqual(outcome, {
      text: credit,
      bytes: credit,
      changed: "invalid_signature",
      unsigned: "invalid_signature",
    });
  });

  test(`failures of the connection have the right codes in a page too, ${how}`, async (t) => {
    const { sandbox, site, settings } = await shopFor(t, script);
    const page = await openAt(t, site);
    const failure = () =>
      page.evaluate(async (given) => {
        const { Citrn } = await import("citrn");
        const signer = async (bytes) => (await fetch("/sign", { method: "POST", body: bytes })).text();
        const citrn = new Citrn({ ...given, signer, maxRetries: 0, timeoutMs: 2_000 });
        const { code, executed, retryAfter } = await citrn.payments
          .create({ foreign_id: "user-17", coin_name: "USDTT", return_url: `${location.origin}/` })
          .catch((error) => error);
        return [code, executed, retryAfter];
      }, settings);
    for (const [fault, expected] of [
      [{ kind: "redirect" }, ["unexpected_redirect", "unknown", undefined]],
      [{ kind: "rate_limit", retry_after: "600" }, ["rate_limited", "no", 600]],
      [{ kind: "stall" }, ["timeout", "unknown", undefined]],
      // Not before the headers: Chromium then repeats a request on a reused connection, even a POST.
      [{ kind: "sever_during" }, ["network_error", "unknown", undefined]],
      [{ kind: "error_code", code: "coin_not_supported" }, ["coin_not_supported", "no", undefined]],
    ]) {
      await sandbox.faults.add({ endpoint: "payments/create-payment", ...fault });
      assert.deepEqual(await failure(), expected, fault.kind);
    }
  });
}

test("an abort ends a call in a page immediately", async (t) => {
  const { sandbox, site, settings } = await shopFor(t);
  await sandbox.faults.add({ endpoint: "ping", kind: "stall" });
  const page = await openAt(t, site);
  const [code, reason, ms] = await page.evaluate(async (given) => {
    const { Citrn } = await import("citrn");
    const controller = new AbortController();
    const since = performance.now();
    const call = new Citrn(given).ping({ signal: controller.signal }).catch((error) => error);
    setTimeout(() => controller.abort("enough"), 100);
    const error = await call;
    return [error.code, error.cause, performance.now() - since];
  }, settings);
  assert.deepEqual([code, reason], ["aborted", "enough"]);
  assert.ok(ms < 10_000, `${ms} ms`);
});

test("a page may call the sandbox's API across origins only if the settings list its origin", async (t) => {
  const { sandbox, site } = await shopFor(t);
  const page = await openAt(t, site);
  const attempt = () =>
    page.evaluate(
      async ([baseUrl, apiKey]) => {
        const { Citrn } = await import("citrn");
        const signer = async (bytes) => (await fetch("/sign", { method: "POST", body: bytes })).text();
        const citrn = new Citrn({ apiKey, signer, baseUrl, maxRetries: 0 });
        const { message, code } = await citrn.ping().catch((error) => error);
        const call = { foreign_id: "user-17", coin_name: "USDTT", return_url: `${location.origin}/` };
        const created = await citrn.payments.create(call).catch((error) => error);
        return { ping: code ?? message, created: created.code ?? created.redirect_url, retryAfter: created.retryAfter };
      },
      /** @type {const} */ ([sandbox.baseUrl, sandbox.apiKey]),
    );
  assert.deepEqual(await attempt(), { ping: "network_error", created: "network_error", retryAfter: undefined });
  assert.deepEqual(await sandbox.payments.list(), [], "the browser's preflight was refused");
  await sandbox.settings.set({ allowed_origins: [site] });
  const { ping, created } = await attempt();
  const [{ session_id }] = await sandbox.payments.list();
  assert.deepEqual([ping, created], ["OK", `${sandbox.url}/pay/${session_id}`]);
  await sandbox.faults.add({ endpoint: "payments/create-payment", kind: "rate_limit", retry_after: "600" });
  assert.deepEqual(await attempt(), { ping: "OK", created: "rate_limited", retryAfter: 600 });
  await assert.rejects(sandbox.settings.set({ allowed_origins: [`${site}/`] }), /allowed_origins/);
});

test("a web page cannot use the sandbox's control API, even if it may call the gateway's API", async (t) => {
  const { sandbox, site } = await shopFor(t);
  await sandbox.settings.set({ allowed_origins: ["*"] });
  const before = [await sandbox.faults.list(), await sandbox.settings.get()];
  const page = await openAt(t, site);
  const outcomes = await page.evaluate(async (url) => {
    const fault = JSON.stringify({ kind: "server_error", times: 100 });
    const tries = ["application/json", "text/plain"].flatMap((type) =>
      ["cors", "no-cors"].map((mode) =>
        fetch(`${url}/_sandbox/faults`, { method: "POST", mode, headers: { "content-type": type }, body: fault }),
      ),
    );
    const read = fetch(`${url}/_sandbox/settings`);
    const settled = await Promise.allSettled([...tries, read]);
    return settled.map(({ status, value }) => (status === "rejected" ? status : value.type));
  }, sandbox.url);
  assert.deepEqual(
    outcomes.filter((outcome) => outcome !== "rejected" && outcome !== "opaque"),
    [],
    "no response is readable",
  );
  assert.deepEqual([await sandbox.faults.list(), await sandbox.settings.get()], before);
});
