// Prints a rehearsal, for people or as JSON.
import { printable } from "../output.js";
import type { Rehearsal, Result } from "./run.js";

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

/** Returns the report as lines for a terminal: one scenario after the other, with all its profiles. */
export function asText(rehearsal: Rehearsal, settings: ReportSettings): string {
  const { results, strangers } = rehearsal;
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = scenarios.flatMap((scenario) => {
    const line = `${scenario.name.padEnd(width)}  ${scenario.description}`;
    const failed = results.filter((result) => result.scenario === scenario && result.faults.length > 0);
    if (failed.length === 0) return [`passed  ${line}`];
    return [`FAILED  ${line}`, ...faultLines(failed), ...new Set(failed.flatMap(todos).map(todoLine))];
  });
  if (strangers.length > 0) {
    lines.push("FAILED  customers of no callback were credited");
    lines.push(...strangers.map(({ message }) => `        - ${printable(message)}`), todoLine(STRANGERS));
  }
  const failed = new Set(results.filter(({ faults }) => faults.length > 0).map(({ scenario }) => scenario)).size;
  const failures = failed + (strangers.length > 0 ? 1 : 0);
  lines.push("", `${scenarios.length - failed} passed, ${failures} failed.`);
  for (const unchecked of uncheckedBy(settings)) lines.push(`Not checked: ${unchecked}.`);
  if (failures > 0 || !settings.hasLedger) lines.push(`More: ${PAGE}`);
  return lines.join("\n");
}

/** Returns the lines of a scenario's faults. Profiles with the same faults as the first are only named. */
function faultLines([first, ...more]: readonly Result[]): string[] {
  const linesOf = ({ faults, profile }: Result) =>
    faults.map(({ message }) => `        - under ${profile}: ${printable(message)}`);
  const codesOf = (result: Result | undefined) => result?.faults.map(({ code }) => code).join();
  const same = more.filter((result) => codesOf(result) === codesOf(first)).map(({ profile }) => profile);
  const others = more.filter((result) => codesOf(result) !== codesOf(first));
  const sameLine = same.length > 0 ? [`        - the same under ${same.join(", ")}`] : [];
  return [...(first ? linesOf(first) : []), ...sameLine, ...others.flatMap(linesOf)];
}

/** Returns what to do about the faults of a scenario. */
function todos({ scenario, faults }: Result): string[] {
  return [...new Set(faults.map(({ remedy }) => remedy ?? scenario.advice))];
}

function todoLine(todo: string): string {
  return `        To do: ${todo}`;
}

/** Returns the report as JSON. */
export function asJson(rehearsal: Rehearsal, settings: ReportSettings): string {
  const results = rehearsal.results.map((result) => {
    const { scenario, profile, faults } = result;
    const { name, description } = scenario;
    const messages = faults.map(({ code, message }) => ({ code, message }));
    return { name, profile, description, passed: faults.length === 0, faults: messages, todo: todos(result) };
  });
  const { handler, prefix: customers } = settings;
  const passed = hasPassed(rehearsal);
  const report = { handler, customers, passed, unchecked: uncheckedBy(settings), results };
  return JSON.stringify({ ...report, strangers: rehearsal.strangers }, null, 2);
}

function uncheckedBy({ hasLedger }: ReportSettings): string[] {
  return hasLedger ? [] : [UNCHECKED_CREDITS];
}
