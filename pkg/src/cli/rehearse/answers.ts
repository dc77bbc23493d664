// Judges the answers of the handler.
import type { Delivery } from "./scenario.js";

/** An answer of the handler, or the reason why there was none. */
export interface Answer {
  readonly delivery: Delivery;
  readonly status: number | null;
  readonly error: string | null;
}

/** A reason why a scenario failed. */
export interface Fault {
  /** Stable, for programs. */
  readonly code:
    | "no_answer"
    | "wrong_status"
    | "forgery_accepted"
    | "credit_missing"
    | "credit_repeated"
    | "credit_wrong"
    | "credit_unexpected"
    | "credit_unreadable"
    | "not_run";
  readonly message: string;
}

/** Explains the statuses that a handler returns by mistake. */
const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: "was the body refused by a validation?",
  401: "is the signature checked over the raw bytes, under the secret CITRN_SECRET?",
  403: "is the signature checked over the raw bytes, under the secret CITRN_SECRET? Or does a firewall refuse it?",
  404: "is this the URL of the handler?",
  405: "is this the URL of the handler? It must accept POST",
  413: "raise the limit of the body parser",
  415: "accept application/json",
  429: "does a limit of requests apply to the gateway?",
};

/** Returns the faults in the answers to the deliveries of a scenario; equal ones are reported together. */
export function faultsOfAnswers(answers: readonly Answer[]): Fault[] {
  const faults = new Map<string, { code: Fault["code"]; labels: string[]; problem: string }>();
  for (const answer of answers) {
    const fault = faultOf(answer);
    if (!fault) continue;
    const same = faults.get(fault.problem) ?? { ...fault, labels: [] };
    same.labels.push(answer.delivery.label);
    faults.set(fault.problem, same);
  }
  return [...faults.values()].map(({ code, labels: [first, ...more], problem }) => {
    const others = more.length > 0 ? ` and ${more.length} more` : "";
    return { code, message: `callback "${first}"${others}: ${problem}` };
  });
}

function faultOf({ delivery, status, error }: Answer): { code: Fault["code"]; problem: string } | undefined {
  if (status === null) return { code: "no_answer", problem: error ?? "no answer" };
  if (delivery.forgedSignature !== undefined) {
    if (status >= 400 && status < 500) return undefined;
    const code = status < 300 ? "forgery_accepted" : "wrong_status";
    return { code, problem: `answered ${status} to a forged callback; answer 401` };
  }
  if (status === 200) return undefined;
  const isRedirect = status >= 300 && status < 400;
  const explanation = isRedirect ? "give the URL that it redirects to" : EXPLANATIONS[status];
  const consequence = "the gateway repeats it up to 13 times, and then nothing reports it any more";
  const problem = `answered ${status} instead of 200: ${explanation ?? consequence}`;
  return { code: "wrong_status", problem };
}
