// The check `return_origins`: the origins that payers may return to.
import { failed, type Finding, notChecked, passed } from "./finding.js";
import type { Readiness } from "./readiness.js";

/** Shows the allowed origins, and checks that the shop's is one of them if `wanted` names it. */
export function checkOrigins({ reported, withoutHolder }: Readiness, wanted: string | undefined): Finding {
  const name = "return_origins";
  const origins = reported.find((check) => check.name === "settings")?.return_origins;
  if (!origins) return notChecked(name, withoutHolder ?? "The Worker shows no valid ALLOWED_RETURN_ORIGINS.");
  const list = origins.length > 0 ? origins.join(", ") : "no origin";
  if (wanted !== undefined && !origins.includes(wanted)) {
    const detail = `ALLOWED_RETURN_ORIGINS does not list ${wanted}, so payments that return there are refused.`;
    return failed(name, { detail: `${detail} It lists ${list}.`, remedy: `Add ${wanted} to it, and deploy.` });
  }
  if (origins.length === 0)
    return notChecked(name, "ALLOWED_RETURN_ORIGINS lists no origin, so no payer can return to a shop.");
  return passed(name, `Payers may return to ${list}.`);
}
