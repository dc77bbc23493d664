// Makes src/endpoints.ts of api.json: the types of parameters, replies and callbacks, and the methods that call the core.
// The build writes it whenever the table has changed; so does `node pkg/generate.mjs`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const API = fileURLToPath(new URL("../api.json", import.meta.url));
const OUTPUT = fileURLToPath(new URL("src/endpoints.ts", import.meta.url));

/** Fields that hold a currency code. */
const CURRENCY_FIELDS = new Set([
  ...["currency", "convert_to", "coin_name", "from_coin", "to_coin", "request_coin", "currency_from", "currency_to"],
  ...["sender_currency", "receiver_currency", "fee_currency"],
]);

/** What stands for a required parameter in an example: by its name, or else by its rule. */
const EXAMPLE_VALUES = {
  foreign_id: "user-17",
  currency: "USDTT",
  coin_name: "USDTT",
  from_coin: "BTC",
  to_coin: "USDTT",
  request_coin: "BTC",
  request_amount: "0.01",
  amount: "25",
  address: "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
  return_url: "https://shop.example/thanks",
};

/** What a method's example shows of its reply. */
const EXAMPLE_FIELDS = {
  ping: "message",
  "addresses.take": "address",
  "withdrawals.create": "status",
  "exchange.createQuota": "quote_id",
  "exchange.makeExchange": "status",
  "payments.create": "redirect_url",
};

/** How often a call may be sent, by its kind. */
const SENDING = {
  read: "Reads only, so it is repeated on network faults, 429 and 5xx, as `maxRetries` says.",
  repeatable: "Gives the same result each time, so it is repeated on network faults, 429 and 5xx, as `maxRetries` says.",
  creates: "Creates something that expires unused, so it is repeated only if this very call sets `maxRetries`.",
  moves_money: "Moves money, so it is sent at most once, whatever `maxRetries` says. After an error with `executed: \"unknown\"` look for its callback.",
};

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const typePrefix = (endpoint) => endpoint.name.split(".").map(capital).join("");
const union = (words) => [...words.map((word) => JSON.stringify(word)), "(string & {})"].join(" | ");

/** A comment that editors show; long lines are broken. */
function comment(indent, ...paragraphs) {
  const width = 118 - indent.length;
  const lines = paragraphs.flatMap((paragraph) => {
    if (paragraph.startsWith("@example\n")) return paragraph.split("\n");
    const broken = [];
    for (const word of paragraph.split(" ")) {
      const last = broken.at(-1);
      if (last !== undefined && `${last} ${word}`.length <= width) broken[broken.length - 1] = `${last} ${word}`;
      else broken.push(word);
    }
    return [...broken, ""];
  });
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** The words that a description lists first, such as "`crypto` or `fiat`". */
function listedWords(description) {
  const list = /^(`[\w-]+`(?:(?:, | or )`[\w-]+`)*)/.exec(description);
  return list ? [...list[1].matchAll(/`([\w-]+)`/g)].map(([, word]) => word) : [];
}

function textType(name, description) {
  if (CURRENCY_FIELDS.has(name)) return "CurrencyCode";
  const words = listedWords(description);
  return words.length > 0 ? union(words) : "string";
}

class Types {
  /** Declarations by name; one name always means one shape. */
  #declared = new Map();

  /** The type of a shape; the objects in it are declared on the way. */
  of(shape, name, description) {
    switch (shape.type) {
      case "text":
        return textType(name, description);
      case "amount":
        return "string";
      case "word":
        return union(shape.words);
      case "whole":
        return "number";
      case "any":
        return "unknown";
      case "list":
        return `readonly ${this.#item(this.of(shape.items, name, description))}[]`;
      case "object":
        return this.#object(shape);
      default:
        throw new Error(`api.json has a shape that pkg/generate.mjs does not know: ${shape.type}`);
    }
  }

  #item(type) {
    return type.includes(" ") ? `(${type})` : type;
  }

  #object(shape) {
    // Each list is a type of its own, named by what it holds.
    const [only] = shape.fields;
    if (shape.name === "List") return `List<${this.of(only.shape.items, only.name, only.description)}>`;
    const fields = shape.fields.map(({ name, required, shape: inner, description }) => {
      const type = this.of(inner, name, description);
      const amount = inner.type === "amount" && !/text/.test(description) ? " Decimal text." : "";
      const nullable = required || type === "unknown" ? type : `${type} | null`;
      return `${comment("  ", description + amount)}  readonly ${name}: ${nullable};\n`;
    });
    const text = `${comment("", shape.description)}export interface ${shape.name} {\n${fields.join("")}}\n`;
    const before = this.#declared.get(shape.name);
    if (before !== undefined && before !== text) throw new Error(`api.json has two different shapes named ${shape.name}`);
    this.#declared.set(shape.name, text);
    return shape.name;
  }

  toString() {
    return [...this.#declared.values()].join("\n");
  }
}

