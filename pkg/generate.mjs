// Generates src/endpoints.ts (types and methods of the endpoints), src/cli/call/endpoints.ts (their parameters for the
// command line), and the table of methods in README.md from api.json.
// The build and `npm run generate` run it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { contractText } from "./generate-worker.mjs";

const inPkg = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => readFileSync(inPkg(name), "utf8");

/** How often a call may be sent, by its kind. */
const SENDING = {
  read: "Only reads, so it is retried after network errors, 429 and 5xx, up to `maxRetries` times.",
  repeatable:
    "Returns the same result each time, so it is retried after network errors, 429 and 5xx, up to `maxRetries` times.",
  creates: "Creates something that expires unused, so it is retried only if this call sets `maxRetries`.",
  moves_money:
    'Moves money, so it is sent at most once and `maxRetries` has no effect. After an error with `executed: "unknown"`, look for its callback.',
};

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const typePrefix = (endpoint) => endpoint.name.split(".").map(capital).join("");
const union = (words) => [...words.map((word) => JSON.stringify(word)), "(string & {})"].join(" | ");

/** Returns a doc comment, with long lines broken. */
function comment(indent, ...paragraphs) {
  const line = new RegExp(`(?:.{1,${118 - indent.length}}|\\S+)(?: |$)`, "g");
  const broken = (paragraph) => [...paragraph.match(line).map((words) => words.trimEnd()), ""];
  const lines = paragraphs.flatMap((text) => (text.startsWith("@example\n") ? text.split("\n") : broken(text)));
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** The TypeScript types of shapes, and of parameters by their rule. */
const TYPES = {
  text: "string",
  amount: "string",
  currency: "CurrencyCode",
  currencies: "string | readonly CurrencyCode[] | { readonly array: readonly CurrencyCode[] }",
  whole: "number",
  any: "unknown",
};

class Types {
  /** Declarations by name; a name always means the same shape. */
  #declared = new Map();

  /** Returns the type of a shape, and declares the objects in it. */
  of({ type, words, items, ...shape }) {
    if (type === "word") return union(words);
    if (type === "object") return this.#object(shape);
    if (type in TYPES) return TYPES[type];
    if (type !== "list") throw new Error(`pkg/generate.mjs has no type for the shape "${type}" of api.json.`);
    const item = this.of(items);
    return `readonly ${item.includes(" ") ? `(${item})` : item}[]`;
  }

  #object(shape) {
    // A list is a type by the name of its items.
    const [only] = shape.fields;
    if (shape.name === "List") return `List<${this.of(only.shape.items)}>`;
    const fields = shape.fields.map(({ name, required, shape: inner, description }) => {
      const type = this.of(inner);
      const amount = inner.type === "amount" && !/text/.test(description) ? " Decimal text." : "";
      const nullable = required || type === "unknown" ? type : `${type} | null`;
      return `${comment("  ", description + amount)}  readonly ${name}: ${nullable};\n`;
    });
    const text = `${comment("", shape.description)}export interface ${shape.name} {\n${fields.join("")}}\n`;
    const before = this.#declared.get(shape.name);
    if (before !== undefined && before !== text)
      throw new Error(`api.json has two different shapes named ${shape.name}`);
    this.#declared.set(shape.name, text);
    return shape.name;
  }

  toString() {
    return [...this.#declared.values()].join("\n");
  }
}

const parameterType = ({ rule, words }) => (rule === "words" ? union(words) : (TYPES[rule] ?? "string"));

function parametersInterface(endpoint) {
  const fields = endpoint.parameters.map((parameter) => {
    const optional = parameter.required ? "" : "?";
    const type = parameterType(parameter) + (parameter.required ? "" : " | null | undefined");
    const details = { currencies: " `{ array: [...] }` is sent as a JSON array." }[parameter.rule] ?? "";
    return `${comment("  ", parameter.description + details)}  ${parameter.name}${optional}: ${type};\n`;
  });
  const text = comment("", `Parameters of \`${endpoint.name}\`, with the gateway's names.`);
  return `${text}export interface ${typePrefix(endpoint)}Parameters {\n${fields.join("")}}\n`;
}

/** Returns the other endpoint of the namespace whose reply always has this field, such as `quote_id`. */
function sourceOf(field, endpoint, api) {
  const [namespace] = endpoint.name.split(".");
  const others = api.endpoints.filter((other) => other !== endpoint && other.name.startsWith(`${namespace}.`));
  return others.find(({ reply }) => reply.fields.some(({ name, required }) => required && name === field));
}

/**
 * Returns the lines of a call with its required parameters: the table's examples, or fields of another call's reply.
 */
function exampleCall(variable, endpoint, api) {
  const before = [];
  const values = endpoint.parameters
    .filter(({ required }) => required)
    .map(({ name, example }) => {
      const source = sourceOf(name, endpoint, api);
      if (source === undefined) return `${name}: ${JSON.stringify(example)}`;
      before.push(...exampleCall(`{ ${name} }`, source, api));
      return name;
    });
  return [
    ...before,
    `const ${variable} = await citrn.${endpoint.name}(${values.length > 0 ? `{ ${values.join(", ")} }` : ""});`,
  ];
}

/** Returns the lines of an example: a call, then the first required field of its reply, or else the first field. */
function example(endpoint, reply, api) {
  if (reply.startsWith("List<")) {
    const entry = reply.slice(5, -1).toLowerCase();
    return [...exampleCall("{ data }", endpoint, api), `for (const ${entry} of data) console.log(${entry});`];
  }
  const { fields } = endpoint.reply;
  return [
    ...exampleCall("reply", endpoint, api),
    `reply.${(fields.find(({ required }) => required) ?? fields[0]).name};`,
  ];
}

function methodComment(indent, endpoint, reply, api) {
  const codes = endpoint.errors.map((code) => `\`${code}\``).join(", ");
  return comment(
    indent,
    endpoint.description,
    `\`${endpoint.method} ${endpoint.url}\`${endpoint.signed ? "" : ", not signed"}. ${SENDING[endpoint.kind]}`,
    ...(codes ? [`Refusal codes: ${codes}.`] : []),
    `Source: ${endpoint.source}.`,
    `@example\n${example(endpoint, reply, api).join("\n")}`,
  );
}

function signature(endpoint, reply) {
  const options = `options?: ${endpoint.kind === "read" ? "CallOptions" : "CreationCallOptions"}`;
  if (endpoint.parameters.length === 0) return `(${options}): Promise<Reply<${reply}>>`;
  const optional = endpoint.parameters.some((parameter) => parameter.required) ? "" : "?";
  return `(parameters${optional}: ${typePrefix(endpoint)}Parameters, ${options}): Promise<Reply<${reply}>>`;
}

const methodCreation = (endpoint) =>
  `method(${JSON.stringify(endpoint.name)}, ${endpoint.parameters.length === 0 ? `["options"]` : `["parameters", "options"]`})`;

const meanings = (codes) => codes.map(({ code, meaning }) => ` * - \`${code}\`: ${meaning}`).join("\n");
const codeUnion = (codes) => codes.map(({ code }) => `  | ${JSON.stringify(code)}`).join("\n");

/** Returns the text of src/endpoints.ts. */
function endpointsText(api) {
  if (JSON.stringify(api).includes("::"))
    throw new Error("api.json has a Rust path (::), which has no meaning in JavaScript.");
  const types = new Types();
  const replies = new Map(api.endpoints.map((endpoint) => [endpoint, types.of(endpoint.reply)]));
  types.of(api.callback);

  const namespaces = new Map();
  for (const endpoint of api.endpoints) {
    const [namespace, method] = endpoint.name.split(".");
    if (method !== undefined) namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), { endpoint, method }]);
  }
  const topLevel = api.endpoints.filter((endpoint) => !endpoint.name.includes("."));

  const interfaces = [...namespaces].map(([namespace, methods]) => {
    const members = methods.map(({ endpoint, method }) => {
      const reply = replies.get(endpoint);
      return `${methodComment("  ", endpoint, reply, api)}  ${method}${signature(endpoint, reply)};\n`;
    });
    return `${comment("", `The methods under \`citrn.${namespace}\`.`)}export interface ${capital(namespace)}Methods {\n${members.join("")}}\n`;
  });
  const table = api.endpoints.map((endpoint) => {
    const optional = endpoint.parameters.some(({ required }) => required) ? "" : " | undefined";
    const parameters = endpoint.parameters.length === 0 ? "undefined" : `${typePrefix(endpoint)}Parameters${optional}`;
    return `  ${JSON.stringify(endpoint.name)}: { parameters: ${parameters}; reply: ${replies.get(endpoint)} };\n`;
  });
  const members = [...namespaces.keys()].map((namespace) => `  readonly ${namespace}: ${capital(namespace)}Methods;\n`);
  const namespaceAssignments = [...namespaces].map(([namespace, methods]) => {
    const lines = methods.map(({ endpoint, method }) => `      ${method}: ${methodCreation(endpoint)},\n`);
    return `    this.${namespace} = {\n${lines.join("")}    };\n`;
  });
  // Properties and not methods, so that they work without their object, as the methods of namespaces do.
  const topLevelMembers = topLevel.map((endpoint) => {
    const reply = replies.get(endpoint);
    const type = signature(endpoint, reply).replace(/: (Promise<.*>)$/, " => $1");
    return `${methodComment("  ", endpoint, reply, api)}  readonly ${endpoint.name}: ${type};\n`;
  });
  const topLevelAssignments = topLevel.map((endpoint) => `    this.${endpoint.name} = ${methodCreation(endpoint)};\n`);

  return `// Generated by ../generate.mjs from api.json, the table that the Rust core writes. Do not edit.
