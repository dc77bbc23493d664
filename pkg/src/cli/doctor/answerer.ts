// Tells the Worker's answers from those of other servers.
import type { Fault } from "./finding.js";
import type { Answer } from "./request.js";

const GUIDE = "https://github.com/citrn/citrn/blob/main/docs/going-live.md#2-let-the-callbacks-through";

/** A problem of the Worker. */
export interface WorkerProblem {
  readonly code: string;
  readonly detail: string;
  readonly checks: unknown;
}

/** Returns the Worker's problem, unless the answer is another or another server's. */
export function problemIn({ headers, json }: Answer): WorkerProblem | undefined {
  const isProblem = headers.get("content-type")?.startsWith("application/problem+json");
  const { code, detail, checks, request_id } = json ?? {};
  if (!isProblem || typeof code !== "string" || typeof detail !== "string") return undefined;
  return typeof request_id === "string" ? { code, detail, checks } : undefined;
}

/**
 * Whether Cloudflare answered instead of the server behind it, with a challenge
 * (https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/).
 */
export function isChallenge({ headers }: Answer): boolean {
  return headers.get("cf-mitigated") === "challenge";
}

/** Whether an answer is a web page, as those of firewalls and logins are. */
export function isPage({ headers }: Answer): boolean {
  return /^text\/html\b/.test(headers.get("content-type") ?? "");
}

/** Explains why an answer is not the expected one. */
export function explain(answer: Answer): Fault {
  const { status, headers } = answer;
  const problem = problemIn(answer);
  if (problem) {
    const remedy = "See https://github.com/citrn/citrn/blob/main/worker/PROBLEMS.md.";
    return { detail: `The Worker answered ${status} ${problem.code}: ${problem.detail}`, remedy };
  }
  if (isChallenge(answer)) {
    const detail = `Cloudflare's bot protection challenged the request (status ${status}).`;
    return { detail, remedy: `Turn Bot Fight Mode off, or exempt the gateway's addresses: ${GUIDE}.` };
  }
  if (status >= 300 && status < 400) {
    const detail = `The answer is a redirect (status ${status}), which neither the gateway nor the Worker follows.`;
    return { detail, remedy: "Give the URL that it leads to, or remove the redirect." };
  }
  if (isPage(answer) && headers.get("server") === "cloudflare" && status >= 400) {
    const detail = `Cloudflare answered with a page of its own (status ${status}).`;
    return {
      detail,
      remedy: `If Security > Events of the zone has the request, exempt it: ${GUIDE}. If not, check the route.`,
    };
  }
  const detail = `Another server than the Worker answered: status ${status}${isPage(answer) ? ", with a web page" : ""}.`;
  return {
    detail,
    remedy: "Give the Worker's URL, without a path. If it is right, check the Worker's route or custom domain.",
  };
}
