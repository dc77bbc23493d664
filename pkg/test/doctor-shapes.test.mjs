// `citrn doctor` and answers of any shape: another server may be at the URL, or a Worker of another version.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { internals } from "./internals.mjs";
import { seeded } from "./seeded.mjs";

const TOKEN = "doctor-token-of-at-least-32-characters";
const WEBHOOK = "https://shop.example/webhooks";

/** Answers as JSON texts, so that they can have members such as `__proto__`. */
const CHECKS = [
  { name: "settings", ok: true, code: "advice", detail: "About settings.", return_origins: ["https://shop.example"] },
  { name: "gateway", ok: false, code: "unreachable", detail: "About the gateway." },
  { name: "deliveries", ok: true, webhook_url: WEBHOOK },
];
const problem = (code, more = {}) => ({ status: 503, code, detail: "A detail.", request_id: "r-1", ...more });
const HEALTHY = {
  "/healthz": { status: 200, body: { status: "alive", time: "2026-11-26T09:30:00.000Z" } },
  "/callbacks": { status: 401, body: problem("invalid_signature") },
  "/readyz": { status: 503, body: problem("not_ready", { checks: CHECKS }) },
};
const READY = { "/readyz": { status: 200, body: { status: "ready", checks: CHECKS } } };

/** Any JSON: each is put in the place of each value of an answer. */
const VALUES = [
  ...["null", "true", "false", "0", "-1", "1e400", '""', '"x"', '"\\u001b[2J\\n"', "[]", "{}", "[null]", "[[[]]]"],
  ...['{"toString":null}', '{"__proto__":null}', '{"length":-1}', '["https://shop.example",7]', '[{"name":{}}]'],
  ...['"constructor"', '"__proto__"', '"data:text/plain,x"', '"https://user:hush@shop.example/"', '"//"'],
  '[{"name":"deliveries","ok":true,"webhook_url":{}}]',
  '[{"name":"settings","ok":true,"return_origins":{"length":1}}]',
  `"${"x".repeat(10_000)}"`,
  "[".repeat(500) + "]".repeat(500),
];

/** The paths to all values in JSON, the whole first. */
function pathsIn(value, path = []) {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...members.flatMap(([name, member]) => pathsIn(member, [...path, name]))];
}

/** Returns the JSON text of a value in which the values at some paths are others' texts. */
function replaced(value, changes, path = []) {
  const change = changes.find((change) => change.path.join("/") === path.join("/"));
  if (change) return change.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => [name, replaced(member, changes, [...path, name])]);
  if (Array.isArray(value)) return `[${members.map(([, text]) => text)}]`;
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`)}}`;
}

