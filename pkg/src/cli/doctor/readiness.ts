// The checks of `/readyz`, and the check `token`: whether the Worker accepts the token.
import { setTimeout } from "node:timers/promises";
import { explain, problemIn } from "./answerer.js";
import { type Fault, failed, type Finding, notChecked, passed, warning } from "./finding.js";
import { checksIn, type Reported } from "./reported.js";
import { send } from "./request.js";

/** The Worker's longest wait for the gateway is a minute; a holder of a token waits for the result. */
const TIMEOUT_MS = 75_000;

/** How often to ask again while the first check of a Worker is running. */
const MAX_REPEATS = 5;

/** The checks that the Worker makes with valid settings, and those that it shows only to a holder of a token. */
const FOR_ALL = ["settings", "gateway", "credentials", "rate_limits"];
const FOR_HOLDERS = ["deliveries", "callbacks", "checkout"];

const NO_TOKEN: Fault = {
  detail: "Needs a token.",
  remedy: "Set CITRN_WORKER_TOKEN to a token of WORKER_TOKENS that may use GET /readyz.",
};
const NO_CHECKS = "Needs the checks of /readyz.";
const RESTRICTED: Fault = {
  detail: "The token may not use GET /readyz.",
  remedy: "Add it to the token's routes in WORKER_TOKENS.",
};

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["settings", "Set it with npx wrangler secret put, or as a variable in the configuration, and deploy."],
  ["gateway", "Check CITRN_BASE_URL, and with npx citrn ping whether the gateway answers."],
  [
    "credentials",
    "Put the account's current key and secret into CITRN_API_KEY and CITRN_SECRET with npx wrangler secret put: they " +
      "may have been rotated at the gateway.",
  ],
]);
const HIDDEN_SETTINGS =
  "Set CITRN_WORKER_TOKEN, or run npx wrangler tail, to see which. Without a readable WORKER_TOKENS no token works: " +
  "set that first.";

export interface Readiness {
  readonly reported: readonly Reported[];
  readonly findings: readonly Finding[];
  /** Why checks that need a token are left out; `undefined` if they are not. */
  readonly withoutHolder: Fault | string | undefined;
}

/** Requests `/readyz`, with the token if there is one. */
export async function checkReadiness(base: string, token: string | undefined): Promise<Readiness> {
  const answer = await readyz(base, token);
  if (!("fault" in answer) && token !== undefined && answer.status === 401 && problemIn(answer)) {
    const detail = "The Worker refuses CITRN_WORKER_TOKEN.";
    const remedy = "Use a token of its setting WORKER_TOKENS. If it is one of them, the setting was not deployed.";
    const { findings, ...rest } = await checkReadiness(base, undefined);
    return { ...rest, findings: [failed("token", { detail, remedy }), ...findings] };
  }
  const withoutChecks = (finding: Finding) => {
    return { reported: [], findings: [finding], withoutHolder: token === undefined ? NO_TOKEN : NO_CHECKS };
  };
  if ("fault" in answer) return withoutChecks(failed("readyz", answer.fault));
  const reported = checksIn(answer);
  if (!reported) {
    const problem = problemIn(answer);
    const isPending = problem?.code === "checking" || problem?.code === "too_many_requests";
    return withoutChecks(isPending ? notChecked("readyz", problem.detail) : failed("readyz", explain(answer)));
  }
  const isHolder = reported.some(({ name }) => FOR_HOLDERS.includes(name));
  const withoutHolder = isHolder ? undefined : token === undefined ? NO_TOKEN : RESTRICTED;
  const tokenFindings = token !== undefined ? [passed("token", "The Worker accepts CITRN_WORKER_TOKEN.")] : [];
  const absent = (names: readonly string[], reason: string | Fault) =>
    names.filter((name) => !reported.some((check) => check.name === name)).map((name) => notChecked(name, reason));
  const findings = [
    ...tokenFindings,
    ...reported.map((check) => findingOf(check, reported)),
    ...absent(FOR_ALL, "The Worker checks it once its settings are valid."),
    ...(withoutHolder ? absent(FOR_HOLDERS, withoutHolder) : []),
  ];
  return { reported, findings, withoutHolder };
}

/** Requests `/readyz`, again while the Worker's first check is running. */
async function readyz(base: string, token: string | undefined) {
  const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
  for (let repeats = 0; ; repeats += 1) {
    const answer = await send(`${base}/readyz`, { ...(headers && { headers }), timeoutMs: TIMEOUT_MS });
    const isPending = !("fault" in answer) && problemIn(answer)?.code === "checking";
    if (!isPending || repeats === MAX_REPEATS) return answer;
    await setTimeout(1000);
  }
}

function findingOf({ name, ok, code, detail }: Reported, all: readonly Reported[]): Finding {
  if (ok) return code === undefined ? passed(name, "Passed in /readyz.") : warning(name, detail ?? code);
  const isHidden = detail === undefined && name === "settings";
  // Key and secret cannot be checked without the gateway.
  const isLater = name === "credentials" && all.some((check) => check.name === "gateway" && !check.ok);
  const remedy = isHidden ? HIDDEN_SETTINGS : REMEDIES.get(isLater ? "gateway" : name);
  const shown = detail ?? (isHidden ? "A setting is missing or malformed." : `Failed with ${code ?? "no code"}.`);
  return failed(name, { detail: shown, remedy: remedy ?? "See worker/PROBLEMS.md." });
}
