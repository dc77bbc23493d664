// llms.txt (https://llmstxt.org), a guide for coding agents. Its samples are those of the documentation, which tests run,
// and its lists come from api.json and worker/openapi.json.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inRoot } from "./root.mjs";

const { blocksOf } = await import(pathToFileURL(inRoot("pkg", "test", "pages.mjs")).href);
const read = (/** @type {string} */ file) => readFileSync(inRoot(file), "utf8");

/**
 * Returns a sample of a page as a block of code: that with the name, or without one the first in Rust.
 * @param {string} page @param {string} [name]
 */
function sample(page, name) {
  /** @type {{ name?: string, language: string, text: string }[]} */
  const blocks = blocksOf(page);
  const block = blocks.find((block) => (name ? block.name === name : block.language === "rust"));
  if (block === undefined) throw new Error(`scripts/llms.template.txt: ${page} has no sample ${name ?? "in Rust"}.`);
  return `\`\`\`${block.language}\n${block.text}\`\`\``;
}

/** @typedef {Record<"name" | "method" | "url" | "kind", string>
 *   & { parameters: { name: string, required: boolean }[] }} Endpoint */

/** Returns a method with its parameters. @param {Endpoint} endpoint */
function signature({ name, parameters }) {
  const names = parameters.map(({ name, required }) => (required ? name : `${name}?`));
  return names.length > 0 ? `${name}({ ${names.join(", ")} })` : `${name}()`;
}

const kindOf = (/** @type {Endpoint} */ { kind }) => kind.replace("_", " ");

const quoted = (/** @type {string[]} */ names) => names.map((name) => `\`${name}\``);

/** Returns the lists of the template, by their placeholders. @returns {Record<string, string>} */
function lists() {
  /** @type {{ endpoints: Endpoint[], errorCodes: { code: string }[], clientErrorCodes: { code: string }[] }} */
  const { endpoints, errorCodes, clientErrorCodes } = JSON.parse(read("api.json"));
  /** @type {{ paths: Record<string, Record<string, { summary: string }>> }} */
  const { paths } = JSON.parse(read("worker/openapi.json"));
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => `- \`${method.toUpperCase()} ${path}\`: ${summary}`),
  );
  const moving = endpoints.filter(({ kind }) => kind === "moves_money").map(({ name }) => name);
  return {
    moves_money: quoted(moving).join(" or "),
    endpoints: endpoints
      .map((endpoint) => `- \`${signature(endpoint)}\`: \`${endpoint.method} ${endpoint.url}\`, ${kindOf(endpoint)}`)
      .join("\n"),
    codes: quoted(errorCodes.map(({ code }) => code)).join(", "),
    client_codes: quoted(clientErrorCodes.map(({ code }) => code)).join(", "),
    routes: routes.join("\n"),
  };
}

/** Returns the text of llms.txt. */
export function guide() {
  const values = lists();
  const placeholders = /\{\{(?:(sample|rust) (\S+)(?: (\S+))?|(\w+))\}\}/g;
  return read("scripts/llms.template.txt").replaceAll(placeholders, (_, kind, page, name, list) => {
    const value = kind ? sample(page, name) : values[list];
    if (value === undefined) throw new Error(`scripts/llms.template.txt: there is no list ${list}.`);
    return value;
  });
}

/** Writes llms.txt. */
export const writeGuide = () => writeFileSync(inRoot("llms.txt"), guide());