describe("an answer of any shape gives lines, and no crash", () => {
  let examine;
  const real = globalThis.fetch;
  before(async () => {
    ({ examine } = await internals("src/cli/doctor/run.ts"));
  });
  after(() => {
    globalThis.fetch = real;
  });

  /** Examines a Worker that answers like this, by path; without a token if it is null. */
  async function report(answers, token = TOKEN) {
    const posted = [];
    globalThis.fetch = (url) => {
      posted.push(String(url));
      const { pathname, host } = new URL(url);
      if (host !== "pay.shop.example") return Promise.resolve(new Response("", { status: 401 }));
      const { status, text } = answers[pathname];
      const type = status === 200 ? "application/json" : "application/problem+json";
      return Promise.resolve(new Response(text, { status, headers: { "content-type": type } }));
    };
    const examination = { url: new URL("https://pay.shop.example"), token: token ?? undefined, shopOrigin: undefined };
    const { report: lines } = await examine(examination, false);
    const { report: json } = await examine(examination, true);
    return { lines: lines.split("\n"), ...JSON.parse(json), posted };
  }

  function check({ lines, findings, posted }, what) {
    assert.ok(findings.length > 0, what);
    for (const [at, { check, result, detail, remedy }] of findings.entries()) {
      assert.match(check, /^[\w-]+$/, what);
      assert.ok(["passed", "warning", "failed", "not checked"].includes(result), what);
      assert.ok(typeof detail === "string" && detail !== "" && !detail.includes("undefined"), `${detail}: ${what}`);
      assert.ok(["string", "undefined"].includes(typeof remedy), what);
      assert.match(lines[at], /^(passed|warning|FAILED|not checked) +[\w-]+ +\P{Cc}+$/u, what);
    }
    assert.match(lines[findings.length + 1], /^\d+ passed, \d+ failed, \d+ with a warning, \d+ not checked\.$/, what);
    assert.ok(
      posted.every((url) => /^https:\/\/(?:pay\.)?shop\.example\/\w+$/.test(url)),
      `${posted}: ${what}`,
    );
  }

  const texts = (answers, path = undefined, changes = []) =>
    Object.fromEntries(
      Object.entries(answers).map(([at, { status, body }]) => [
        at,
        { status, text: replaced(body, at === path ? changes : []) },
      ]),
    );

  for (const [name, answers, path] of [
    ["/healthz", HEALTHY, "/healthz"],
    ["/callbacks", HEALTHY, "/callbacks"],
    ["/readyz with a failed check", HEALTHY, "/readyz"],
    ["/readyz of a healthy Worker", { ...HEALTHY, ...READY }, "/readyz"],
  ]) {
    test(`${name}: any value in the place of any other`, async () => {
      for (const at of pathsIn(answers[path].body)) {
        for (const text of VALUES) {
          const what = `${path} ${at.join(".")} = ${text.slice(0, 60)}`;
          check(await report(texts(answers, path, [{ path: at, text }])), what);
        }
      }
    });
  }

  test("/readyz: two and three values at random", async () => {
    const { below } = seeded(25);
    const answers = { ...HEALTHY, ...READY };
    const paths = pathsIn(answers["/readyz"].body);
    for (let turn = 0; turn < 500; turn++) {
      const changes = Array.from({ length: 2 + below(2) }, () => ({
        path: paths[below(paths.length)],
        text: VALUES[below(VALUES.length)],
      }));
      check(await report(texts(answers, "/readyz", changes), below(2) ? TOKEN : null), JSON.stringify(changes));
    }
  });

  test("a malformed setting of a check is not shown, and its check says so", async () => {
    for (const text of ["{}", '["https://shop.example",7]', '"https://shop.example"', "7"]) {
      const changes = [{ path: ["checks", "0", "return_origins"], text }];
      const { findings } = await report(texts({ ...HEALTHY, ...READY }, "/readyz", changes));
      const { result, detail } = findings.find(({ check }) => check === "return_origins");
      assert.deepEqual([result, detail], ["not checked", "The Worker shows no valid ALLOWED_RETURN_ORIGINS."]);
    }
    for (const text of [
      '"//"',
      '"data:text/plain,x"',
      '"https://user@shop.example/"',
      '"https://:hush@shop.example/"',
    ]) {
      const changes = [{ path: ["checks", "2", "webhook_url"], text }];
      const { findings, lines } = await report(texts({ ...HEALTHY, ...READY }, "/readyz", changes));
      assert.ok(!lines.join().includes("hush"));
      const { result, detail } = findings.find(({ check }) => check === "webhook");
      assert.deepEqual([result, detail], ["not checked", "The Worker shows no valid MERCHANT_WEBHOOK_URL."]);
    }
  });

  test("one malformed check makes the answer another server's", async () => {
    const changes = [{ path: ["checks", "1"], text: "{}" }];
    const { findings } = await report(texts({ ...HEALTHY, ...READY }, "/readyz", changes));
    const { result, detail } = findings.find(({ check }) => check === "readyz");
    assert.deepEqual([result, detail], ["failed", "Another server than the Worker answered: status 200."]);
  });

  test("without a token, the remedy is in one line, and in each finding of the JSON", async () => {
    const checks = { status: 200, body: { checks: [{ name: "settings", ok: true }, CHECKS[1]] } };
    const { lines, findings } = await report(texts({ ...HEALTHY, "/readyz": checks }), null);
    const left = findings.filter(({ detail }) => detail === "Needs a token.");
    assert.deepEqual(
      left.map(({ check }) => check),
      ["deliveries", "callbacks", "checkout", "return_origins", "webhook"],
    );
    assert.ok(left.every(({ remedy }) => remedy.startsWith("Set CITRN_WORKER_TOKEN")));
    assert.equal(lines.filter((line) => line.includes("CITRN_WORKER_TOKEN")).length, 1, lines.join("\n"));
  });
});
