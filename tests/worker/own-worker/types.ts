// The types of the package in a merchant's Worker. Compiled, never run.
import citrn, { CheckoutShard, type CitrnContext, type CitrnEnv, IdempotencyShard, InboxShard } from "citrn-worker";

export { CheckoutShard, IdempotencyShard, InboxShard };

/** The settings of a merchant, with one of their own. */
interface OwnEnv extends CitrnEnv {
  readonly GREETING: string;
}

export default {
  async fetch(request: Request, env: OwnEnv, ctx: CitrnContext): Promise<Response> {
    if (new URL(request.url).pathname === "/hello") return new Response(env.GREETING);
    const answer = await citrn.fetch(request, env, ctx);
    answer.headers.set("X-Own", "added");
    return answer;
  },
};

declare const bindings: Pick<CitrnEnv, "IDEMPOTENCY" | "INBOX" | "CHECKOUT" | "TOKEN_LIMIT" | "ADDRESS_LIMIT">;
const required = { CITRN_API_KEY: "key", CITRN_SECRET: "secret", WORKER_TOKENS: "[]" };
const gateway = { CITRN_BASE_URL: "documented", ALLOWED_RETURN_ORIGINS: "https://shop.example" };

export const complete: CitrnEnv = { ...bindings, ...required, ...gateway };
export const unquoted: CitrnEnv = { ...complete, WORKER_TOKENS: [{ name: "shop" }], CHECKOUT_SESSION_SECONDS: 600 };
export const unset: CitrnEnv = { ...complete, MERCHANT_WEBHOOK_URL: undefined };

// @ts-expect-error A secret is missing.
export const noSecret: CitrnEnv = { ...bindings, ...gateway, CITRN_API_KEY: "key", WORKER_TOKENS: "[]" };
// @ts-expect-error A setting has a typo.
export const typo: CitrnEnv = { ...complete, MERCHANT_WEBHOOK_SECRETS: "whsec_" };
// @ts-expect-error A rate limit is not a number.
export const limit: CitrnEnv = { ...complete, TOKEN_LIMIT: 600 };