import type { CallOptions, CreationCallOptions } from "./options.js";
import type { Reply } from "./reply.js";

${comment("", "Currency code, upper case. A token's network is fused into it: `USDTT` is USDT on Tron, `USDTE` USDT on Ethereum. An open union: `currencies.list()` lists the currencies of your account.")}export type CurrencyCode = ${union(["BTC", "ETH", "USDTT", "USDTE", "TON", "EUR"])};

/**
 * The gateway's reasons for a refusal. A refused call executed nothing, and everything tied to it was rolled back.
 * After \`duplication_request\`, an earlier call with the same id may have been executed.
 *
${meanings(api.errorCodes)}
 */
export type GatewayErrorCode =
${codeUnion(api.errorCodes)};

/**
 * The client's own codes, for all errors without a reason of the gateway.
 *
${meanings(api.clientErrorCodes)}
 */
export type ClientErrorCode =
${codeUnion(api.clientErrorCodes)};

/** A reply that is a list. */
export interface List<T> {
  /** The entries. */
  readonly data: readonly T[];
}

${types}
${api.endpoints
  .filter((endpoint) => endpoint.parameters.length > 0)
  .map(parametersInterface)
  .join("\n")}
${interfaces.join("\n")}
/** The parameters and the reply of each method. */
export interface Endpoints {
${table.join("")}}

