// Prints a rehearsal, for people or as JSON.
import { printable } from "../output.js";
import type { Rehearsal } from "./run.js";

/** Settings that a report shows. */
export interface ReportSettings {
  readonly handler: string;
  /** Whether credits were checked. */
  readonly hasLedger: boolean;
  readonly prefix: string;
}

const PAGE = "https://github.com/citrn/citrn/blob/main/docs/rehearsing.md";
const STRANGERS = "Use a shop that nothing else uses meanwhile. Otherwise the handler credits the wrong customer.";
const UNCHECKED_CREDITS =
  "credits, because there is no --ledger: whether each customer is credited once, and with the right amount";

/** Whether every scenario passed. */
export function hasPassed({ results, strangers }: Rehearsal): boolean {
  return strangers.length === 0 && results.every(({ faults }) => faults.length === 0);
}

/** Returns the report as lines for a terminal. */
export function asText(rehearsal: Rehearsal, settings: ReportSettings): string {
  const { results, strangers } = rehearsal;
  const width = Math.max(...results.map(({ scenario, profile }) => `${scenario.name} (${profile})`.length));
  const lines = results.flatMap(({ scenario, profile, faults }) => {
    const name = `${scenario.name} (${profile})`.padEnd(width);
    if (faults.length === 0) return [`passed  ${name}  ${scenario.description}`];
    const messages = faults.map(({ message }) => `        - ${printable(message)}`);
    return [`FAILED  ${name}  ${scenario.description}`, ...messages, `        To do: ${scenario.advice}`];
  });
  if (strangers.length > 0) {
    lines.push("FAILED  customers of no callback were credited");
    lines.push(...strangers.map(({ message }) => `        - ${printable(message)}`), `        To do: ${STRANGERS}`);
  }
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  lines.push("", `${results.length - failed} passed, ${failed + (strangers.length > 0 ? 1 : 0)} failed.`);
  for (const unchecked of uncheckedBy(settings)) lines.push(`Not checked: ${unchecked}.`);
  if (!hasPassed(rehearsal) || !settings.hasLedger) lines.push(`More: ${PAGE}`);
  return lines.join("\n");
}

/** Returns the report as JSON. */
export function asJson(rehearsal: Rehearsal, settings: ReportSettings): string {
  const results = rehearsal.results.map(({ scenario, profile, faults }) => ({
    ...{ name: scenario.name, profile, description: scenario.description, passed: faults.length === 0, faults },
    advice: faults.length === 0 ? null : scenario.advice,
  }));
  const { handler, prefix: customers } = settings;
  const passed = hasPassed(rehearsal);
  const report = { handler, customers, passed, unchecked: uncheckedBy(settings), results };
  return JSON.stringify({ ...report, strangers: rehearsal.strangers }, null, 2);
}

function uncheckedBy({ hasLedger }: ReportSettings): string[] {
  return hasLedger ? [] : [UNCHECKED_CREDITS];
}
