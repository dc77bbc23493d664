// The Bruno collection in bruno/, generated from api.json: a request for each endpoint, and a script that signs them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./root.mjs";

/**
 * @typedef {{ name: string, required: boolean, example: string, description: string }} Parameter
 * @typedef {{ name: string, description: string, method: string, path: string, url: string, kind: string,
 *   parameters: Parameter[], reply: { fields?: { name: string }[] }, errors: string[], source: string }} Endpoint
 */

/** The variables of the environments that have the documented base URLs. */
const BASE_URLS = new Map([
  ["https://app.citrn.io/api", "base_url"],
  ["https://app.citrn.com/api", "com_base_url"],
]);

/** @type {Record<string, string>} */
const KINDS = {
  read: "Only reads.",
  repeatable: "Returns the same result each time.",
  creates: "Creates something that expires unused.",
  moves_money:
    "**Moves money: send it once.** If no answer comes, do not send it again: wait for the callback, or look in the " +
    "gateway's back office. Outside of the environment `sandbox`, it is sent only from its own tab, never in a run.",
};

const ABOUT = `The crypto-payment gateway Citron, as the project citrn knows it: https://github.com/citrn/citrn. Not an official
collection.

- **sandbox** is the environment for a gateway on this machine, which moves no money:
  \`CITRN_API_KEY=local-key CITRN_SECRET=local-secret npx citrn sandbox\`
- **live** is the environment for your account. Its \`api_key\` and \`secret\` are secret variables, which Bruno keeps out
  of the files: set them in the app, and commit nothing else there.
- The script of the collection signs the exact bytes of each body with HMAC-SHA512.
- Amounts are decimal text. Nothing can be looked up: the gateway reports deposits and withdrawals in callbacks.
- Never publish a signed request of a real account: it is also a valid callback.`;

/** Signs a request. Runs in Bruno's safe sandbox, in the app and on the command line. */
const SIGN = `const { HmacSHA512 } = require("crypto-js");

const movesMoney = req.getTags().includes("moves_money");
if (movesMoney && bru.getEnvName() !== "sandbox" && req.getExecutionMode() !== "standalone") {
  throw new Error("This request moves money: send it from its own tab, once.");
}
if (req.getMethod() === "POST") {
  const key = bru.getEnvVar("api_key");
  const secret = bru.getEnvVar("secret");
  if (!key || !secret) throw new Error("Choose an environment, and set its variables api_key and secret.");
  // Bruno would fill in variables and trim the body after this script, which would break the signature.
  const body = bru.interpolate(req.getBody({ raw: true })).trim();
  if (body.includes("{{")) throw new Error("The body has a variable that is not set.");
  JSON.parse(body); // Bruno sends another text than this if it is not JSON.
  req.setBody(body, { raw: true });
  req.setHeader("X-Process-Key", key);
  req.setHeader("X-Process-Signature", HmacSHA512(body, secret).toString());
}`;

/** @param {string} name @param {string} text */
const block = (name, text) => `${name} {\n${text.replaceAll(/^(?=.)/gm, "  ")}\n}\n`;

/** @param {Record<string, string | number>} pairs */
const pairs = (pairs) =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");

/**
 * Returns the other endpoint of the namespace whose reply has the value of a parameter.
 * @param {Endpoint} endpoint @param {string} parameter @param {Endpoint[]} endpoints
 */
function sourceOf(endpoint, parameter, endpoints) {
  const prefix = `${endpoint.name.split(".")[0]}.`;
  const others = endpoints.filter((other) => other !== endpoint && other.name.startsWith(prefix));
  return others.find(({ reply }) => reply.fields?.some(({ name }) => name === parameter));
}

/** Returns the body: the examples of the required parameters. @param {Endpoint} endpoint @param {Endpoint[]} endpoints */
function body(endpoint, endpoints) {
  const fields = endpoint.parameters
    .filter(({ required }) => required)
    .map(({ name, example }) => [name, sourceOf(endpoint, name, endpoints) ? `{{${name}}}` : example]);
  return JSON.stringify(Object.fromEntries(fields), null, 2);
}