/** @internal */
export type MakeMethod = <Name extends keyof Endpoints>(
  name: Name,
  takes: readonly ("parameters" | "options")[],
) => (...given: unknown[]) => Promise<Reply<Endpoints[Name]["reply"]>>;

/** The methods of the gateway's endpoints. */
export abstract class EndpointMethods {
${topLevelMembers.join("")}${members.join("")}
  /** @internal */
  constructor(method: MakeMethod) {
${topLevelAssignments.join("")}${namespaceAssignments.join("")}  }
}
`;
}

/** Returns the text of src/cli/call/endpoints.ts. */
function callableText(api) {
  const list = (endpoints) => `[${endpoints.map(({ name }) => JSON.stringify(name)).join(", ")}]`;
  const rows = api.endpoints.map(({ name, parameters }) => {
    const fields = parameters.map((parameter) => (parameter.required ? parameter.name : `[${parameter.name}]`));
    return `  [${JSON.stringify(name)}, ${JSON.stringify(fields.join(" "))}],\n`;
  });
  return `// Generated by ../../../generate.mjs from api.json, the table that the Rust core writes. Do not edit.

/** The parameters of each endpoint by its method's name; those in brackets are optional. */
export const PARAMETERS: ReadonlyMap<string, string> = new Map([
${rows.join("")}]);

/** The endpoints that need no key and no signature. */
export const UNSIGNED: readonly string[] = ${list(api.endpoints.filter(({ signed }) => !signed))};

/** The endpoints that move money. */
export const MOVES_MONEY: readonly string[] = ${list(api.endpoints.filter(({ kind }) => kind === "moves_money"))};
`;
}

/** Whether a call is retried automatically, by its kind. */
const REPEATED = { read: "yes", repeatable: "yes", creates: "if that call sets `maxRetries`", moves_money: "never" };

/** Returns the README with the table of methods between its two comments. */
function withMethods(readme, api) {
  const [start, end] = ["<!-- methods: generated by generate.mjs -->\n\n", "\n<!-- /methods -->\n"];
  const [before, after] = [readme.indexOf(start) + start.length, readme.indexOf(end)];
  if (before < start.length || after < before)
    throw new Error(`pkg/README.md must have ${start.trim()} and ${end.trim()} around its methods.`);
  const rows = api.endpoints.map(({ name, description, kind }) => {
    const [sentence] = /^.*?\.(?= |$)/.exec(description) ?? [description];
    return `| \`${name}()\` | ${sentence} | ${REPEATED[kind]} |\n`;
  });
  return `${readme.slice(0, before)}| method | purpose | repeated automatically |\n| --- | --- | --- |\n${rows.join("")}${readme.slice(after)}`;
}

/** Returns the text of each generated file. */
export function generate() {
  const api = JSON.parse(read("../api.json"));
  return {
    "src/endpoints.ts": endpointsText(api),
    "src/cli/call/endpoints.ts": callableText(api),
    "src/worker/contract.ts": contractText(JSON.parse(read("../worker/openapi.json"))),
    "README.md": withMethods(read("README.md"), api),
  };
}

/** Writes those generated files that are not up to date. */
export function writeGenerated() {
  for (const [name, text] of Object.entries(generate())) if (read(name) !== text) writeFileSync(inPkg(name), text);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeGenerated();
