// Runs all checks, one after the other.
import { redacted } from "../output.js";
import { checkCallbacks } from "./callbacks.js";
import { checkClock } from "./clock.js";
import type { Finding } from "./finding.js";
import { checkOrigins } from "./origins.js";
import { checkReachable } from "./reachable.js";
import { checkReadiness } from "./readiness.js";
import { asJson, asText, isHealthy } from "./report.js";
import { checkWebhook } from "./webhook.js";

export interface Examination {
  /** The Worker's URL. */
  readonly url: URL;
  readonly token: string | undefined;
  /** The origin of the shop's pages. */
  readonly shopOrigin: string | undefined;
}

/** Examines a Worker. Returns the report, and whether no check failed. */
export async function examine(
  examination: Examination,
  json: boolean,
): Promise<{ isHealthy: boolean; report: string }> {
  const { url, token } = examination;
  const findings = await run(examination);
  const report = json ? asJson(url, findings) : asText(findings);
  return { isHealthy: isHealthy(findings), report: redacted(report, [token]) };
}

async function run({ url, token, shopOrigin }: Examination): Promise<readonly Finding[]> {
  const base = url.href.replace(/\/+$/, "");
  const { health, findings } = await checkReachable(url, base);
  // Any other answer would be another server's, which must not see the token either.
  if (!health) return findings;
  const callbacks = await checkCallbacks(base);
  const readiness = await checkReadiness(base, token);
  return [
    ...findings,
    checkClock(health),
    ...callbacks,
    ...readiness.findings,
    checkOrigins(readiness, shopOrigin),
    await checkWebhook(readiness, url),
  ];
}
