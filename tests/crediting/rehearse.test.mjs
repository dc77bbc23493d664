// `citrn rehearse` against the samples of docs/callbacks.md and docs/crediting.md: as they are they pass, and each
// mutant of them fails the scenario that is about its bug.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { rehearseShop, SECRET } from "../../pkg/test/rehearsal.mjs";
import { project, replaceOnce, samplesOf } from "./samples.mjs";

const samples = samplesOf("docs/callbacks.md");
const recipes = samplesOf("docs/crediting.md");
const sqlite = /** @type {string} */ (recipes.get("sqlite"));
const callbacks = /** @type {string} */ (samples.get("callbacks"));
const javascript = (/** @type {string} */ text) => transformSync(text, { loader: "ts", format: "esm" }).code;

before(() => mock.method(console, "error", () => {}));
after(() => mock.restoreAll());

/**
 * Makes a shop of the samples.
 * @param {{ crediting?: string, handler?: string }} mutant
 */
async function shopOf({ crediting = sqlite, handler = callbacks }) {
  const { directory, remove } = project({ "crediting.js": javascript(crediting), "callbacks.js": javascript(handler) });
  const file = path.join(directory, "shop.db");
  const database = new DatabaseSync(file);
  database.exec(/** @type {string} */ (recipes.get("sqlite-schema")));
  process.env.DATABASE_FILE = file;
  process.env.CITRN_SECRET = SECRET;
  const { handle } = await import(pathToFileURL(path.join(directory, "callbacks.js")).href);
  return {
    credits: () => database.prepare("select customer_id, currency, amount from credits").all(),
    async handle(/** @type {Buffer} */ body, /** @type {Record<string, string>} */ headers) {
      const response = await handle(new Request("http://shop.example/", { method: "POST", headers, body }));
      return response.status;
    },
    close() {
      database.close();
      remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Rehearses a mutant. @param {Parameters<typeof shopOf>[0]} mutant @param {object} [settings] */
async function rehearse(mutant, settings) {
  const { close, ...shop } = await shopOf(mutant);
  try {
    return await rehearseShop(shop, settings);
  } finally {
    close();
  }
}

test("the samples pass unchanged", async () => {
  const { failed, strangers } = await rehearse({});
  assert.deepEqual(failed, {});
  assert.deepEqual(strangers, []);
});

/** The shop's code that the sample of the package's README imports. */
const SHOP = `
const keys = new Set();
export const credits = [];
export async function creditOnce(key, credit) {
  if (keys.has(key)) return "duplicate";
  keys.add(key);
  if (credit) credits.push(credit);
  return "done";
}
export async function storeForReview() {}
`;

test("the sample of the package's README passes unchanged", async () => {
  const handler = javascript(samplesOf("pkg/README.md").get("callbacks"));
  const { directory, remove } = project({ "handler.js": handler, "shop.js": SHOP });
  process.env.CITRN_SECRET = SECRET;
  const { POST } = await import(pathToFileURL(path.join(directory, "handler.js")).href);
  const { credits } = await import(pathToFileURL(path.join(directory, "shop.js")).href);
  const { failed } = await rehearseShop({
    credits: () => credits,
    async handle(/** @type {Buffer} */ body, /** @type {Record<string, string>} */ headers) {
      return (await POST(new Request("http://shop.example/", { method: "POST", headers, body }))).status;
    },
  });
  assert.deepEqual(failed, {});
  remove();
});

const CREDIT = "if (data.credit) insertCredit.run(";
const ARGUMENTS = "key, data.credit.customer_id, data.credit.currency, data.credit.amount";

/** Replaces an argument of the credit. @param {string} from @param {string} to */
const credit = (from, to) => ({ crediting: replaceOnce(sqlite, ARGUMENTS, replaceOnce(ARGUMENTS, from, to)) });

/** Replaces a part of the recipe. @param {string} from @param {string} to */
const recipe = (from, to) => ({ crediting: replaceOnce(sqlite, from, to) });

/** Puts code around the handler. @param {string} code with `inner`, the sample's handler */
const around = (code) => ({ handler: `${replaceOnce(callbacks, "export const handle", "const inner")}\n${code}` });

/** Credits a status besides `confirmed`. @param {string} status */
const creditsStatus = (status) =>
  recipe(
    CREDIT,
    `const received = data.callback.currency_received;
     if (data.status === "${status}" && received)
       insertCredit.run(key, data.customer_id, received.currency, received.amount_minus_fee);
     ${CREDIT}`,
  );

/** Each mutant, and the scenario that it fails. @type {Record<string, [Parameters<typeof shopOf>[0], string]>} */
const MUTANTS = {
  "credits the address instead of the customer": [
    credit("data.credit.customer_id", "data.callback.crypto_address.address"),
    "deposit",
  ],
  "reads the customer's id as a number": [
    credit("data.credit.customer_id", "String(Number(data.credit.customer_id))"),
    "deposit",
  ],
  "credits the amount before fees": [credit("data.credit.amount", "data.callback.currency_received.amount"), "deposit"],
  "credits the amount that was sent": [
    credit("data.credit.amount", "data.callback.currency_sent.amount"),
    "deposit-exchange",
  ],
  "credits the currency of the address": [
    credit("data.credit.currency", "data.callback.crypto_address.currency"),
    "deposit-exchange",
  ],
  "credits one currency only": [credit("data.credit.currency", '"USDTT"'), "long-amount"],
  "drops the fraction": [credit("data.credit.amount", 'data.credit.amount.split(".")[0]'), "deposit"],
  "makes a float of the amount": [credit("data.credit.amount", "String(Number(data.credit.amount))"), "long-amount"],
  "rounds the amount to cents": [
    credit("data.credit.amount", "Number(data.credit.amount).toFixed(2)"),
    "deposit-exchange",
  ],
  "credits cancelled": [creditsStatus("cancelled"), "cancelled"],
  "credits declined": [creditsStatus("declined"), "declined"],
  "credits not_confirmed": [creditsStatus("not_confirmed"), "not-confirmed"],
  "ignores deposits with exchange": [
    recipe(CREDIT, CREDIT.replace("data.credit", 'data.credit && data.callback.type === "deposit"')),
    "deposit-exchange",
  ],
  "takes the status as the key": [
    recipe("insertKey.run(key, id).changes", "insertKey.run(data.status, id).changes"),
    "two-customers",
  ],
  "takes the customer as the key": [
    recipe("insertKey.run(key, id).changes", "insertKey.run(data.customer_id, id).changes"),
    "several-deposits",
  ],
  "takes the id and the status as the key": [
    recipe("insertKey.run(key, id).changes", "insertKey.run(data.callback_id + data.status, id).changes"),
    "cancelled-before-confirmed",
  ],
  "takes the event's id as the key": [
    {
      crediting: replaceOnce(
        replaceOnce(sqlite, "insertKey.run(key, id).changes", "insertKey.run(id, id).changes"),
        ARGUMENTS,
        ARGUMENTS.replace("key", "id"),
      ),
    },
    "confirmed-again",
  ],
  "looks the key up, and inserts it later": [
    {
      crediting: [
        [
          "const { id, key, rawBody, data } = event;",
          `const { id, key, rawBody, data } = event;
           if (findEvent.get(key)) return "duplicate";
           await new Promise(setImmediate);`,
        ],
        ["insertKey.run(key, id).changes === 0", "insertKey.run(key, id).changes < 0"],
        [ARGUMENTS, ARGUMENTS.replace("key", "crypto.randomUUID()")],
      ].reduce((text, [from, to]) => replaceOnce(text, from, to), sqlite),
    },
    "concurrent",
  ],
  "fails when a callback comes again": [recipe('return "duplicate";', 'throw new Error("duplicate");'), "repeated"],
  "fails when a person must look at a callback": [
    recipe("insertReview.run(id, data.review", 'throw new Error("review"); insertReview.run(id, data.review'),
    "fees-unclear",
  ],
  "verifies the body after parsing it": [
    around(`export const handle = async (request) =>
      inner(new Request(request, { body: JSON.stringify(await request.json()) }));`),
    "deposit",
  ],
  "verifies the body with its slashes unescaped": [
    around(`export const handle = async (request) =>
      inner(new Request(request, { body: (await request.text()).trim().replaceAll("\\\\/", "/") }));`),
    "php-escapes",
  ],
  "answers 200 to everything": [
    around("export const handle = async (request) => (await inner(request), new Response());"),
    "unsigned",
  ],
  "answers 202": [
    around(
      "export const handle = async (request) => new Response(null, { status: (await inner(request)).ok ? 202 : 401 });",
    ),
    "deposit",
  ],
  redirects: [
    around('export const handle = async () => Response.redirect("https://shop.example/callbacks/", 308);'),
    "deposit",
  ],
  "has another secret": [
    { handler: replaceOnce(callbacks, "process.env.CITRN_SECRET", '"another secret"') },
    "plain-json",
  ],
  "does not check the signature": [
    around(`export const handle = async (request) => {
      const body = await request.text();
      return inner(new Request("http://shop.example/", { method: "POST", body, headers: citrn.callbacks.sign(body) }));
    };`),
    "altered-body",
  ],
  "refuses a body over 100 KB": [
    around(`export const handle = async (request) =>
      Number(request.headers.get("content-length")) > 102400 ? new Response(null, { status: 413 }) : inner(request);`),
    "large-body",
  ],
  "answers 500 to the body that it got before": [
    around(`let latest;
      export const handle = async (request) => {
        const body = await request.clone().text();
        if (body === latest) return new Response(null, { status: 500 });
        latest = body;
        return inner(request);
      };`),
    "repeated",
  ],
};

describe("a mutant that", () => {
  for (const [name, [mutant, scenario]] of Object.entries(MUTANTS)) {
    test(name, async () => {
      const { failed } = await rehearse(mutant, { only: [scenario] });
      assert.deepEqual(Object.keys(failed), [scenario]);
    });
  }
});
