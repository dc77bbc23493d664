// Runs a rehearsal: posts the callbacks of each scenario, and judges the answers and credits.
import { setTimeout as sleep } from "node:timers/promises";
import { deliver, TIMED_OUT } from "../../sandbox/delivery.js";
import { Exit, Problem } from "../exit.js";
import { type Answer, type Fault, faultsOfAnswers } from "./answers.js";
import { changesBetween, type Changes, faultsOfCredits, isComplete, unreadableSince } from "./credits.js";
import { DEPOSITS } from "./deposits.js";
import { FORGERIES } from "./forgeries.js";
import { FORMS } from "./forms.js";
import { Gateway, PROFILES, type Profile } from "./gateway.js";
import type { ReadLedger, Sums } from "./ledger.js";
import { amountsBeforeFees } from "./parts.js";
import { REPEATS } from "./repeats.js";
import { sandboxScenarios } from "./sandbox-scenarios.js";
import type { Delivery, Scenario, Script } from "./scenario.js";
import { STATUSES } from "./statuses.js";

/** The scenarios besides the sandbox's. */
const SCENARIOS: readonly Scenario[] = [...DEPOSITS, ...STATUSES, ...REPEATS, ...FORMS, ...FORGERIES];

/** Settings of {@link runRehearsal}. */
export interface RehearsalSettings {
  readonly handler: URL;
  readonly readLedger: ReadLedger | undefined;
  readonly secret: string;
  readonly apiKey: string | undefined;
  /** The beginning of the customers' ids. */
  readonly prefix: string;
  /** The names of the scenarios to run; all by default. */
  readonly only?: readonly string[];
  /** How long the handler may take to answer: 10 s by default, as for the gateway. */
  readonly timeoutMs?: number;
  /** How long the ledger must stay unchanged until credits that are missing will not come: 3 s by default. */
  readonly quietMs?: number;
}

/** The outcome of a scenario under a profile. */
export interface Result {
  readonly scenario: Scenario;
  readonly profile: Profile;
  readonly faults: readonly Fault[];
}

/** The outcome of a rehearsal. */
export interface Rehearsal {
  readonly results: readonly Result[];
  /** Credits of customers that are not the rehearsal's, such as `undefined`. */
  readonly strangers: readonly Fault[];
}

/** A scenario under a profile, and the answers to its callbacks. */
interface Trial {
  readonly scenario: Scenario;
  readonly profile: Profile;
  readonly customers: readonly string[];
  readonly script: Script;
  readonly answers: readonly Answer[];
  /** Whether all its callbacks were answered, so that its credits can be judged. */
  readonly isAnswered: boolean;
}

/** How many scenarios in a row may lack an answer before the rest is not run. */
const MAX_UNANSWERED = 3;
const POLL_MS = 250;
const MAX_WAIT_MS = 60_000;

/** @throws {Problem} if the handler cannot be reached, or the ledger is malformed */
export async function runRehearsal(settings: RehearsalSettings): Promise<Rehearsal> {
  const { readLedger, only = [] } = settings;
  const before = await readLedger?.();
  const gateway = await Gateway.start(settings);
  const trials: Trial[] = [];
  const notRun: Result[] = [];
  let unanswered = 0;
  try {
    const scenarios = chosen([...SCENARIOS, ...(await sandboxScenarios(gateway))], only);
    for (const profile of PROFILES) {
      await gateway.use(profile);
      for (const scenario of scenarios) {
        if (profile !== PROFILES[0] && !scenario.underEachProfile) continue;
        if (unanswered >= MAX_UNANSWERED) {
          notRun.push({ scenario, profile, faults: [NOT_RUN] });
          continue;
        }
        const trial = await runTrial(gateway, scenario, profile, trials.length, settings);
        trials.push(trial);
        unanswered = trial.isAnswered ? 0 : unanswered + 1;
      }
    }
  } finally {
    await gateway.close();
  }
  const after = before && readLedger && (await settled(before, readLedger, trials, settings));
  const results = trials.map((trial) => judge(trial, before, after));
  return { results: [...results, ...notRun], strangers: strangersIn(trials, before, after) };
}

/** Returns the scenarios with these names, or all if there are none. */
function chosen(scenarios: readonly Scenario[], only: readonly string[]): readonly Scenario[] {
  const names = scenarios.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Problem(Exit.usage, `--only: "${unknown}" is not one of ${names.join(", ")}.`);
  return only.length === 0 ? scenarios : scenarios.filter(({ name }) => only.includes(name));
}

const NOT_RUN: Fault = {
  code: "not_run",
  message: "was not run, because the handler no longer answers",
  remedy: "Make the handler answer the scenarios before this one.",
};

