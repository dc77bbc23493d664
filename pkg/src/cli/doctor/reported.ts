// Reads the checks in an answer of `/readyz`. It may be another server's, whose fields have any type.
import { problemIn } from "./answerer.js";
import type { Answer } from "./request.js";

/** A check as `/readyz` reports it. */
export interface Reported {
  readonly name: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly detail?: string;
  readonly return_origins?: readonly string[];
  readonly webhook_url?: string;
}

/** Returns the checks, or `undefined` if the answer is not that of `/readyz`. Fields of a wrong type are left out. */
export function checksIn(answer: Answer): Reported[] | undefined {
  const checks = answer.status === 200 ? answer.json?.checks : problemIn(answer)?.checks;
  if (!Array.isArray(checks) || checks.length === 0) return undefined;
  const reported = checks.map(reportedIn).filter((check) => check !== undefined);
  return reported.length === checks.length ? reported : undefined;
}

function reportedIn(check: unknown): Reported | undefined {
  const { name, ok, code, detail, return_origins, webhook_url } = (check ?? {}) as Readonly<Record<string, unknown>>;
  if (!isText(name) || !/^[\w-]+$/.test(name) || typeof ok !== "boolean") return undefined;
  return {
    ...{ name, ok },
    ...(isText(code) && { code }),
    ...(isText(detail) && { detail }),
    ...(Array.isArray(return_origins) && return_origins.every(isText) && { return_origins }),
    ...(isText(webhook_url) && { webhook_url }),
  };
}

/** Whether a value is text that says something. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
