// The checks `callbacks_unsigned` and `callbacks_forged`: whether `/callbacks` is the Worker's, and refuses what the
// gateway did not sign. The Worker checks the signature first, so nothing is stored.
import { randomBytes } from "node:crypto";
import { explain, problemIn } from "./answerer.js";
import { failed, type Finding, notChecked, passed } from "./finding.js";
import { type Answer, send } from "./request.js";

const BODY = '{"id":0,"type":"deposit","status":"doctor"}';

/** Posts a callback without a signature and one with a wrong signature. */
export async function checkCallbacks(base: string): Promise<Finding[]> {
  const forged = { "X-Process-Key": "doctor", "X-Process-Signature": randomBytes(64).toString("hex") };
  return [await check("callbacks_unsigned", base, {}), await check("callbacks_forged", base, forged)];
}

async function check(name: string, base: string, signature: Record<string, string>): Promise<Finding> {
  const headers = { "Content-Type": "application/json", ...signature };
  const answer = await send(`${base}/callbacks`, { method: "POST", headers, body: BODY });
  return "fault" in answer ? failed(name, answer.fault) : judge(name, answer);
}

function judge(name: string, answer: Answer): Finding {
  const problem = problemIn(answer);
  if (problem?.code === "invalid_signature") return passed(name, `Refused with ${answer.status} invalid_signature.`);
  if (problem?.code === "too_many_requests") return notChecked(name, `${problem.detail} Run doctor again later.`);
  if (problem?.code === "invalid_configuration") {
    const detail = `The Worker is not configured, so it refuses every callback: ${problem.detail}`;
    return failed(name, { detail, remedy: "Set CITRN_API_KEY and CITRN_SECRET: npx wrangler secret put." });
  }
  if (answer.status < 200 || answer.status > 299) return failed(name, explain(answer));
  const detail = `A callback with an invalid signature was accepted with ${answer.status}.`;
  return failed(name, { detail, remedy: "Check what else answers /callbacks: the Worker would refuse it." });
}