async function runTrial(
  gateway: Gateway,
  scenario: Scenario,
  profile: Profile,
  index: number,
  settings: RehearsalSettings,
): Promise<Trial> {
  const customers = [`${settings.prefix}${2 * index + 1}`, `${settings.prefix}${2 * index + 2}`] as const;
  const prepared = await scenario.prepare(gateway, ...customers);
  const script = { ...prepared, mistakes: [...(prepared.mistakes ?? []), ...amountsBeforeFees(prepared)] };
  const answers: Answer[] = [];
  for (const [step, deliveries] of script.steps.entries()) {
    const given = await Promise.all(deliveries.map((delivery) => post(gateway, delivery, settings)));
    const [first] = given;
    if (index === 0 && step === 0 && first?.error && !first.error.startsWith(TIMED_OUT)) {
      throw new Problem(Exit.unreachable, `--handler: ${settings.handler.origin} did not answer: ${first.error}.`);
    }
    // Concurrent callbacks may exclude each other: the gateway repeats those that were not answered with 200.
    if (deliveries.length > 1) {
      for (const [at, { status }] of given.entries()) {
        const delivery = deliveries[at];
        if (delivery && status !== null && status !== 200) given[at] = await post(gateway, delivery, settings);
      }
    }
    answers.push(...given);
    if (given.some(({ status }) => status === null)) break;
  }
  const isAnswered = answers.every(({ status }) => status !== null);
  return { scenario, profile, customers, script, answers, isAnswered };
}

/** Posts a callback once. */
async function post(gateway: Gateway, delivery: Delivery, settings: RehearsalSettings): Promise<Answer> {
  const { body, forgedSignature } = delivery;
  const headers = new Map(Object.entries(gateway.sign(body)));
  if (typeof forgedSignature === "string") headers.set("X-Process-Signature", forgedSignature);
  if (forgedSignature === null) headers.delete("X-Process-Signature");
  const request = { url: settings.handler.href, headers: [...headers], body };
  const outcome = await deliver(request, new AbortController().signal, settings.timeoutMs);
  return "status" in outcome
    ? { delivery, status: outcome.status, error: null }
    : { delivery, status: null, error: outcome.error };
}

/** Reads the ledger until all credits are there, or it no longer changes. */
async function settled(
  before: Sums,
  readLedger: ReadLedger,
  trials: readonly Trial[],
  { quietMs = 3000 }: RehearsalSettings,
): Promise<Sums> {
  const end = Date.now() + MAX_WAIT_MS;
  let [after, unchangedSince] = [await readLedger(), Date.now()];
  for (;;) {
    const changes = changesBetween(before, after);
    const complete = trials.every(({ script, isAnswered }) => !isAnswered || isComplete(script, changes));
    // Surplus credits may still come when none is missing.
    const until = unchangedSince + (complete ? quietMs / 3 : quietMs);
    if (Date.now() >= Math.min(until, end)) return after;
    await sleep(Math.min(POLL_MS, quietMs / 3));
    const now = await readLedger();
    if (changesBetween(after, now).size > 0) [after, unchangedSince] = [now, Date.now()];
  }
}

function judge(trial: Trial, before: Sums | undefined, after: Sums | undefined): Result {
  const { scenario, profile, customers, script, answers, isAnswered } = trial;
  const faults = faultsOfAnswers(answers);
  if (before && after && isAnswered) {
    const ofCredits = faultsOfCredits(script, customers, changesBetween(before, after));
    const unreadable = unreadableSince(before, after).filter(({ customer }) => customers.includes(customer));
    // A callback that was refused, or credited with an unreadable amount, lacks its credit: that is the same fault.
    const isExplained = unreadable.length > 0 || faults.some(({ code }) => code === "wrong_status");
    const mayBeMissing = isExplained || script.mayBeReviewed;
    faults.push(...ofCredits.filter(({ code }) => !mayBeMissing || code !== "credit_missing"));
    for (const { customer, amount } of unreadable) {
      const message = `the ledger has the amount "${amount}" for ${customer}, which is not plain decimal text`;
      faults.push({ code: "credit_unreadable", message });
    }
  }
  return { scenario, profile, faults };
}

/** Returns the credits of customers that no callback named. */
function strangersIn(trials: readonly Trial[], before: Sums | undefined, after: Sums | undefined): Fault[] {
  if (!before || !after) return [];
  const known = new Set(trials.flatMap(({ customers }) => customers));
  const changes: Changes = changesBetween(before, after);
  for (const customer of known) changes.delete(customer);
  return faultsOfCredits({ credits: [] }, [...changes.keys()], changes);
}
