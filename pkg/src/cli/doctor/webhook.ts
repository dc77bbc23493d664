// The check `webhook`: whether the shop has an endpoint at `MERCHANT_WEBHOOK_URL`, which refuses what the Worker did
// not sign.
import { randomBytes } from "node:crypto";
import { explain, isChallenge, isPage } from "./answerer.js";
import { type Fault, failed, type Finding, notChecked, passed, warning } from "./finding.js";
import { isLoopback } from "./reachable.js";
import type { Readiness } from "./readiness.js";
import { type Answer, send } from "./request.js";

const NAME = "webhook";

/** Posts a delivery with an invalid signature to the shop's endpoint. No handler credits it: it has no data. */
export async function checkWebhook({ reported, withoutHolder }: Readiness, worker: URL): Promise<Finding> {
  const deliveries = reported.find(({ name }) => name === "deliveries");
  if (!deliveries) return notChecked(NAME, withoutHolder ?? "The Worker shows no MERCHANT_WEBHOOK_URL.");
  const url = targetIn(deliveries.webhook_url);
  if (!url) {
    const valid = deliveries.webhook_url === undefined ? "" : "valid ";
    return notChecked(NAME, `The Worker shows no ${valid}MERCHANT_WEBHOOK_URL.`);
  }
  // Its query may contain a secret.
  const shown = url.origin + url.pathname;
  if (isLoopback(url) && !isLoopback(worker)) {
    const detail = `MERCHANT_WEBHOOK_URL is ${shown}, which no other machine can reach.`;
    return failed(NAME, { detail, remedy: "Set it to your shop's https URL." });
  }
  const headers = {
    "Content-Type": "application/json",
    "webhook-id": "citrn-doctor",
    "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
    "webhook-signature": `v1,${randomBytes(32).toString("base64")}`,
  };
  const body = JSON.stringify({ type: "citrn.doctor", timestamp: new Date().toISOString(), data: {} });
  const answer = await send(url.href, { method: "POST", headers, body });
  const fault = "fault" in answer ? answer.fault : judge(answer);
  if (fault) return failed(NAME, { ...fault, detail: `${shown}: ${fault.detail}` });
  if ("status" in answer && isPage(answer)) {
    const doubt = "If that page is not the handler's, a firewall or a login blocks deliveries.";
    return warning(NAME, `${shown} refused with ${answer.status} and a web page. ${doubt}`);
  }
  return passed(NAME, `${shown} refused an invalid signature.`);
}

/** Returns the URL of a handler. `fetch` would load a `data:` URL, and show a password in its error. */
function targetIn(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" ? url : undefined;
}

/** Explains why an answer is not a handler's refusal of an invalid signature; `undefined` if it is. */
function judge(answer: Answer): Fault | undefined {
  const { status } = answer;
  if (isChallenge(answer) || (status >= 300 && status < 400)) return explain(answer);
  if (status === 404 || status === 405 || status === 410) {
    const detail = `The shop has no endpoint for deliveries there (status ${status}).`;
    return { detail, remedy: "Set MERCHANT_WEBHOOK_URL to the path of its handler, or deploy the handler." };
  }
  if (status >= 500) {
    const detail = `The shop failed with ${status}.`;
    return {
      detail,
      remedy: "See the shop's log. A handler without a secret fails like this: set MERCHANT_WEBHOOK_SECRET.",
    };
  }
  if (status < 200 || status >= 300) return undefined;
  const detail = `The shop accepted an invalid signature with ${status}.`;
  return {
    detail,
    remedy: "Verify each delivery, for example with webhookHandler of citrn/worker: anyone can post there.",
  };
}
