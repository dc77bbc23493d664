import { Exit, Problem } from "../exit.js";

/**
 * Reads the values of `--set`: `path=text`, or `path:=json`. Returns paths and JSON text, which keeps every digit.
 *
 * @throws {Problem} if one is malformed
 */
export function readAssignments(texts: readonly string[]): [path: string, json: string][] {
  return texts.map((text) => {
    const [, path, isJson, value = ""] = /^([^=]+?)(:?)=([\s\S]*)$/.exec(text) ?? [];
    if (path === undefined) {
      throw new Problem(Exit.usage, `--set ${text}: give PATH=TEXT or PATH:=JSON, such as fees:=null.`);
    }
    if (!isJson) return [path, JSON.stringify(value)];
    try {
      JSON.parse(value);
    } catch {
      throw new Problem(Exit.usage, `--set ${path}: the value after := is not JSON; for text write ${path}=TEXT.`);
    }
    return [path, value];
  });
}
