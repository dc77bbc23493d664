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
  /** What to do about it, if it does not depend on the scenario. */
  readonly remedy?: string;
}

const VERIFY =
  "Verify the raw bytes, before any JSON parser, under the secret that CITRN_SECRET has here too. If the handler " +
  "compares X-Process-Key, set CITRN_API_KEY to its key.";

/** What to do about a status. */
const REMEDIES: Readonly<Record<number, string>> = {
  401: VERIFY,
  403: VERIFY,
  404: "Give the URL of the handler.",
  405: "Give the URL of the handler, and accept POST there.",
  413: "Raise the limit of the body parser: accept bodies of up to 256 KB.",
  415: "Accept the content type application/json.",
  429: "Do not limit the gateway's requests.",
};
const REDIRECT = "Give the URL that it redirects to.";
const SLOW = "Answer within 10 seconds: do only what must be done before the answer.";
const REPEATED = "the gateway repeats it up to 13 times, and then nothing reports it any more";

/** Returns the faults in the answers to the deliveries of a scenario; equal ones are reported together. */
export function faultsOfAnswers(answers: readonly Answer[]): Fault[] {
  const faults = new Map<string, { fault: Fault; labels: string[] }>();
  for (const answer of answers) {
    const fault = faultOf(answer);
    if (!fault) continue;
    const same = faults.get(fault.message) ?? { fault, labels: [] };
    same.labels.push(answer.delivery.label);
    faults.set(fault.message, same);
  }
  return [...faults.values()].map(({ fault, labels: [first, ...more] }) => {
    const others = more.length > 0 ? ` and ${more.length} more` : "";
    return { ...fault, message: `callback "${first}"${others}: ${fault.message}` };
  });
}

function faultOf({ delivery, status, error }: Answer): Fault | undefined {
  if (status === null) return { code: "no_answer", message: error ?? "no answer", remedy: SLOW };
  if (delivery.forgedSignature !== undefined) {
    if (status >= 400 && status < 500) return undefined;
    const code = status < 300 ? "forgery_accepted" : "wrong_status";
    return { code, message: `answered ${status} to a forged callback instead of 401` };
  }
  if (status === 200) return undefined;
  const remedy = status >= 300 && status < 400 ? REDIRECT : REMEDIES[status];
  const message = `answered ${status} instead of 200: ${REPEATED}`;
  return { code: "wrong_status", message, ...(remedy && { remedy }) };
}
