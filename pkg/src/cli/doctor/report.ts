// Prints the findings, for people or as JSON.
import { type Colour, coloured, printable, printableJson } from "../output.js";
import type { Finding } from "./finding.js";

const GUIDE = "https://github.com/citrn/citrn/blob/main/docs/going-live.md";

const COLOURS: Readonly<Record<Finding["result"], Colour>> = {
  passed: "green",
  warning: "yellow",
  failed: "red",
  "not checked": "grey",
};

/** Returns one line for each finding, and a summary. */
export function asText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, result, detail, remedy }, at) => {
    const state = coloured(COLOURS[result], (result === "failed" ? "FAILED" : result).padEnd("not checked".length));
    // Several checks are left out for one reason, such as a missing token: its remedy is in the first of their lines.
    const isRepeated = result === "not checked" && findings.findIndex((finding) => finding.remedy === remedy) < at;
    const text = remedy === undefined || isRepeated ? detail : `${detail} To do: ${remedy}`;
    return `${state}  ${printable(check).padEnd(width)}  ${printable(text)}`;
  });
  const count = (wanted: Finding["result"]) => findings.filter(({ result }) => result === wanted).length;
  const [failures, warnings] = [count("failed"), count("warning")];
  const summary = `${count("passed")} passed, ${failures} failed, ${warnings} with a warning`;
  const more = failures > 0 ? [`More: ${GUIDE}`] : [];
  return [...lines, "", `${summary}, ${count("not checked")} not checked.`, ...more].join("\n");
}

/** Returns the findings as JSON. */
export function asJson(url: URL, findings: readonly Finding[]): string {
  return printableJson({ url, healthy: isHealthy(findings), findings });
}

/** Whether no check failed. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ result }) => result !== "failed");
}