/** Returns the script that stores the ids that other requests take. @param {Endpoint} endpoint @param {Endpoint[]} endpoints */
function storing(endpoint, endpoints) {
  const stored = endpoints.flatMap((other) =>
    other.parameters.filter(({ name, required }) => required && sourceOf(other, name, endpoints) === endpoint),
  );
  const lines = stored.map(({ name }) => `if (reply.${name}) bru.setVar("${name}", reply.${name});`);
  return lines.length > 0 ? ["const reply = res.getBody()?.data ?? res.getBody() ?? {};", ...lines].join("\n") : "";
}

/** @param {Endpoint} endpoint */
function documentation({ description, kind, parameters, errors, source }) {
  const rows = parameters.map(
    ({ name, required, description }) => `| \`${name}\` | ${required ? "yes" : "no"} | ${description} |`,
  );
  const table = ["| parameter | required | meaning |", "| --- | --- | --- |", ...rows].join("\n");
  const codes = errors.map((code) => `\`${code}\``).join(", ");
  return [
    description,
    KINDS[kind],
    ...(rows.length > 0 ? [table] : []),
    ...(codes ? [`Refusal codes: ${codes}.`] : []),
    `Source: ${source}.`,
  ].join("\n\n");
}

/** @param {Endpoint} endpoint @param {number} index @param {Endpoint[]} endpoints */
function request(endpoint, index, endpoints) {
  const { name, method, url, path: route, kind } = endpoint;
  const base = BASE_URLS.get(url.slice(0, -route.length));
  if (base === undefined) throw new Error(`scripts/bruno.mjs has no variable for the base URL of ${url}.`);
  if (!(kind in KINDS)) throw new Error(`scripts/bruno.mjs has no sentence for the kind ${kind}.`);
  const meta = pairs({ name, type: "http", seq: index + 1 });
  const after = storing(endpoint, endpoints);
  return [
    block("meta", `${meta}\ntags: [\n  ${kind}\n]`),
    block(
      method.toLowerCase(),
      pairs({ url: `{{${base}}}${route}`, body: method === "POST" ? "json" : "none", auth: "none" }),
    ),
    ...(method === "POST" ? [block("body:json", body(endpoint, endpoints))] : []),
    ...(after ? [block("script:post-response", after)] : []),
    // A redirect could repeat a request, or take its signature to another host.
    block("settings", pairs({ encodeUrl: "false", timeout: 30_000, followRedirects: "false", maxRedirects: 0 })),
    block("docs", documentation(endpoint)),
  ].join("\n");
}

/** Returns the text of each file of the collection. @returns {Record<string, string>} */
export function collection() {
  /** @type {{ endpoints: Endpoint[] }} */
  const { endpoints } = JSON.parse(readFileSync(inRoot("api.json"), "utf8"));
  const variables = [...BASE_URLS].map(([url, name]) => [name, url]);
  const local = Object.fromEntries(variables.map(([name]) => [name, "http://127.0.0.1:8788/api"]));
  const sandbox = { ...local, api_key: "local-key", secret: "local-secret" };
  const files = endpoints.map((endpoint, index) => [`${endpoint.name}.bru`, request(endpoint, index, endpoints)]);
  return {
    "bruno.json": `${JSON.stringify({ version: "1", name: "Citron", type: "collection" }, null, 2)}\n`,
    "collection.bru": `${block("script:pre-request", SIGN)}\n${block("docs", ABOUT)}`,
    "environments/sandbox.bru": block("vars", pairs(sandbox)),
    "environments/live.bru": `${block("vars", pairs(Object.fromEntries(variables)))}vars:secret [\n  api_key,\n  secret\n]\n`,
    ...Object.fromEntries(files),
  };
}

/** Writes the collection, and deletes requests of endpoints that no longer exist. */
export function writeCollection() {
  const files = collection();
  const directory = inRoot("bruno");
  mkdirSync(path.join(directory, "environments"), { recursive: true });
  for (const name of readdirSync(directory)) {
    if (name.endsWith(".bru") && !(name in files)) rmSync(path.join(directory, name));
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
}
