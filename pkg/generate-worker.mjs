// Makes src/worker/contract.ts of worker/openapi.json: the types of `citrn/worker`. The output is formatted like that of Biome.

/** Longest line. */
const WIDTH = 120;

/**
 * The methods of the client by operation, with the names of the types of their parameters and replies. Without a reply,
 * it is that of another operation.
 */
const OPERATIONS = {
  CreatePayment: { method: "payments.create", body: "PaymentsCreateParameters", reply: "Payment" },
  TakeAddress: { method: "addresses.take", body: "AddressesTakeParameters", reply: "Address" },
  CreateCheckoutLink: { method: "checkoutLinks.create", body: "CheckoutLinksCreateParameters", reply: "CheckoutLink" },
  Currencies: { method: "currencies.list", reply: "Currencies" },
  Rates: { method: "rates.list", reply: "Rates" },
  ListCallbacks: { method: "callbacks.list", query: "CallbacksListParameters", reply: "CallbackPage" },
  ListDeposits: { method: "deposits.list", query: "DepositsListParameters", reply: "DepositPage" },
  RedeliverCallbacks: {
    method: "callbacks.redeliver",
    body: "CallbacksRedeliverParameters",
    reply: "CallbacksRedelivery",
  },
  EraseCustomer: { method: "callbacks.erase", query: "CallbacksEraseParameters" },
  RedeliverCallback: { method: "callbacks.redeliver", reply: "Redelivery" },
  EraseCallback: { method: "callbacks.erase", reply: "Erasure" },
};

/** The types of components, where they have another name than the schema. */
const COMPONENTS = { Event: "InboxEvent" };

/** The descriptions of components that have none in the contract. */
const COMMENTS = {
  Event: "An event of the Worker's inbox, with the state of its delivery.",
  EventData: "The details of an event.",
  Deposit: "A deposit, as its callbacks report it.",
};

const quoted = (value) => JSON.stringify(value);
const componentName = (ref) => ref.split("/").at(-1);
const typeName = (component) => COMPONENTS[component] ?? component;