function parameterType({ rule, name, description }) {
  if (rule === "currencies") return `string | readonly CurrencyCode[] | { readonly array: readonly CurrencyCode[] }`;
  return rule === "text" ? textType(name, description) : "string";
}

function parametersInterface(endpoint) {
  const fields = endpoint.parameters.map((parameter) => {
    const optional = parameter.required ? "" : "?";
    const type = parameterType(parameter) + (parameter.required ? "" : " | null | undefined");
    const facts = { currencies: " `{ array: [...] }` goes as a JSON array." }[parameter.rule] ?? "";
    return `${comment("  ", parameter.description + facts)}  ${parameter.name}${optional}: ${type};\n`;
  });
  const text = comment("", `Parameters of \`${endpoint.name}\`, under the gateway's own names.`);
  return `${text}export interface ${typePrefix(endpoint)}Parameters {\n${fields.join("")}}\n`;
}

function example(endpoint, reply) {
  const required = endpoint.parameters.filter((parameter) => parameter.required);
  if (endpoint.name === "exchange.makeExchange") {
    return [
      'const { quote_id } = await citrn.exchange.createQuota({ from_coin: "BTC", to_coin: "USDTT", request_amount: "0.01", request_coin: "BTC" });',
      "const exchange = await citrn.exchange.makeExchange({ quote_id });",
      "exchange.status;",
    ];
  }
  const written = required.map(({ name }) => {
    if (EXAMPLE_VALUES[name] === undefined) throw new Error(`pkg/generate.mjs has no example value for ${name}`);
    return `${name}: ${JSON.stringify(name === "foreign_id" && endpoint.kind === "moves_money" ? "payout-881" : EXAMPLE_VALUES[name])}`;
  });
  const call = `await citrn.${endpoint.name}(${written.length > 0 ? `{ ${written.join(", ")} }` : ""})`;
  if (reply.startsWith("List<")) return [`const { data } = ${call};`, `for (const ${reply.slice(5, -1).toLowerCase()} of data) console.log(${reply.slice(5, -1).toLowerCase()});`];
  return [`const reply = ${call};`, `reply.${EXAMPLE_FIELDS[endpoint.name] ?? "data"};`];
}

function methodComment(indent, endpoint, reply) {
  const codes = endpoint.errors.map((code) => `\`${code}\``).join(", ");
  return comment(
    indent,
    endpoint.description,
    `\`${endpoint.method} ${endpoint.url}\`${endpoint.signed ? "" : ", not signed"}. ${SENDING[endpoint.kind]}`,
    ...(codes ? [`Refused with: ${codes}.`] : []),
    `Source: ${endpoint.source}.`,
    `@example\n${example(endpoint, reply).join("\n")}`,
  );
}

function signature(endpoint, reply) {
  const options = "options?: CallOptions";
  if (endpoint.parameters.length === 0) return `(${options}): Promise<Reply<${reply}>>`;
  const optional = endpoint.parameters.some((parameter) => parameter.required) ? "" : "?";
  return `(parameters${optional}: ${typePrefix(endpoint)}Parameters, ${options}): Promise<Reply<${reply}>>`;
}

const made = (endpoint) =>
  `method(${JSON.stringify(endpoint.name)}, ${endpoint.parameters.length === 0 ? `["options"]` : `["parameters", "options"]`})`;

