// Checks the names of a call's parameters. The client would report the first fault only.
import { CitrnParameterError } from "../../index.js";
import { PARAMETERS } from "./endpoints.js";

/**
 * Checks that all required parameters of a method are given, and no others than its own.
 *
 * @throws {CitrnParameterError} with all missing and all unknown names; `field` is the first of them
 */
export function checkNames(method: string, parameters: Readonly<Record<string, unknown>>): void {
  const words = PARAMETERS.get(method)?.match(/\S+/g) ?? [];
  const required = words.filter((word) => !word.startsWith("["));
  const optional = words.filter((word) => word.startsWith("[")).map((word) => word.slice(1, -1));
  const missing = required.filter((name) => (parameters[name] ?? undefined) === undefined);
  const unknown = Object.keys(parameters).filter((name) => !required.includes(name) && !optional.includes(name));
  const field = missing[0] ?? unknown[0];
  if (field === undefined) return;
  const faults = [
    ...(missing.length > 0 ? [`${listOf(missing)} ${missing.length > 1 ? "are" : "is"} missing`] : []),
    ...(unknown.length > 0
      ? [`${listOf(unknown)} ${unknown.length > 1 ? "are not parameters" : "is not a parameter"}`]
      : []),
  ];
  // In the notation of --help: those in brackets are optional.
  const message = `${method}: ${faults.join("; ")}. It takes ${words.join(" ") || "no parameters"}.`;
  throw new CitrnParameterError({ code: "invalid_parameter", message, executed: "no", retryable: false, field });
}

/** Returns words as a part of a sentence, such as `a, b and c`. */
function listOf(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}