/** A comment that editors show; long lines are broken. */
function comment(indent, text) {
  if (!text) return "";
  const line = new RegExp(`(?:.{1,${WIDTH - 6 - indent.length}}|\\S+)(?: |$)`, "g");
  const lines = text
    .replaceAll(/\s+/g, " ")
    .match(line)
    .map((words) => words.trimEnd());
  if (lines.length === 1 && indent.length + lines[0].length + 7 <= WIDTH) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((words) => `${indent} * ${words}\n`).join("")}${indent} */\n`;
}

/** The description of a property, with the limits that its schema has. */
function described({ description = "", minimum, maximum, default: byDefault }) {
  const range = minimum !== undefined && maximum !== undefined ? ` From ${minimum} to ${maximum}.` : "";
  return `${description}${range}${byDefault === undefined ? "" : ` By default ${quoted(byDefault)}.`}`.trim();
}

class Contract {
  /** The components that are in use, in the order of their first use. */
  #used = new Set();

  constructor(openapi) {
    this.openapi = openapi;
  }

  /** The type of a schema. `isOpen`: words that the Worker may add to later are an open union. */
  #typeOf(schema, indent, isOpen) {
    if (schema.$ref !== undefined) {
      this.#used.add(componentName(schema.$ref));
      return typeName(componentName(schema.$ref));
    }
    if (schema.allOf) return schema.allOf.map((part) => this.#partOf(part, indent, isOpen)).join(" & ");
    const among = schema.oneOf ?? schema.anyOf;
    if (among) return [...new Set(among.map((one) => this.#typeOf(one, indent, isOpen)))].join(" | ");
    if (schema.const !== undefined) return quoted(schema.const);
    if (schema.enum) return this.#wordsOf(schema.enum, isOpen);
    const types = [schema.type].flat();
    return types.map((type) => this.#plainType(type, schema, indent, isOpen)).join(" | ");
  }

  /** A part of an intersection. Its properties narrow those of the other parts, which have them all. */
  #partOf(part, indent, isOpen) {
    if (!part.properties) return this.#typeOf(part, indent, isOpen);
    return this.#plainType("object", { ...part, required: Object.keys(part.properties) }, indent, isOpen);
  }

  #wordsOf(words, isOpen) {
    const texts = words.filter((word) => word !== null).map(quoted);
    const open = isOpen && texts.length > 1 ? ["(string & {})"] : [];
    return [...texts, ...open, ...(words.includes(null) ? ["null"] : [])].join(" | ");
  }

  #plainType(type, schema, indent, isOpen) {
    if (type === "object" && schema.properties) return `{\n${this.#fields(schema, `${indent}  `, isOpen)}${indent}}`;
    if (type === "object") return "{ readonly [name: string]: unknown }";
    if (type === "array") {
      const item = this.#typeOf(schema.items, indent, isOpen);
      return `readonly ${item.includes(" | ") ? `(${item})` : item}[]`;
    }
    const type_ = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" }[type];
    if (type_ === undefined && type !== undefined) throw new Error(`worker/openapi.json has the type "${type}".`);
    return type_ ?? "unknown";
  }

  #fields({ properties, required = [] }, indent, isReply) {
    const field = ([name, schema]) => {
      const type = this.#typeOf(schema, indent, isReply);
      const optional = required.includes(name) ? "" : "?";
      const whole = optional && !isReply ? `${type} | null | undefined` : type;
      return `${comment(indent, described(schema))}${this.#property(indent, name + optional, whole, isReply)}`;
    };
    // The contract sorts its names; required ones come first, in the order in which it lists them.
    const names = [...new Set([...required, ...Object.keys(properties)])];
    return names.map((name) => field([name, properties[name]])).join("");
  }

  #property(indent, name, type, isReply) {
    const start = `${indent}${isReply ? "readonly " : ""}${name}:`;
    if (type.includes("\n") || `${start} ${type};`.length <= WIDTH) return `${start} ${type};\n`;
    return `${start}\n${type
      .split(" | ")
      .map((word) => `${indent}  | ${word}`)
      .join("\n")};\n`;
  }

  #declaration(name, schema, description, isReply) {
    const head = comment("", description ?? schema.description);
    if (schema.properties) return `${head}export interface ${name} {\n${this.#fields(schema, "  ", isReply)}}\n`;
    const type = this.#typeOf(schema, "", isReply);
    const line = `export type ${name} = ${type};`;
    const broken = type
      .split(" | ")
      .map((one) => `\n  | ${one}`)
      .join("");
    return `${head}${line.length <= WIDTH ? line : `export type ${name} =${broken};`}\n`;
  }

  #operation({ operationId, parameters, requestBody, responses }) {
    const { method, body, query, reply } = OPERATIONS[operationId];
    const purpose = `Parameters of \`${method}\`.`;
    const declarations = [];
    if (body) {
      const { schema } = requestBody.content["application/json"];
      declarations.push(this.#declaration(body, schema, purpose, false));
    }
    if (query) {
      const inQuery = parameters.filter((parameter) => parameter.in === "query");
      const schemas = inQuery.map(({ name, description, schema }) => [name, { description, ...schema }]);
      const required = inQuery.filter((parameter) => parameter.required).map(({ name }) => name);
      const schema = { properties: Object.fromEntries(schemas), required };
      declarations.push(this.#declaration(query, schema, purpose, false));
    }
    if (!reply) return declarations;
    const { content, description } = responses[Object.keys(responses).find((status) => status.startsWith("2"))];
    declarations.push(this.#declaration(reply, content["application/json"].schema, description, true));
    return declarations;
  }

  /** The union of the events that the Worker delivers, which the contract has under `webhooks`. */
  #webhooks() {
    const oneOf = this.#deliveries().map(({ requestBody }) => requestBody.content["application/json"].schema);
    return this.#declaration("WebhookBody", { oneOf }, "The body of a delivery. `type` tells the members apart.", true);
  }

  #deliveries() {
    return Object.values(this.openapi.webhooks).map(({ post }) => post);
  }

  /** The description of a component; that of an event is the summary of its delivery. */
  #componentComment(name) {
    const delivery = this.#deliveries().find(
      ({ requestBody }) => componentName(requestBody.content["application/json"].schema.$ref) === name,
    );
    return delivery?.summary ?? COMMENTS[name];
  }

  toString() {
    const { paths, components } = this.openapi;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const byId = new Map(operations.map((operation) => [operation.operationId, operation]));
    const declarations = Object.keys(OPERATIONS).flatMap((id) => this.#operation(byId.get(id)));
    declarations.push(this.#webhooks());
    // A component may use further ones, which join the set while it is read.
    for (const name of this.#used)
      declarations.push(
        this.#declaration(typeName(name), components.schemas[name], this.#componentComment(name), true),
      );
    return declarations.join("\n");
  }
}

/** The text of src/worker/contract.ts. */
export const contractText = (openapi) =>
  `// Generated by ../../generate-worker.mjs from worker/openapi.json. Do not edit.\n\n${new Contract(openapi)}`;