/** The text of src/endpoints.ts. */
export function generate(api) {
  if (JSON.stringify(api).includes("::")) throw new Error("api.json speaks of Rust's paths (::), which mean nothing in JavaScript.");
  const types = new Types();
  const replies = new Map(api.endpoints.map((endpoint) => [endpoint, types.of(endpoint.reply, "reply", "")]));
  types.of(api.callback, "callback", "");

  const namespaces = new Map();
  for (const endpoint of api.endpoints) {
    const [namespace, method] = endpoint.name.split(".");
    if (method !== undefined) namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), { endpoint, method }]);
  }
  const alone = api.endpoints.filter((endpoint) => !endpoint.name.includes("."));

  const interfaces = [...namespaces].map(([namespace, methods]) => {
    const members = methods.map(({ endpoint, method }) => {
      const reply = replies.get(endpoint);
      return `${methodComment("  ", endpoint, reply)}  ${method}${signature(endpoint, reply)};\n`;
    });
    return `${comment("", `The methods under \`citrn.${namespace}\`.`)}export interface ${capital(namespace)}Methods {\n${members.join("")}}\n`;
  });
  const table = api.endpoints.map((endpoint) => {
    const optional = endpoint.parameters.some(({ required }) => required) ? "" : " | undefined";
    const parameters = endpoint.parameters.length === 0 ? "undefined" : `${typePrefix(endpoint)}Parameters${optional}`;
    return `  ${JSON.stringify(endpoint.name)}: { parameters: ${parameters}; reply: ${replies.get(endpoint)} };\n`;
  });
  const members = [...namespaces.keys()].map((namespace) => `  readonly ${namespace}: ${capital(namespace)}Methods;\n`);
  const namespacesMade = [...namespaces].map(([namespace, methods]) => {
    const lines = methods.map(({ endpoint, method }) => `      ${method}: ${made(endpoint)},\n`);
    return `    this.${namespace} = {\n${lines.join("")}    };\n`;
  });
  // Properties, so that they work without their object as the others do.
  const lonely = alone.map((endpoint) => {
    const reply = replies.get(endpoint);
    const type = signature(endpoint, reply).replace(/: (Promise<.*>)$/, " => $1");
    return `${methodComment("  ", endpoint, reply)}  readonly ${endpoint.name}: ${type};\n`;
  });
  const lonelyMade = alone.map((endpoint) => `    this.${endpoint.name} = ${made(endpoint)};\n`);
  const codes = api.errorCodes.map(({ code, meaning }) => `- \`${code}\`: ${meaning}`);

  return `// Made by ../generate.mjs of api.json, the table that the Rust core writes. Do not edit.
import type { CallOptions } from "./options.js";
import type { Reply } from "./reply.js";

${comment("", "Currency code, upper case. A token's network is fused into it: `USDTT` is USDT on Tron, `USDTE` USDT on Ethereum. Open: `currencies.list()` tells what your account knows.")}export type CurrencyCode = ${union(["BTC", "ETH", "USDTT", "USDTE", "TON", "EUR"])};

/**
 * The reasons that the gateway gives. When it gives one, nothing was executed and everything tied to the call was rolled back;
 * only after \`duplication_request\` an earlier call with the same id may have been carried out.
 *
${codes.map((line) => ` * ${line}`).join("\n")}
 */
export type GatewayErrorCode =
${api.errorCodes.map(({ code }) => `  | ${JSON.stringify(code)}`).join("\n")};

/** A list. */
export interface List<T> {
  /** The entries. */
  readonly data: readonly T[];
}

${types}
${api.endpoints.filter((endpoint) => endpoint.parameters.length > 0).map(parametersInterface).join("\n")}
${interfaces.join("\n")}
/** What each method takes and gives. */
export interface Endpoints {
${table.join("")}}

/** @internal */
export type MakeMethod = <Name extends keyof Endpoints>(
  name: Name,
  takes: readonly ("parameters" | "options")[],
) => (...given: unknown[]) => Promise<Reply<Endpoints[Name]["reply"]>>;

/** The methods of the gateway's endpoints. */
export abstract class EndpointMethods {
${lonely.join("")}${members.join("")}
  /** @internal */
  constructor(method: MakeMethod) {
${lonelyMade.join("")}${namespacesMade.join("")}  }
}
`;
}

/** Writes src/endpoints.ts if it is not what api.json says. */
export function writeEndpoints() {
  const text = generate(JSON.parse(readFileSync(API, "utf8")));
  if (readFileSync(OUTPUT, "utf8") !== text) writeFileSync(OUTPUT, text);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeEndpoints();
