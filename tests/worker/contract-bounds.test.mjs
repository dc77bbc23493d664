// The fields of the OpenAPI description at their bounds: the Worker accepts exactly the values that the description
// allows.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { makeCaller, makeSettings } from "./caller.mjs";
import { checkoutSecret } from "./checkout.mjs";
import { startGateway } from "./gateway.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
/** The codes of requests with invalid parameters. */
const REFUSALS = [
  "malformed_body",
  "missing_parameter",
  "unknown_parameter",
  "duplicate_parameter",
  "invalid_parameter",
  "return_url_not_allowed",
  "coin_not_offered",
];
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
let gateway, worker, contract, ajv, link;

before(async () => {
  gateway = await startGateway({ apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  gateway.answers(200, { data: { session_id: "s", redirect_url: "https://pay.example/s", address: "T1" } });
  worker = await startWorker({
    ...settings,
    CITRN_BASE_URL: gateway.baseUrl,
    CHECKOUT_SECRETS: checkoutSecret("a"),
    PUBLIC_ORIGIN: "https://pay.shop.example",
    MERCHANT_WEBHOOK_URL: "https://shop.example/webhooks",
    MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    // The contract cannot know this list: these are the names that the test sends.
    CITRN_EXTRA_FIELDS: "end_user_reference, a",
  });
  contract = JSON.parse(await (await fetch(`${worker.url}/openapi.json`)).text());
  ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat("uri", (text) => URL.canParse(text));
  const body = { foreign_id: "user-17", return_url: "https://shop.example/", coins: ["USDTT"], mode: "both" };
  const { json } = await makeCaller(worker, tokens.all).post("/v1/checkout-links", body);
  link = json.url.split("/c/")[1];
});
after(async () => {
  await worker?.stop();
  await gateway?.close();
});

/** Returns the example of a field in the contract. */
const example = (schema) => schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];

/** Returns texts at the bounds of a schema and beyond. */
function texts(schema) {
  const [, low, high] = /\{(\d+)(?:,(\d+))?\}\$$/.exec(schema.pattern ?? "") ?? [];
  const bounds = [schema.minLength ?? low ?? 0, schema.maxLength ?? high ?? low ?? 300].map(Number);
  const lengths = new Set([0, 1, ...bounds.flatMap((bound) => [bound - 1, bound, bound + 1])]);
  const filler = /0-9/.test(schema.pattern ?? "") && !/A-Z/.test(schema.pattern) ? "0" : "A";
  const sized = [...lengths].filter((length) => length >= 0).map((length) => filler.repeat(length));
  if (schema.format === "uri")
    return ["", "h", "/thanks", "shop.example", example(schema), `${example(schema)}?x=${"y".repeat(2000)}`];
  return [...sized, "a b", " ", "é".repeat(bounds[1]), "😀".repeat(bounds[1]), "lower-case_1.0"];
}

/** Returns values at the bounds of a schema, and values that violate it. */
function values(schema) {
  const others = [null, true, 0, -1, 1.5, "text", "", [], {}, [null], { a: 1 }];
  if (schema.type === "object") return [example(schema), ...others];
  if (schema.enum) return [...schema.enum, String(schema.enum[0]).toUpperCase(), ...others];
  if (schema.type === "boolean") return [false, "true", ...others];
  if (schema.type === "string") return [...texts(schema), ...others];
  if (schema.type === "integer")
    return [schema.minimum - 1, schema.minimum, schema.maximum, schema.maximum + 1, String(schema.minimum), ...others];
  if (schema.type === "array") {
    const many = (length) => Array.from({ length }, (_, number) => `C${number}`);
    return [
      many(schema.minItems),
      many(schema.maxItems),
      many(schema.maxItems + 1),
      ["A", "A"],
      ...values(schema.items).map((value) => [value]),
      ...others,
    ];
  }
  throw new Error(`unsupported schema: ${JSON.stringify(schema)}`);
}

/** Returns the operations of the contract. */
const operations = () =>
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

const bodies = () =>
  operations().flatMap(({ path, method, operation }) =>
    Object.entries(operation.requestBody?.content ?? {})
      .filter(([, { schema }]) => schema.properties)
      .map(([type, { schema }]) => ({ path, method, type, schema })),
  );

/** Returns the parameters that a query needs besides this one. */
function requiredBy(path, name) {
  if (path !== "/v1/deposits" || name === "foreign_id" || name === "address") return {};
  return name === "memo" ? { address: "rXYZ" } : { foreign_id: "user-17" };
}

/** Sends a request, and returns whether its parameters were accepted. */
async function isAccepted(path, method, { headers = {}, query = "", body = undefined } = {}) {
  const url = worker.url + path.replace("{token}", link).replace("{id}", "17") + query;
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${tokens.all}`, accept: JSON_TYPE, ...headers },
    body,
  });
  const text = await response.text();
  if (response.status < 400) return true;
  assert.ok(response.status < 500, text);
  return !REFUSALS.includes(JSON.parse(text).code);
}

describe("the contract and the Worker agree", () => {
  it("about every field of every body", async () => {
    let compared = 0;
    for (const { path, method, type, schema } of bodies()) {
      const needed = [...schema.required, ...(schema.anyOf?.[0].required ?? [])];
      const base = Object.fromEntries(needed.map((name) => [name, example(schema.properties[name])]));
      const check = ajv.compile(schema);
      const compare = async (body) => {
        const sent = type === FORM_TYPE ? new URLSearchParams(body).toString() : JSON.stringify(body);
        const accepted = await isAccepted(path, method, { headers: { "content-type": type }, body: sent });
        // All values of a form are text.
        const value = type === FORM_TYPE ? Object.fromEntries(new URLSearchParams(sent)) : body;
        assert.equal(
          accepted,
          check(value),
          `${method} ${path} ${accepted ? "accepts" : "refuses"} ${sent.slice(0, 300)}`,
        );
        compared += 1;
      };
      await compare(base);
      await compare({ ...base, unheard_of: "1" });
      for (const [name, property] of Object.entries(schema.properties)) {
        // The cursor's format is internal to the Worker.
        if (name === "after") continue;
        const { [name]: _, ...without } = base;
        await compare(without);
        for (const value of values(property)) {
          // The contract does not list the coins of a link.
          if (name === "coin" && type === FORM_TYPE && String(value) !== "" && value !== example(property)) continue;
          await compare({ ...base, [name]: value });
          if (schema.dependentSchemas?.[name])
            for (const mode of schema.properties.mode.enum) await compare({ ...base, [name]: value, mode });
        }
      }
    }
    assert.ok(compared > 150, `${compared} bodies`);
  });

  it("about every header with a pattern and every parameter of a query", async () => {
    let compared = 0;
    for (const { path, method, operation } of operations()) {
      const body = bodies().find((one) => one.path === path && one.method === method);
      const base =
        body &&
        JSON.stringify(
          Object.fromEntries(body.schema.required.map((name) => [name, example(body.schema.properties[name])])),
        );
      for (const parameter of operation.parameters) {
        const check = ajv.compile(parameter.schema);
        const isQuery = parameter.in === "query";
        if (!isQuery && !(parameter.in === "header" && parameter.schema.pattern && body)) continue;
        // The cursor's format is internal to the Worker.
        if (parameter.name === "after") continue;
        for (const value of values(parameter.schema).filter(
          (value) => typeof value === "string" || typeof value === "number",
        )) {
          const text = String(value);
          if (!isQuery && /[^\x20-\xff]/.test(text)) continue;
          const sent = isQuery
            ? { query: `?${new URLSearchParams({ ...requiredBy(path, parameter.name), [parameter.name]: text })}` }
            : { headers: { [parameter.name]: text }, body: base };
          const typed = parameter.schema.type === "integer" && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
          // White space around a header's value is not part of it (RFC 9110, section 5.5).
          const accepted = await isAccepted(path, method, sent);
          assert.equal(
            accepted,
            check(isQuery ? typed : text.trim()),
            `${method} ${path} ${parameter.name} ${accepted ? "accepts" : "refuses"} ${JSON.stringify(text)}`,
          );
          compared += 1;
        }
      }
    }
    assert.ok(compared > 40, `${compared} parameters`);
  });
});
