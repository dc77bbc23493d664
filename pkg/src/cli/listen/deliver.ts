import { CitrnError } from "../../index.js";
import { webhooks } from "../../worker/index.js";
import { Exit, Problem } from "../exit.js";
import { describeAnswer, post } from "../post.js";
import type { ListedEvent } from "./event.js";
import type { Outcome } from "./forwarder.js";

/** Checks the value of `MERCHANT_WEBHOOK_SECRET` before an event needs it. */
export async function checkSecrets(secrets: string): Promise<void> {
  try {
    await webhooks.sign("", { secrets, id: "check" });
  } catch (error) {
    if (!(error instanceof CitrnError)) throw error;
    throw new Problem(Exit.settings, `MERCHANT_WEBHOOK_SECRET is invalid: ${error.message}`);
  }
}

/**
 * Returns a function that posts an event to a handler, signed like a delivery of the Worker.
 *
 * @param secrets `MERCHANT_WEBHOOK_SECRET`
 * @param token another secret that a handler's response must not show
 * @param stop aborts the requests that are running
 */
export function deliverTo(
  handler: URL,
  secrets: string,
  token: string | undefined,
  stop: AbortSignal,
): (event: ListedEvent) => Promise<Outcome> {
  const keys = secrets.split(/[\s,]+/).flatMap((secret) => [secret, secret.replace("whsec_", "")]);
  return async ({ id, body = "" }) => {
    const headers = await webhooks.sign(body, { secrets, id });
    try {
      const answer = await post(handler, headers, body, stop);
      const isAccepted = answer.status >= 200 && answer.status < 300;
      const signatures =
        headers["webhook-signature"]?.split(" ").map((signature) => signature.replace("v1,", "")) ?? [];
      return { isAccepted, description: describeAnswer(answer, isAccepted, [...keys, ...signatures, token]) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { isAccepted: false, description: error.message };
    }
  };
}
