// Prints replies for people: a list as a table, anything else as a line for each field.
import { printable, redacted } from "../output.js";

const SIGNATURE = /[0-9a-f]{128}/gi;

/** Redacts signatures and these secrets, which the gateway may repeat. Secrets that are not text are skipped. */
export function withoutSecrets(text: string, secrets: readonly unknown[]): string {
  const texts = secrets.filter((secret) => typeof secret === "string");
  return redacted(text, texts).replace(SIGNATURE, "[redacted]");
}

/** Returns the text of a reply. */
export function replyText({ httpStatus, ...reply }: { readonly httpStatus?: unknown }): string {
  const { data, ...others } = reply as { readonly data?: unknown };
  if (Object.keys(others).length > 0) return linesOf(reply);
  if (Array.isArray(data) && data.every(isObject)) return tableOf(data);
  return linesOf(isObject(data) ? data : reply);
}

function linesOf(fields: object): string {
  return aligned(Object.entries(fields).map(([name, value]) => [printable(name), textOf(value)]));
}

function tableOf(rows: readonly object[]): string {
  if (rows.length === 0) return "(none)";
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => textOf((row as Record<string, unknown>)[name])));
  return aligned([names.map(printable), ...cells]);
}

/** Returns rows with their columns below each other. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns text as it is, and anything else as JSON. */
function textOf(value: unknown): string {
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}
