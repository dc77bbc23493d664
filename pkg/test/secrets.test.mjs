// Secrets are never printed, and are refused in a web page.
import assert from "node:assert/strict";
import { Console } from "node:console";
import { createContext, runInContext } from "node:vm";
import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { describe, test } from "node:test";
import { format, inspect } from "node:util";
import { Citrn } from "citrn";
import { fetchOf } from "./gateway.mjs";

const SECRETS = ["hush-one", "hush-two", "hush-three"];
const citrn = new Citrn({
  apiKey: "key",
  secret: SECRETS[0],
  callbackSecrets: SECRETS.slice(1),
  fetch: fetchOf(() => ({ body: {} })).fetch,
});

function assertSecretless(text) {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), text);
}

test("a client prints no secret, in any form", () => {
  const chunks = [];
  const printer = new Console(
    new Writable({
      write: (chunk, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    }),
  );
  printer.log(citrn, [citrn], { citrn });
  printer.dir(citrn, { showHidden: true, depth: null });
  printer.table(citrn);
  assertSecretless(chunks.join(""));
  assertSecretless(inspect(citrn, { showHidden: true, depth: null, getters: true }));
  assertSecretless(inspect(citrn.callbacks, { showHidden: true, depth: null }));
  assertSecretless(format("%s %o %O %j", citrn, citrn, citrn, citrn));
  assertSecretless(JSON.stringify(citrn));
  assertSecretless(String(citrn));
  assertSecretless(JSON.stringify(Object.getOwnPropertyDescriptors(citrn)));
});

test("messages about invalid settings do not contain the values", () => {
  for (const settings of [
    { apiKey: "key", secret: { text: SECRETS[0] } },
    { secret: SECRETS[0], signer: SECRETS[1] },
    { callbackSecrets: { a: SECRETS[0] } },
    { callbackSecrets: [SECRETS[0], 5] },
    { apiKey: `${SECRETS[0]} ` },
    { baseUrl: `http://user:${SECRETS[0]}@127.0.0.1/` },
    { timeoutMs: SECRETS[0] },
    { fetch: SECRETS[0] },
  ]) {
    assert.throws(
      () => new Citrn(settings),
      (error) => {
        assertSecretless(error.message + JSON.stringify(error) + inspect(error));
        return true;
      },
    );
  }
});

describe("a gateway that echoes the request", () => {
  const SECRET = "S3/cr\"et+Key<&'\u00e9>9";
  const answering = (body, settings = {}) =>
    new Citrn({
      apiKey: "key",
      secret: SECRET,
      maxRetries: 0,
      fetch: fetchOf((_url, init) => ({ status: 400, body: typeof body === "function" ? body(init) : body })).fetch,
      ...settings,
    });
  const held = async (citrn) => {
    const error = await citrn.balances.list().then(
      () => assert.fail("it succeeded"),
      (error) => error,
    );
    return { error, text: `${error.message} ${error.code} ${error.field} ${error.raw} ${inspect(error)}` };
  };
  const FORMS = {
    "in plain text": (text) => text,
    "in JSON": (text) => JSON.stringify(text).slice(1, -1),
    "as PHP escapes it": (text) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    "in HTML": (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
    "in HTML whose last semicolon is missing": (text) => [...text].map((c) => `&#${c.charCodeAt(0)}`).join(";"),
    "in a URL": encodeURIComponent,
    "in base64": (text) => Buffer.from(text).toString("base64"),
    "in base64 after other text": (text) => Buffer.from(`k:${text}`).toString("base64url"),
    "in hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  };

  for (const [what, form] of Object.entries(FORMS)) {
    test(`reveals no secret ${what}`, async () => {
      const written = form(SECRET);
      for (const body of [
        { message: `signed with ${written}` },
        { error_code: written },
        `{"message":"${written.replaceAll('"', "'")}"}`,
        `<p>${written}</p>`,
      ]) {
        const { text } = await held(answering(body));
        assert.ok(!text.includes(written.slice(4, -4)) && !text.includes(SECRET), text);
      }
    });
  }

  test("reveals no signature in either case", async () => {
    for (const change of ["toUpperCase", "toLowerCase"]) {
      let signature;
      const { text } = await held(
        answering(({ headers }) => ({ message: (signature = headers["X-Process-Signature"])[change]() })),
      );
      assert.ok(!text.toLowerCase().includes(signature), text);
    }
  });

  test("reveals no signature in base64", async () => {
    for (const before of ["", "x", "xy"]) {
      const echo = (hex) => Buffer.concat([Buffer.from(before), Buffer.from(hex, "hex")]).toString("base64");
      let written;
      const { text } = await held(
        answering(({ headers }) => ({ message: (written = echo(headers["X-Process-Signature"])) })),
      );
      assert.ok(!text.includes(written.slice(8, 60)), text);
    }
  });

  test("reveals no secret of callbacks", async () => {
    const { text } = await held(
      answering({ message: "under previous-secret-5" }, { callbackSecrets: "previous-secret-5" }),
    );
    assert.ok(!text.includes("previous-secret-5") && text.includes("[redacted]"), text);
  });

  test("does not cause redaction in the client's own text, whatever the secret is", async () => {
    for (const secret of ["key", "secret", "test", "the"]) {
      const citrn = new Citrn({ apiKey: "k", secret, fetch: fetchOf(() => ({ status: 403, body: {} })).fetch });
      const { error } = await held(citrn);
      assert.match(error.message, /Check the API key and the secret\.$/);
    }
  });
});

test("changing the settings object afterwards has no effect", async () => {
  const { fetch, calls } = fetchOf(() => ({ body: { data: [] } }));
  const settings = { apiKey: "key", secret: "first", fetch };
  const client = new Citrn(settings);
  settings.apiKey = "other";
  settings.secret = "second";
  await client.balances.list();
  assert.equal(calls[0].init.headers["X-Process-Key"], "key");
});

/** Runs the CommonJS bundle with the given globals. */
function loadIn(surroundings) {
  const file = new URL("../dist/citrn.cjs", import.meta.url);
  const context = createContext({
    WebAssembly,
    TextDecoder,
    TextEncoder,
    Uint8Array,
    atob,
    URL,
    AbortController,
    ...surroundings,
  });
  const module = { exports: {} };
  runInContext(`(function (module, exports) {${readFileSync(file, "utf8")}\n})`, context)(module, module.exports);
  return module.exports;
}

describe("in a web page", () => {
  const browser = { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0" };
  const pages = {
    "a page": { window: { document: {} }, document: {}, navigator: browser },
    "a page with a bundler's process": {
      window: { document: {} },
      navigator: browser,
      process: { env: {}, versions: {} },
    },
    "a worker of a page": { importScripts() {}, navigator: browser },
    "Electron's page": {
      window: { document: {} },
      navigator: browser,
      process: { type: "renderer", versions: { node: "22" } },
    },
  };
  for (const [what, surroundings] of Object.entries(pages)) {
    test(`${what} may not have a secret`, () => {
      const { Citrn } = loadIn(surroundings);
      for (const settings of [{ apiKey: "k", secret: "hush" }, { callbackSecrets: "hush" }]) {
        assert.throws(
          () => new Citrn(settings),
          (error) => {
            assert.equal(error.name, "CitrnConfigurationError");
            assert.match(error.message, /web page.*signer.*dangerouslyAllowBrowser/s);
            return true;
          },
        );
        new Citrn({ ...settings, dangerouslyAllowBrowser: true });
      }
      new Citrn();
      new Citrn({ apiKey: "k", signer: async () => "" });
    });
  }

  const servers = {
    "Node under jsdom": { window: { document: {} }, navigator: browser, process: { versions: { node: "22.0.0" } } },
    Workers: { navigator: { userAgent: "Cloudflare-Workers" } },
    "a Deno worker": { importScripts() {}, navigator: { userAgent: "Deno/2.9" } },
    "an edge runtime": { navigator: undefined },
  };
  for (const [what, surroundings] of Object.entries(servers)) {
    test(`${what} may have a secret`, () => {
      const { Citrn } = loadIn(surroundings);
      assert.equal(typeof new Citrn({ apiKey: "k", secret: "hush" }).payments.create, "function");
    });
  }
});
